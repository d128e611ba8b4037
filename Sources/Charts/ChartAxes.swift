/// The axes of a chart: titles, ticks, the lines of the grid.
struct ChartAxes {
  let frame: ChartFrame

  init(_ frame: ChartFrame) { self.frame = frame }

  var markup: [Markup] {
    [.tag("g", ["aria-hidden": "true"], titles + grid + topScale + bottomScale)]
  }

  private var titles: [Markup] {
    var parts: [Markup] = []
    var y = 6.0
    for line in frame.titleLines {
      y += 20
      parts.append(label(line, 8, y - 6, style: "c-title"))
    }
    for line in frame.yTitleLines {
      y += ChartFrame.lineHeight
      parts.append(label(line, 8, y - 4, style: "c-muted"))
    }
    if let second = frame.chart.top {
      y += ChartFrame.lineHeight
      parts.append(label(second.title, frame.right, y - 4, anchor: "end", style: "c-muted"))
    }
    return parts
  }

  private var grid: [Markup] {
    var parts: [Markup] = []
    for tick in frame.xTicks {
      let x = frame.x(tick.value)
      parts.append(rule(x, frame.top, x, frame.bottom, style: "c-grid"))
    }
    for tick in frame.yTicks {
      let y = frame.y(tick.value)
      parts.append(rule(frame.left, y, frame.right, y, style: "c-grid"))
      parts.append(label(tick.label, frame.left - 8, y + 4, anchor: "end"))
    }
    parts.append(rule(frame.left, frame.bottom, frame.right, frame.bottom, style: "c-axis"))
    parts.append(rule(frame.left, frame.top, frame.left, frame.bottom, style: "c-axis"))
    return parts
  }

  private var topScale: [Markup] {
    guard frame.chart.top != nil else { return [] }
    let rows = Double((frame.markRows.max() ?? -1) + 1) * ChartFrame.flagHeight
    let baseline = frame.top - rows - 8
    var parts: [Markup] = [rule(frame.left, frame.top, frame.right, frame.top, style: "c-axis")]
    for tick in frame.topTicks {
      let x = frame.x(tick.value)
      parts.append(rule(x, frame.top - 4, x, frame.top, style: "c-axis"))
      parts.append(label(tick.label, clamped(x, tick.label), baseline, anchor: "middle"))
    }
    return parts
  }

  private var bottomScale: [Markup] {
    var parts: [Markup] = []
    for tick in frame.xTicks {
      let x = frame.x(tick.value)
      parts.append(rule(x, frame.bottom, x, frame.bottom + 4, style: "c-axis"))
      parts.append(
        label(tick.label, clamped(x, tick.label), frame.bottom + 17, anchor: "middle"))
    }
    parts.append(
      label(
        frame.chart.x.caption, frame.right, frame.bottom + 32, anchor: "end", style: "c-muted"))
    return parts
  }

  /// The middle of a label that must stay inside the drawing.
  private func clamped(_ x: Double, _ text: String) -> Double {
    let half = width(ofText: text) / 2
    return min(max(x, half + 2), frame.size.width - half - 2)
  }
}
