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
  /// The size that the trace was taken at, given or found; nil where it is neither.
  var tracedPages: Int?
  /// Model − trace at the traced size, by counter.
  var residual: [String: Int]?
  /// The trace's check of itself; nil in results of older versions.
  var check: TraceCheckRecord?
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
    check = sweep.check.map(TraceCheckRecord.init)
    tracedPages = sweep.check?.size.pages
    residual = sweep.check?.residual
    guard let check = sweep.check, check.size.shown != nil else { return }
    let (point, unpins) = (check.replay.point, check.replay.unpins)
    traced = Traced(
      shadowMib: point.allocation.mebibytes, pages: point.allocation.pages,
      multiplier: point.allocation.multiplier, rule: point.allocation.rule.rawValue,
      rootsGivenUp: unpins, counters: point.counters.byXenName)
  }
}

/// The text of `trace predict`.
public enum PredictionReport {
  /// The lines.
  public static func lines(_ prediction: TracePrediction, terminal: Terminal) -> [String] {
    let (sweep, origin) = (prediction.sweep, prediction.origin)
    var lines = SelfCheckReport.warning(sweep.check, terminal: terminal)
    lines += ConditionsReport.lines(sweep.conditions, ample: sweep.ample)
    lines += [""] + origin.facts
    lines += [""] + SelfCheckReport.lines(sweep.check)
    var table = Table([
      .number("MiB"), .number("pages"), .number("shadow_fault_fixed"), .number("shadow_alloc"),
      .number("shadow_prealloc_1"), .number("steady"), .number("re-creation, %"), .text("verdict"),
    ])
    for point in sweep.points {
      table.add(row(point, in: sweep))
    }
    lines += [""] + table.lines
    let reasons = Set(sweep.points.compactMap { $0.isUnknown ? $0.evidence?.reason : nil })
    lines += reasons.sorted().map { "not known: \($0)" }
    if !reasons.isEmpty { lines.append(SelfCheck.howToRecord) }
    if let knee = sweep.knee, knee.isKnown {
      lines += [""] + SweepReport.lines(knee)
    }
    return lines
  }

  private static func row(_ point: SizeResult, in sweep: SweepResult) -> [String] {
    func count(_ name: Counters.Name) -> String {
      if point.isUnknown { return "?" }
      if let low = point.evidence?.low?[name], let high = point.evidence?.high?[name], low < high {
        return "\(Numeral.grouped(low)) to \(Numeral.grouped(high))"
      }
      return Numeral.grouped(point.runs.first?.counters[name] ?? 0)
    }
    let verdict = sweep.verdict(on: point)
    return [
      Numeral.fixed(point.allocation.mebibytes, 2), Numeral.grouped(point.allocation.pages),
      count(.faultFixed), count(.alloc), count(.prealloc1),
      point.isUnknown ? "?" : Numeral.grouped(point.steadyReclaims),
      point.isUnknown ? "?" : Numeral.percent(point.share.recreation),
      point.isCrashed ? "crashes" : verdict.text,
    ]
  }
}
