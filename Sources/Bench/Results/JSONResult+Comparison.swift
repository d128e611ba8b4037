import Statistics

extension JSONResult {
  /// `compare` and `baseline check`.
  public static func text(_ comparison: Comparison) throws -> String {
    try encode(.comparison, ComparisonRecord(comparison))
  }

  /// `baseline list`.
  public static func text(_ entries: [BaselineStore.Entry]) throws -> String {
    try encode(
      .baselines,
      BaselinesRecord(
        baselines: entries.map {
          .init(name: $0.name, results: $0.subjects, timed: $0.timed, programs: $0.programs)
        }))
  }
}

/// Baselines in a result.
private struct BaselinesRecord: Encodable {
  struct Baseline: Encodable {
    var name: String
    var results: [String]
    var timed: Int
    var programs: [String]
  }
  var baselines: [Baseline]
}

/// A comparison in a result.
private struct ComparisonRecord: Encodable {
  struct Row: Encodable {
    var name: String
    var verdict: String
    var figures: Int
    var changes: [Change]
    var timing: Timing?
  }
  struct Change: Encodable {
    var figure: String
    var old: FigureRecord
    var new: FigureRecord
    var change: JSONNumber
  }
  struct Timing: Encodable {
    var clock: TimingClock
    var verdict: String
    var oldSamples: Int
    var newSamples: Int
    var oldMedian: Double
    var newMedian: Double
    var ratio: JSONNumber
    var interval: IntervalRecord?
    var quartileRatio: JSONNumber
    var machineRatio: JSONNumber
    var paired: Bool
    var statistic: Double
    var method: String
    var correlationTime: Double
    var probability: Double
    var correctedProbability: Double
    var superiority: Double
    var delta: Double
  }

  var threshold: Double
  var alpha: Double
  var isFault: Bool
  var rows: [Row]
  var warnings: [String]

  init(_ comparison: Comparison) {
    let rules = comparison.rules
    threshold = rules.threshold
    alpha = rules.alpha
    isFault = comparison.isFault
    warnings = comparison.warnings
    rows = comparison.rows.map { row in
      Row(
        name: row.label, verdict: Self.key(row.verdict), figures: row.figures,
        changes: row.changes.map {
          Change(
            figure: $0.place, old: FigureRecord(figure: $0.old),
            new: FigureRecord(figure: $0.new), change: JSONNumber($0.difference))
        }, timing: row.timing.map { Self.timing($0, rules) })
    }
  }

  private static func timing(_ timing: TimingComparison, _ rules: ComparisonRules) -> Timing {
    Timing(
      clock: timing.clock, verdict: key(timing.verdict(rules)), oldSamples: timing.old.count,
      newSamples: timing.new.count, oldMedian: timing.old.median, newMedian: timing.new.median,
      ratio: JSONNumber(timing.ratio), interval: timing.interval.map { IntervalRecord($0) },
      quartileRatio: JSONNumber(timing.quietRatio), machineRatio: JSONNumber(timing.machineRatio),
      paired: timing.pairedTest != nil,
      statistic: timing.pairedTest?.statistic ?? timing.test.statistic,
      method: (timing.pairedTest?.method ?? timing.test.method).rawValue,
      correlationTime: timing.correlationTime, probability: timing.uncorrected,
      correctedProbability: timing.probability, superiority: timing.test.superiority,
      delta: timing.test.delta)
  }

  /// A verdict in snake case, as all names in results.
  private static func key(_ verdict: ComparisonVerdict) -> String {
    verdict.rawValue.replacing(" ", with: "_")
  }
}

/// A figure in a result, as it was; null for none.
private struct FigureRecord: Encodable {
  var figure: ResultFigure?

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch figure {
    case .count(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .word(let value): try container.encode(value)
    case .nothing, nil: try container.encodeNil()
    }
  }
}
