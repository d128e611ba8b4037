public import ShadowModel

/// What a host said of one run of a stream.
public struct ReplayMeasurement: Hashable, Sendable {
  /// Whether the domain had nested paging: then there were no shadows to count.
  public var hasNestedPaging: Bool
  /// Xen's counters; nil where Xen has none.
  public var counters: [Counters.Name: Int]?
  /// Shadow faults fixed, as Xen tells of the one domain; nil where it could not be asked.
  public var faultCount: Int?
  /// The phases that the guest reported; nil where none of its lines showed up.
  public var phases: [ReplayPhase]?

  /// A measurement.
  public init(
    hasNestedPaging: Bool, counters: [Counters.Name: Int]? = nil, faultCount: Int? = nil,
    phases: [ReplayPhase]? = nil
  ) {
    self.hasNestedPaging = hasNestedPaging
    self.counters = counters
    self.faultCount = faultCount
    self.phases = phases
  }
}

/// A phase in which the guest did not do what the stream says.
public struct PhaseDifference: Hashable, Sendable {
  /// The phase's number.
  public var phase: Int
  /// What differs: `checksum`, `operations`, `accesses`, `faults`, or `phase` for one that is
  /// missing or too many.
  public var what: String
  /// What the guest reported.
  public var host: String
  /// What the stream says.
  public var model: String
}

/// The model beside a host, of one run.
public struct ReplayComparison: Hashable, Sendable {
  /// What became of the checksums.
  public enum Verdict: String, Hashable, Sendable {
    /// All phases are as the stream says.
    case equal
    /// At least one is not.
    case different
    /// The guest's lines did not show up.
    case unknown
  }

  /// A counter on both sides.
  public struct Pair: Hashable, Sendable {
    /// The counter.
    public var counter: Counters.Name
    /// What Xen counted.
    public var host: Int
    /// What the model counted.
    public var model: Int
  }

  /// The counters that could be compared, in the model's order.
  public var counters: [Pair]
  /// Where the phases differ.
  public var phases: [PhaseDifference]
  /// What became of the checksums.
  public var checksums: Verdict
  /// Comparisons made: counters, and four for each phase.
  public var comparisons: Int

  /// Counters that differ.
  public var differing: [Pair] { counters.filter { $0.host != $0.model } }
  /// Whether nothing differs.
  public var isEqual: Bool { differing.isEmpty && phases.isEmpty }

  /// Compares a run with the model's counters and with what the stream says of its phases.
  public init(_ run: ReplayMeasurement, model: Counters, expected: [ReplayPhase]) {
    if run.hasNestedPaging {
      counters = []
    } else if let measured = run.counters {
      counters = Verification.compared.map {
        Pair(counter: $0, host: measured[$0] ?? 0, model: model[$0])
      }
    } else {
      counters =
        run.faultCount.map {
          [Pair(counter: .faultFixed, host: $0, model: model[.faultFixed])]
        } ?? []
    }
    phases = run.phases.map { Self.differences($0, expected) } ?? []
    checksums = run.phases == nil ? .unknown : phases.isEmpty ? .equal : .different
    comparisons =
      counters.count + (run.phases == nil ? 0 : 4 * max(expected.count, run.phases?.count ?? 0))
  }

  private static func differences(_ host: [ReplayPhase], _ model: [ReplayPhase])
    -> [PhaseDifference]
  {
    var differences: [PhaseDifference] = []
    for index in 0..<max(host.count, model.count) {
      guard index < host.count else {
        differences.append(
          PhaseDifference(phase: model[index].number, what: "phase", host: "none", model: "there"))
        continue
      }
      guard index < model.count, host[index].number == model[index].number else {
        differences.append(
          PhaseDifference(
            phase: host[index].number, what: "phase", host: "there",
            model: index < model.count ? "phase \(model[index].number)" : "none"))
        continue
      }
      for (what, path) in Self.fields
      where host[index][keyPath: path] != model[index][keyPath: path] {
        differences.append(
          PhaseDifference(
            phase: host[index].number, what: what, host: String(host[index][keyPath: path]),
            model: String(model[index][keyPath: path])))
      }
      if host[index].checksum != model[index].checksum {
        differences.append(
          PhaseDifference(
            phase: host[index].number, what: "checksum",
            host: Numeral.hexadecimal(host[index].checksum),
            model: Numeral.hexadecimal(model[index].checksum)))
      }
    }
    return differences
  }

  private static let fields: [(what: String, path: any KeyPath<ReplayPhase, Int> & Sendable)] = [
    ("operations", \.operations), ("accesses", \.accesses), ("faults", \.faults),
  ]
}
