/// A chart as SVG.
public struct ChartDrawing: Sendable {
  /// Where it is to be.
  public enum Place: Sendable {
    /// In a page, which gives the classes their colours.
    case page
    /// In a file of its own, with its own colours on white and its title.
    case file
  }

  private let chart: XYChart
  private let size: ChartSize
  private let place: Place

  /// A drawing.
  public init(_ chart: XYChart, size: ChartSize, place: Place) {
    self.chart = chart
    self.size = size
    self.place = place
  }

  /// The `svg` element.
  public var markup: Markup {
    let frame = ChartFrame(chart, size, hasTitle: place == .file)
    let legend = ChartLegend(frame)
    let height = frame.bottom + 2 * ChartFrame.lineHeight + legend.height + 10
    let id = "\(chart.id)-\(size.rawValue)"
    var attributes: [(String, String)] = [
      ("viewBox", "0 0 \(coordinate(size.width)) \(coordinate(height))"),
      ("role", "img"), ("aria-labelledby", "\(id)-title \(id)-desc"),
    ]
    if place == .file {
      attributes.insert(("xmlns", "http://www.w3.org/2000/svg"), at: 0)
      attributes += [("width", coordinate(size.width)), ("height", coordinate(height))]
    } else {
      attributes.append(("class", "chart chart-\(size.rawValue)"))
    }
    if chart.hasReadings, let first = chart.series.first {
      let places = first.points.map {
        "\(coordinate(frame.x($0.x))),\(coordinate(frame.y($0.y)))"
      }
      attributes.append(("data-points", places.joined(separator: " ")))
      attributes.append(
        ("data-plot", "\(coordinate(frame.top)),\(coordinate(frame.bottom))"))
    }
    var content: [Markup] = [
      .tag("title", ["id": "\(id)-title"], chart.title),
      .tag("desc", ["id": "\(id)-desc"], chart.summary),
    ]
    if place == .file {
      let colours = "svg{\(ChartStyle.declarations(ChartStyle.light))}\n"
      content.append(.tag("style", [:], [.verbatim(colours + ChartStyle.rules)]))
      content.append(.tag("rect", ["width": "100%", "height": "100%", "fill": "#ffffff"]))
    }
    content += ChartAxes(frame).markup + ChartContent(frame).markup + legend.markup
    return .element("svg", attributes, content)
  }

  /// The file: an XML document.
  public var text: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + markup.text
  }
}

/// Text in a drawing.
func label(
  _ text: String, _ x: Double, _ y: Double, anchor: String = "start", style: String = ""
) -> Markup {
  .tag(
    "text",
    [
      "class": style.isEmpty ? "c-text" : "c-text \(style)", "x": coordinate(x), "y": coordinate(y),
      "text-anchor": anchor,
    ], text)
}

/// A line in a drawing.
func rule(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) -> Markup {
  .tag(
    "path",
    [
      "class": style,
      "d": "M\(coordinate(x1)) \(coordinate(y1))L\(coordinate(x2)) \(coordinate(y2))",
    ])
}
