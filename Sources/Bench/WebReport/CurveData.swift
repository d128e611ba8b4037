import GuestModel
import ShadowModel

/// Sizes of one input, of whatever kind of result they are.
struct CurveData {
  /// What they were made with.
  let conditions: ConditionsRecord
  /// The sizes, smallest first, each once.
  let points: [PointRecord]
  /// Sizes that are marked: a letter, what it is, MiB.
  private(set) var marks: [SizeMark] = []

  /// Intervals over the seeds.
  let intervals: PointIntervals

  init(_ conditions: ConditionsRecord, points: [PointRecord]) {
    self.conditions = conditions
    intervals = PointIntervals(points)
    var seen: Set<Int> = []
    self.points = points.filter { seen.insert($0.pages).inserted }.sorted { $0.pages < $1.pages }
    if let sizing = sizing(.xapi) { marks = SizeMark.known(sizing) }
  }

  /// Marks a size.
  mutating func mark(_ mark: SizeMark) { marks.append(mark) }

  /// The guest's sizing by a rule; nil for a guest that this version does not know.
  func sizing(_ rule: SizingRule) -> Sizing? {
    guard let mode = PagingMode(name: conditions.mode),
      let p2m = P2MLayout(rawValue: conditions.p2m),
      (1...(1 << 30)).contains(conditions.memoryMib), (1...(1 << 16)).contains(conditions.vcpus)
    else { return nil }
    return Sizing(
      shape: GuestShape(mode: mode, memoryMiB: conditions.memoryMib, vcpus: conditions.vcpus),
      rule: rule, p2m: p2m)
  }

  /// The error bar of re-creation, percent: the interval, else the least and most of the seeds.
  func recreationBar(_ point: PointRecord) -> ClosedRange<Double>? {
    intervals.range("recreation_share", pages: point.pages, factor: 100) ?? point.recreationRange
  }

  /// The error bar of all work for page tables, percent.
  func hypervisorBar(_ point: PointRecord) -> ClosedRange<Double>? {
    intervals.range("hypervisor_share", pages: point.pages, factor: 100) ?? point.hypervisorRange
  }

  /// The error bar of faults for each root load.
  func faultBar(_ point: PointRecord) -> ClosedRange<Double>? {
    intervals.range("faults_per_root_load", pages: point.pages) ?? point.faultRange
  }

  /// The name of the rule that multipliers are relative to.
  var rule: String { points.first?.rule ?? "" }

  /// Multiplier for one MiB; nil where the rules' sizes are not in proportion.
  var multiplierPerMebibyte: Double? {
    guard let first = points.first, first.shadowMib > 0, first.multiplier > 0 else { return nil }
    return first.multiplier / first.shadowMib
  }
}

extension PointRecord {
  /// Re-creation in percent; infinity for a domain that crashed.
  var recreationPercent: Double { percent(recreationShare) }
  /// All work for page tables in percent; infinity for a domain that crashed.
  var hypervisorPercent: Double { percent(hypervisorShare) }

  private func percent(_ share: JSONNumber) -> Double { share.value.map { $0 * 100 } ?? .infinity }

  /// Least and most of the seeds' re-creation, percent.
  var recreationRange: ClosedRange<Double>? { range(samples?.recreationShare, factor: 100) }
  /// Least and most of the seeds' work for page tables, percent.
  var hypervisorRange: ClosedRange<Double>? { range(samples?.hypervisorShare, factor: 100) }
  /// Least and most of the seeds' faults for each root load.
  var faultRange: ClosedRange<Double>? {
    range(samples?.faultsPerRootLoad.map { JSONNumber($0) }, factor: 1)
  }

  private func range(_ values: [JSONNumber]?, factor: Double) -> ClosedRange<Double>? {
    guard let values, values.count > 1 else { return nil }
    let scaled = values.map { $0.value.map { $0 * factor } ?? .infinity }
    guard let low = scaled.min(), let high = scaled.max(), high.isFinite else { return nil }
    return low...high
  }

  /// The verdict in words.
  var outcome: String {
    (crashed ? "crashes" : verdict) + (raised ? " (raised to Xen’s minimum)" : "")
  }
}
