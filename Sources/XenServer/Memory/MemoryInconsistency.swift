/// Where parts of the toolstack reckon one machine's memory differently.
public struct MemoryInconsistency: Hashable, Sendable {
  /// What kind it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// A `pv` machine: its record and its host's free memory are charged for the multiplier, while
    /// starting and building it reckon with 1.0.
    case pvCharged = "pv-charged"
    /// A `pvh` or `pv_in_pvh` machine: record and admission are charged for the multiplier, while
    /// xenopsd builds it with 1.0.
    case builtWithOne = "built-with-one"
    /// A multiplier that is no number, below 1 or beyond all memory: the machine does not start, or
    /// with a pool that nobody meant.
    case unusableMultiplier = "unusable-multiplier"
  }

  /// What kind it is.
  public var kind: Kind
  /// MiB beside the machine's memory by its record.
  public var recordMiB: Int
  /// MiB that a start asks for.
  public var admissionMiB: Int
  /// MiB that the domain is built with.
  public var buildMiB: Int

  /// An inconsistency.
  public init(kind: Kind, recordMiB: Int, admissionMiB: Int, buildMiB: Int) {
    self.kind = kind
    self.recordMiB = recordMiB
    self.admissionMiB = admissionMiB
    self.buildMiB = buildMiB
  }
}

extension MemoryModel {
  /// What the toolstack's parts do not agree on about `shape`; empty for most machines.
  public func inconsistencies(_ shape: MemoryShape) -> [MemoryInconsistency] {
    var kinds: [MemoryInconsistency.Kind] = []
    let record = overheadMiB(shape, for: .record)
    let admission = overheadMiB(shape, for: .admission)
    let build = overheadMiB(shape, for: .build)
    if record != admission { kinds.append(.pvCharged) }
    if admission != build { kinds.append(.builtWithOne) }
    let product = Double(basePoolMiB(shape)) * shape.multiplier
    // Not a number fails the comparison as well.
    if !(shape.multiplier >= 1 && product < Double(MemoryShape.byteLimit)) {
      kinds.append(.unusableMultiplier)
    }
    return kinds.map {
      MemoryInconsistency(
        kind: $0, recordMiB: record, admissionMiB: admission, buildMiB: build)
    }
  }
}
