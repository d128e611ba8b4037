public import XenServer

/// What `pool what-if` asks: changes of machines and what fails after them.
public struct PoolQuestion: Sendable {
  /// Machines that are changed.
  public var machines: Set<String> = []
  /// The new multiplier.
  public var multiplier: Double?
  /// The new memory, MiB.
  public var memoryMiB: Int?
  /// The new `VCPUs_max`.
  public var vcpus: Int?
  /// The new protection.
  public var priority: RestartPriority?
  /// New machines.
  public var added: PoolEdit?
  /// The name of the machine that they are like.
  public var addedLike = ""
  /// What fails.
  public var failing = PoolScenario.Failures()
  /// Failures to ask about; what HA plans for when nothing is said.
  public var failures: Int?

  /// No question yet.
  public init() {}

  /// The changes, in the order in which they are made: new machines are changed with the others.
  public var edits: [PoolEdit] {
    var edits: [PoolEdit] = []
    var all = machines
    if let added {
      edits.append(added)
      if case .add(let new) = added { all.formUnion(new.map(\.id)) }
    }
    if let memoryMiB { edits.append(.memory(mebibytes: memoryMiB, vms: all)) }
    if let vcpus { edits.append(.vcpus(vcpus, vms: all)) }
    if let multiplier { edits.append(.multiplier(multiplier, vms: all)) }
    if let priority { edits.append(.priority(priority, vms: all)) }
    return edits
  }

  /// The answer for `pool`.
  /// - Throws: `InputError` for what cannot be asked of it
  public func answer(_ pool: PlannerPool, file: String) throws(InputError) -> PoolScenario {
    do {
      return try PoolScenario(pool, edits: edits, failures: failures, failing: failing)
    } catch {
      throw InputError(file: file, reason: "\(error)")
    }
  }

  /// The changes in words.
  public var summary: [String] {
    let count = machines.count == 1 ? "1 machine" : "\(machines.count) machines"
    var parts: [String] = []
    if case .add(let new) = added { parts.append("\(new.count) more like '\(addedLike)'") }
    if let memoryMiB { parts.append("memory \(memoryMiB) MiB on \(count)") }
    if let vcpus { parts.append("\(vcpus) vCPUs on \(count)") }
    if let multiplier { parts.append("multiplier \(YAMLValue.plain(multiplier)) on \(count)") }
    if let priority {
      parts.append(
        "\(priority == .none ? "no protection" : "protection \(priority.rawValue)") of \(count)")
    }
    return parts
  }
}
