/// What cannot be planned with.
public enum PlanningError: Error, Hashable, CustomStringConvertible {
  /// Two hosts, or two virtual machines, have one identifier.
  case duplicate(id: String)
  /// A host is named that is not there, or not alive.
  case unknownHost(id: String)
  /// A virtual machine is named that is not there.
  case unknownVM(id: String)
  /// Fewer hosts in all than are given, or none.
  case hostCount(total: Int, live: Int)
  /// Failures of less than no host, or of more than there are.
  case failures(Int, totalHosts: Int)
  /// A plan puts more on a host than it has free.
  case overfull(host: String, free: Int, needed: Int)

  /// The error on one line.
  public var description: String {
    switch self {
    case .duplicate(let id): "'\(id)' stands for two; give each an identifier of its own"
    case .unknownHost(let id): "there is no host '\(id)' that is alive"
    case .unknownVM(let id): "there is no virtual machine '\(id)'"
    case .hostCount(let total, let live):
      "\(total) hosts in all, \(live) of them alive; a pool has at least one, and not fewer than live"
    case .failures(let count, let total):
      "\(count) failures of \(total) hosts; give 0 to \(total)"
    case .overfull(let host, let free, let needed):
      "host '\(host)' has \(free) free, the plan puts \(needed) there"
    }
  }
}
