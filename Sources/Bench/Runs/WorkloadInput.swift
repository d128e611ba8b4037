public import GuestModel

/// An input of the command line: something that makes the same workload for every seed.
public struct WorkloadInput: Sendable {
  /// The input as it was given.
  public var name: String
  /// What it is: `capture`, `workload file`, `reference guest`.
  public var kind: String
  /// Its files, in a fixed order; none where the name says everything.
  public var files: [String] = []
  /// The guest that runs it.
  public var shape: GuestShape
  /// Timed phases at the start that are warm-up; nil to take the first third.
  public var warmupPhases: Int?
  /// What a result that comes from it rests on, a sentence each.
  public var facts: [String]
  /// Those of ``facts`` that say what the input lacks or contradicts itself in: losses, no events.
  public var losses: [String] = []
  /// What a trace shows that its predictions are judged by; nil where the input is none.
  public var evidence: TraceEvidence?
  /// Makes the workload as it is at sizes larger than the traced one; nil where it is the same.
  public var makeLarger: (@Sendable () -> any Workload)?
  /// Makes the workload with a seed.
  public var makeWorkload: @Sendable (_ seed: UInt64) throws(InputError) -> any Workload

  /// An input.
  public init(
    name: String, kind: String, shape: GuestShape, warmupPhases: Int? = nil,
    facts: [String] = [],
    makeWorkload: @escaping @Sendable (_ seed: UInt64) throws(InputError) -> any Workload
  ) {
    self.name = name
    self.kind = kind
    self.shape = shape
    self.warmupPhases = warmupPhases
    self.facts = facts
    self.makeWorkload = makeWorkload
  }
}
