import ShadowModel

extension JSONResult {
  /// `trace predict`.
  public static func text(_ prediction: TracePrediction, environment: RunEnvironment? = nil)
    throws -> String
  {
    var record = try PredictionRecord(prediction)
    record.environment = environment
    return try encode(.prediction, record)
  }
}

struct PredictionRecord: Codable {
  struct Trace: Codable {
    var faultsFixed: Int
    var rootsGivenUp: Int
    var rootLoads: Int
    var addressSpaces: Int
    var neverSeenCold: Int
    var seenColdOnce: Int
    var seenColdMore: Int
    var likeness: JSONNumber
    var fillsHits: Bool
    var writeRuns: Int
    var knownWriteRuns: Int
    var unexplained: Int
    var losses: Int
    var basis: [String]
  }
  struct Traced: Codable {
    var shadowMib: Double
    var pages: Int
    var multiplier: Double
    var rule: String
    var rootsGivenUp: Int
    var counters: [String: Int]
  }

  var input: InputRecord?
  var conditions: ConditionsRecord
  var neededPages: Int
  var points: [PointRecord]
  var knee: KneeRecord?
  var trace: Trace
  var traced: Traced?
  var environment: RunEnvironment?

  init(_ prediction: TracePrediction) throws(InputError) {
    let (sweep, origin) = (prediction.sweep, prediction.origin)
    input = try InputRecord(sweep.conditions.input)
    conditions = ConditionsRecord(sweep.conditions)
    neededPages = sweep.ample.peakPages
    points = sweep.points.map { PointRecord($0, verdict: sweep.verdict(on: $0)) }
    knee = sweep.knee.map { KneeRecord($0, target: sweep.conditions.target) }
    trace = Trace(
      faultsFixed: origin.faultsFixed, rootsGivenUp: origin.unpins, rootLoads: origin.rootLoads,
      addressSpaces: origin.spaces, neverSeenCold: origin.seenCold[0],
      seenColdOnce: origin.seenCold[1], seenColdMore: origin.seenCold[2],
      likeness: JSONNumber(origin.likeness), fillsHits: origin.fillsHits,
      writeRuns: origin.writeRuns, knownWriteRuns: origin.knownWriteRuns,
      unexplained: origin.unexplained, losses: origin.lost, basis: origin.facts)
    traced = prediction.traced.map {
      Traced(
        shadowMib: $0.allocation.mebibytes, pages: $0.allocation.pages,
        multiplier: $0.allocation.multiplier, rule: $0.allocation.rule.rawValue,
        rootsGivenUp: $0.unpins, counters: $0.counters.byXenName)
    }
  }
}

/// The text of `trace predict`.
public enum PredictionReport {
  /// The lines.
  public static func lines(_ prediction: TracePrediction, terminal: Terminal) -> [String] {
    let (sweep, origin) = (prediction.sweep, prediction.origin)
    var lines = ConditionsReport.lines(sweep.conditions, ample: sweep.ample)
    lines += [""] + origin.facts
    if let traced = prediction.traced {
      let fixed = traced.counters[.faultFixed]
      lines.append(
        "Traced size, by the roots given up (trace \(Numeral.grouped(origin.unpins)), model "
          + "\(Numeral.grouped(traced.unpins))): \(Numeral.size(traced.allocation)); faults fixed "
          + "there: trace \(Numeral.grouped(origin.faultsFixed)), model \(Numeral.grouped(fixed)).")
    } else if origin.unpins == 0 {
      lines.append("No root was given up: the traced size had room for everything.")
    }
    var table = Table([
      .number("MiB"), .number("pages"), .number("shadow_fault_fixed"), .number("shadow_alloc"),
      .number("shadow_prealloc_1"), .number("re-creation, %"), .text("verdict"),
    ])
    for point in sweep.points {
      let counters = point.runs.first?.counters ?? Counters()
      table.add([
        Numeral.fixed(point.allocation.mebibytes, 2), Numeral.grouped(point.allocation.pages),
        Numeral.grouped(counters[.faultFixed]), Numeral.grouped(counters[.alloc]),
        Numeral.grouped(counters[.prealloc1]), Numeral.percent(point.share.recreation),
        point.isCrashed ? "crashes" : sweep.verdict(on: point).rawValue,
      ])
    }
    lines += [""] + table.lines
    if let knee = sweep.knee { lines += [""] + SweepReport.lines(knee) }
    return lines
  }
}
