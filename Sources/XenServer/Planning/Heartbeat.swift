/// Which hosts stay alive when networks or storage fail, by the rules of the HA daemon.
///
/// 1. A host survives that sees the state file and is in the best partition: the largest, and of
///    equals the one that has the host with the lowest identifier. Partitions learn of each other
///    through the state file alone, so that hosts which do not see it do not count in their size.
/// 2. If every host has lost the state file, all survive as long as all are alive and all see each
///    other.
/// 3. All others fence: they reset themselves.
public struct Heartbeat: Sendable {
  /// What becomes of a host.
  public enum Fate: String, CaseIterable, Sendable {
    /// It survives by rule 1.
    case inBestPartition = "in-best-partition"
    /// It survives by rule 2.
    case storageLostByAll = "storage-lost-by-all"
    /// It fences: it sees the state file, but is not in the best partition.
    case fencedOutsideBestPartition = "fenced-outside-best-partition"
    /// It fences: it has lost the state file, and others have not, or are not to be seen.
    case fencedWithoutStorage = "fenced-without-storage"
    /// It was not alive before.
    case dead = "dead"

    /// Whether it goes on.
    public var survives: Bool { self == .inBestPartition || self == .storageLostByAll }
    /// Whether it resets itself now.
    public var fences: Bool {
      self == .fencedOutsideBestPartition || self == .fencedWithoutStorage
    }
  }

  /// Identifiers of all hosts that take part.
  public var hosts: [String]
  /// Those of them that are not alive.
  public var dead: Set<String>
  /// Groups of hosts that see each other and nobody else; hosts in none see nobody.
  public var partitions: [Set<String>]
  /// Hosts that do not see the state file.
  public var storageLost: Set<String>

  /// A situation.
  /// - Parameter partitions: one of all hosts when nothing is said
  public init(
    hosts: [String], dead: Set<String> = [], partitions: [Set<String>]? = nil,
    storageLost: Set<String> = []
  ) {
    self.hosts = hosts
    self.dead = dead
    self.partitions = partitions ?? [Set(hosts)]
    self.storageLost = storageLost
  }

  /// What becomes of each host.
  public func fates() -> [String: Fate] {
    let alive = hosts.filter { !dead.contains($0) }
    let grouped = partitions.reduce(into: Set<String>()) { $0.formUnion($1) }
    let alone = alive.filter { !grouped.contains($0) }.map { Set([$0]) }
    let groups = (partitions + alone).map { $0.intersection(alive) }.filter { !$0.isEmpty }
    let best =
      groups
      .map { $0.subtracting(storageLost) }
      .filter { !$0.isEmpty }
      .min { (-$0.count, $0.min() ?? "") < (-$1.count, $1.min() ?? "") } ?? []
    let isWhole = dead.isDisjoint(with: hosts) && groups.count == 1
    let allLostStorage = alive.allSatisfy(storageLost.contains)
    var fates: [String: Fate] = [:]
    for host in hosts {
      fates[host] =
        if dead.contains(host) {
          .dead
        } else if best.contains(host) {
          .inBestPartition
        } else if !storageLost.contains(host) {
          .fencedOutsideBestPartition
        } else if allLostStorage && isWhole {
          .storageLostByAll
        } else {
          .fencedWithoutStorage
        }
    }
    return fates
  }
}
