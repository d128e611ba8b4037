import Foundation
import FoundationXML
import Testing

@testable import Charts

/// What a parser of XML finds in a document.
final class Outline: NSObject, XMLParserDelegate {
  private(set) var elements: [(name: String, attributes: [String: String])] = []
  private(set) var text = ""

  /// The outline of a document, nil if it is not well-formed.
  static func of(_ document: String) -> Outline? {
    let outline = Outline()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = outline
    return parser.parse() ? outline : nil
  }

  func count(_ name: String) -> Int { elements.count { $0.name == name } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

@Suite struct DrawingTests {
  static func chart(title: String = "A curve") -> XYChart {
    var chart = XYChart(
      id: "curve", title: title, summary: "It falls.",
      x: .init("pool, MiB", ScaledRange(.logarithmic, 1, 100)),
      y: .init("share, %", ScaledRange(.logarithmic, 0.01, 100), labels: [0.01: "≤0.01"]))
    chart.top = .init("multiplier", factor: 0.1)
    chart.series = [
      .init(
        "re-creation",
        [.init(1, .infinity), .init(2, 50, interval: 40...60), .init(20, 1), .init(90, 0)])
    ]
    chart.band = .init("half to double", [(1, 40, 90), (20, 0.5, 2)])
    chart.marks = [
      .init("D", "default", x: 12), .init("R", "recommended", x: 12.5, isMain: true),
      .init("T", "template", x: 90),
    ]
    chart.levels = [.init("target", y: 1)]
    chart.hasReadings = true
    return chart
  }

  @Test(arguments: ChartSize.allCases)
  func aDrawingIsWellFormedAndStaysInItsBox(_ size: ChartSize) throws {
    for place in [ChartDrawing.Place.page, .file] {
      let text = ChartDrawing(Self.chart(), size: size, place: place).text
      let outline = try #require(Outline.of(text))
      #expect(outline.elements[0].name == "svg")
      #expect(outline.elements[0].attributes["role"] == "img")
      #expect(outline.count("title") == 1 && outline.count("desc") == 1)
      let labelled = try #require(outline.elements[0].attributes["aria-labelledby"])
      let ids = Set(outline.elements.compactMap { $0.attributes["id"] })
      #expect(Set(labelled.split(separator: " ").map(String.init)) == ids)
      for element in outline.elements where element.name == "text" {
        let x = try #require(element.attributes["x"].flatMap(Double.init))
        #expect(x >= 0 && x <= size.width)
      }
    }
  }

  @Test func aFileNeedsNothingElse() throws {
    let text = ChartDrawing(Self.chart(), size: .wide, place: .file).text
    let outline = try #require(Outline.of(text))
    #expect(outline.elements[0].attributes["xmlns"] == "http://www.w3.org/2000/svg")
    #expect(outline.count("style") == 1)
    for name in ["script", "image", "use", "foreignObject", "a"] {
      #expect(outline.count(name) == 0)
    }
    #expect(!text.contains("url(") && !text.contains("@import"))
  }

  @Test func lettersDoNotCoverEachOther() {
    let frame = ChartFrame(Self.chart(), .wide, hasTitle: false)
    #expect(frame.markRows[0] != frame.markRows[1])
    #expect(frame.markRows[2] == 0)
  }

  @Test func aPlaceForEachReading() throws {
    let text = ChartDrawing(Self.chart(), size: .narrow, place: .page).text
    let outline = try #require(Outline.of(text))
    let places = try #require(outline.elements[0].attributes["data-points"])
    #expect(places.split(separator: " ").count == 4)
  }

  @Test func whatANameSaysIsText() throws {
    let name = "<script>alert('1')</script>&\"]]>\u{1}\u{FFFE}"
    var chart = Self.chart(title: name)
    chart.series[0].name = name
    chart.marks[0].name = name
    chart.levels[0].name = name
    chart.y.title = name
    let outline = try #require(
      Outline.of(ChartDrawing(chart, size: .wide, place: .file).text))
    #expect(outline.count("script") == 0)
    #expect(outline.text.contains("<script>alert('1')</script>&\"]]>\u{FFFD}\u{FFFD}"))
  }

  @Test func aChartWithoutPointsIsDrawn() throws {
    var chart = Self.chart()
    chart.series = [.init("none", [])]
    chart.band = nil
    #expect(Outline.of(ChartDrawing(chart, size: .wide, place: .page).text) != nil)
  }

  @Test func theSameChartIsTheSameText() {
    let texts = (0..<3).map { _ in ChartDrawing(Self.chart(), size: .wide, place: .file).text }
    #expect(Set(texts).count == 1)
  }
}

@Suite struct CoordinateTests {
  @Test(arguments: [
    (0.0, "0"), (1.5, "1.5"), (-1.25, "-1.25"), (3.999, "4"), (0.05, "0.05"), (-0.001, "0"),
    (12.301, "12.3"), (.nan, "0"), (.infinity, "0"),
  ])
  func twoDecimalsAtMost(_ value: Double, _ text: String) {
    #expect(coordinate(value) == text)
  }
}

@Suite struct ContrastTests {
  /// Relative luminance by WCAG 2.
  static func luminance(_ colour: String) -> Double {
    let number = UInt32(colour.dropFirst(), radix: 16) ?? 0
    let parts = [16, 8, 0].map { shift -> Double in
      let part = Double((number >> UInt32(shift)) & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  @Test func everyColourStandsOutFromItsGround() throws {
    for scheme in [ChartStyle.light, ChartStyle.dark] {
      let colours = Dictionary(uniqueKeysWithValues: scheme.map { ($0.key, $0.value) })
      let ground = Self.luminance(try #require(colours["surface"]))
      for name in ["ink", "muted", "s0", "s1", "s2", "s3", "s4", "s5", "bad", "main"] {
        let colour = Self.luminance(try #require(colours[name]))
        let contrast = (max(colour, ground) + 0.05) / (min(colour, ground) + 0.05)
        #expect(contrast >= 4.5, "\(name)")
      }
    }
  }
}
