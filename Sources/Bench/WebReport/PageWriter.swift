import Charts

/// Parts of a report as HTML.
struct PageWriter {
  /// A part as a section.
  static func section(_ part: ReportPart) -> Markup {
    let heading: [Markup] = [
      .tag("h2", ["id": "part-\(part.id)"], part.title),
      .tag(
        "p", ["class": "source", "id": "source-\(part.id)"],
        [.text(part.kind + ", "), .tag("code", [:], part.path)]),
    ]
    return .tag(
      "section", ["aria-labelledby": "part-\(part.id) source-\(part.id)"],
      heading + part.blocks.flatMap(block))
  }

  static func block(_ block: ReportBlock) -> [Markup] {
    switch block {
    case .heading(let text): [.tag("h3", [:], text)]
    case .paragraph(let text): [.tag("p", [:], text)]
    case .outcome(let isGood, let text):
      [
        .tag(
          "p", ["class": isGood ? "outcome good" : "outcome bad"],
          [
            .tag("span", ["class": "badge", "aria-hidden": "true"], isGood ? "✓" : "!"),
            .tag("span", [:], text),
          ])
      ]
    case .list(let sentences): [.tag("ul", [:], sentences.map { .tag("li", [:], $0) })]
    case .tiles(let tiles):
      [
        .tag(
          "dl", ["class": "tiles"],
          tiles.map { tile in
            .tag(
              "div", [:],
              [.tag("dt", [:], tile.name), .tag("dd", ["class": "value"], tile.value)]
                + (tile.note.isEmpty ? [] : [.tag("dd", [:], tile.note)]))
          })
      ]
    case .facts(let groups): [.tag("div", ["class": "facts"], groups.map(facts))]
    case .table(let table): [ReportTableWriter.markup(table, isReading: false)]
    case .figures(let figures):
      figures.count == 1
        ? [figure(figures[0], sizes: [.wide, .narrow])]
        : [.tag("div", ["class": "multiples"], figures.map { figure($0, sizes: [.small]) })]
    }
  }

  private static func facts(
    _ group: (heading: String, entries: [(name: String, value: String)])
  ) -> Markup {
    .tag(
      "div", [:],
      [
        .tag("h3", [:], group.heading),
        .tag(
          "dl", [:],
          group.entries.flatMap { entry -> [Markup] in
            [.tag("dt", [:], entry.name), .tag("dd", [:], entry.value)]
          }),
      ])
  }

  private static func figure(_ figure: ReportFigure, sizes: [ChartSize]) -> Markup {
    let chart = figure.chart
    let caption: [Markup] =
      [.tag("strong", [:], chart.title)] + (figure.note.isEmpty ? [] : [.text(" " + figure.note)])
    var parts = [Markup.tag("figcaption", [:], caption)]
    parts += sizes.map { ChartDrawing(chart, size: $0, place: .page).markup }
    if chart.hasReadings, let count = chart.series.first?.points.count, count > 1 {
      parts.append(reader(chart.id, last: count - 1))
    }
    parts.append(
      .tag(
        "details", [:],
        [
          .tag("summary", [:], "Data of this chart: \(chart.title)"),
          ReportTableWriter.markup(figure.table, isReading: chart.hasReadings),
        ]))
    return .tag("figure", [:], parts)
  }

  /// What reads the points one by one; without a script it is not shown.
  private static func reader(_ id: String, last: Int) -> Markup {
    .tag(
      "div", ["class": "reader", "hidden": "hidden"],
      [
        .tag("label", ["for": "\(id)-reader"], "Read points"),
        .tag(
          "input",
          [
            "type": "range", "id": "\(id)-reader", "min": "0", "max": "\(last)", "step": "1",
            "value": "0",
          ]),
        .tag("output", ["for": "\(id)-reader"], ""),
      ])
  }
}

/// Tables as HTML.
enum ReportTableWriter {
  /// The table in an area of its own that scrolls sideways.
  static func markup(_ table: ReportTable, isReading: Bool) -> Markup {
    let isNumber = table.columns.indices.map { column in
      !table.rows.isEmpty
        && table.rows.allSatisfy { $0[column].number != nil || $0[column].text == "-" }
    }
    let head = table.columns.enumerated().map { index, name in
      Markup.tag(
        "th", ["scope": "col", "class": isNumber[index] ? "number" : "words"],
        [.tag("span", [:], name)])
    }
    let rows = table.rows.enumerated().map { number, cells -> Markup in
      let cells = cells.enumerated().map { index, cell in
        self.cell(cell, isHead: index == 0, isNumber: isNumber[index])
      }
      return .element("tr", isReading ? [("data-reading", "\(number)")] : [], cells)
    }
    return .tag(
      "div",
      ["class": "scroll", "tabindex": "0", "role": "group", "aria-label": table.caption],
      [
        .tag(
          "table", ["class": "sortable"],
          [
            .tag("caption", [:], table.caption),
            .tag("thead", [:], [.tag("tr", [:], head)]), .tag("tbody", [:], rows),
          ])
      ])
  }

  private static func cell(_ cell: ReportTable.Cell, isHead: Bool, isNumber: Bool) -> Markup {
    var attributes: [(String, String)] = isHead ? [("scope", "row")] : []
    attributes.append(("class", isNumber ? "number" : "words"))
    if let number = cell.number { attributes.append(("data-sort", "\(number)")) }
    return .element(isHead ? "th" : "td", attributes, [.text(cell.text)])
  }
}
