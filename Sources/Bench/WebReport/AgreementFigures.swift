import Charts

/// Charts and tables of the model beside a real Xen.
struct AgreementFigures {
  /// A counter in one scenario.
  private struct Pair {
    var counter: String
    var xen: Int
    var model: Int
  }
  private let pairs: [Pair]
  private let id: String

  /// The figures of `record`; nil where it was made without its values.
  init?(_ record: VerificationRecord, id: String) {
    let values = record.results.compactMap(\.values)
    guard values.contains(where: { !$0.isEmpty }) else { return nil }
    self.id = id
    pairs = values.flatMap { values in
      values.sorted { $0.key < $1.key }.map {
        Pair(counter: $0.key, xen: $0.value.xen, model: $0.value.model)
      }
    }
  }

  /// Every value of Xen's over the model's.
  var scatter: ReportFigure {
    let most = Double(pairs.map { max($0.xen, $0.model) }.max() ?? 1)
    let range = ScaledRange(.logarithmicWithZero(least: 1), 0, max(10, most) * 2)
    var equal: Set<Int> = []
    var different: [XYChart.Series.Point] = []
    for pair in pairs {
      if pair.xen == pair.model {
        equal.insert(pair.xen)
      } else {
        different.append(.init(Double(pair.xen), Double(pair.model)))
      }
    }
    let differing = different.count
    var chart = XYChart(
      id: "\(id)-agreement", title: "The model beside Xen, every compared counter",
      summary: "\(Numeral.grouped(pairs.count)) values from 0 to \(Numeral.grouped(most)); "
        + (differing == 0
          ? "all lie on the diagonal: the model counts exactly what Xen counted."
          : "\(Numeral.grouped(differing)) do not lie on the diagonal."),
      x: .init("counted by Xen", range), y: .init("counted by the model", range))
    chart.hasDiagonal = true
    chart.series = [
      .init("different: \(Numeral.grouped(differing))", different, line: .none, style: 1),
      .init(
        "equal: \(Numeral.grouped(pairs.count - differing))", Self.thinned(equal, range),
        line: .none),
    ]
    if differing == 0 { chart.series.removeFirst() }
    return ReportFigure(
      chart: chart,
      note:
        "Both axes are logarithmic with a place for 0. Equal values that would cover each other "
        + "are drawn once.", table: counters)
  }

  /// Points of the diagonal, one for each two hundredth of it.
  private static func thinned(_ values: Set<Int>, _ range: ScaledRange) -> [XYChart.Series.Point] {
    var places: Set<Int> = []
    return values.sorted().filter {
      places.insert(Int(range.position(Double($0)) * 200)).inserted
    }.map { .init(Double($0), Double($0)) }
  }

  /// A row for each counter.
  var counters: ReportTable {
    var table = ReportTable(
      caption: "Agreement, counter by counter",
      columns: [
        "counter", "scenarios", "not 0 in Xen", "equal", "different", "Xen’s sum", "model’s sum",
        "largest difference",
      ])
    let groups = Dictionary(grouping: pairs, by: \.counter)
    table.rows = groups.sorted { $0.key < $1.key }.map { name, pairs in
      let differing = pairs.count { $0.xen != $0.model }
      func sum(_ value: KeyPath<Pair, Int>) -> ReportTable.Cell {
        let total = pairs.reduce(0.0) { $0 + Double($1[keyPath: value]) }
        return .number(Numeral.grouped(total), total)
      }
      let largest = pairs.map { abs(Double($0.xen) - Double($0.model)) }.max() ?? 0
      return [
        .text(name), .count(pairs.count), .count(pairs.count { $0.xen != 0 }),
        .count(pairs.count - differing), .count(differing), sum(\.xen), sum(\.model),
        .number(Numeral.grouped(largest), largest),
      ]
    }
    return table
  }

  /// What differs.
  static func differences(_ record: VerificationRecord) -> ReportTable {
    var table = ReportTable(
      caption: "What differs", columns: ["scenario", "what", "Xen", "model"])
    for result in record.results {
      table.rows += result.differences.map {
        [.text(result.id), .text($0.counter), .count($0.xen), .count($0.model)]
      }
      table.rows += (result.phases ?? []).map {
        [.text(result.id), .text("phase \($0.phase): \($0.what)"), .text($0.xen), .text($0.model)]
      }
    }
    return table
  }
}
