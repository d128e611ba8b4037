import Files
import Glibc
public import XenServer

/// Hosts and machines of a pool by what people call them: names, UUIDs, and patterns of names.
public struct PoolNames: Sendable {
  private let pool: PlannerPool
  /// Names of templates, which no plan knows.
  private let templates: [String]

  /// Names of `pool`.
  /// - Parameter templates: names that explain why a pattern stands for no machine
  public init(_ pool: PlannerPool, templates: [String] = []) {
    self.pool = pool
    self.templates = templates
  }

  /// The host of that name or UUID.
  /// - Throws: `InputError` when there is none, or there are several
  public func host(_ text: String, option: String) throws(InputError) -> String {
    let name = text.trimmed
    let found = pool.hosts.filter { $0.name == name || $0.id == name }
    guard let host = found.first else {
      throw unknown("host", name, pool.hosts.map(\.name), option)
    }
    guard found.count == 1 else { throw several("hosts", name, found.map(\.id), option) }
    return host.id
  }

  /// Hosts of a list with commas.
  /// - Throws: `InputError` as ``host(_:option:)``
  public func hosts(_ list: String, option: String) throws(InputError) -> Set<String> {
    var hosts: Set<String> = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false) {
      hosts.insert(try host(String(name), option: option))
    }
    return hosts
  }

  /// Groups of hosts, lists with bars between them; every host that is alive must be in one.
  /// - Throws: `InputError` as ``host(_:option:)``, and for hosts that are in no group or in two
  public func partitions(_ text: String, option: String) throws(InputError) -> [Set<String>] {
    var groups: [Set<String>] = []
    for list in text.split(separator: "|", omittingEmptySubsequences: false) {
      let group = try hosts(String(list), option: option)
      for other in groups where !other.isDisjoint(with: group) {
        let twice = pool.hosts.first { other.contains($0.id) && group.contains($0.id) }
        throw InputError(
          file: option, reason: "host \(YAMLValue.quoted(twice?.name ?? "")) is in two partitions")
      }
      groups.append(group)
    }
    for host in pool.hosts where host.isLive && !groups.contains(where: { $0.contains(host.id) }) {
      throw InputError(
        file: option,
        reason: "host \(YAMLValue.quoted(host.name)) is in no partition; put it into one")
    }
    return groups
  }

  /// The machine of that name or UUID.
  /// - Throws: `InputError` when there is none, or there are several
  public func machine(_ text: String, option: String) throws(InputError) -> String {
    let guests = pool.vms.filter { !$0.isControlDomain }
    let found = guests.filter { $0.name == text || $0.id == text }
    guard let vm = found.first else { throw unknown("machine", text, guests.map(\.name), option) }
    guard found.count == 1 else { throw several("machines", text, found.map(\.id), option) }
    return vm.id
  }

  /// Machines whose name, or UUID, one of `patterns` fits, as file names in a shell; all machines
  /// when there are no patterns.
  /// - Throws: `InputError` for a pattern that fits none
  public func machines(_ patterns: [String], option: String) throws(InputError) -> Set<String> {
    let guests = pool.vms.filter { !$0.isControlDomain }
    guard !patterns.isEmpty else { return Set(guests.map(\.id)) }
    var result: Set<String> = []
    for pattern in patterns {
      let found = guests.filter { Self.fits(pattern, $0.name) || $0.id == pattern }
      guard !found.isEmpty else {
        if let template = templates.first(where: { Self.fits(pattern, $0) }) {
          throw InputError(
            file: option,
            reason: "\(YAMLValue.quoted(pattern)) fits no machine; template "
              + "\(YAMLValue.quoted(template)) takes no memory and is in no plan")
        }
        throw unknown("machine", pattern, guests.map(\.name), option)
      }
      result.formUnion(found.map(\.id))
    }
    return result
  }

  private static func fits(_ pattern: String, _ name: String) -> Bool {
    fnmatch(pattern, name, 0) == 0
  }

  private func unknown(
    _ what: String, _ name: String, _ names: [String], _ option: String
  ) -> InputError {
    let near = Spelling.nearest(to: name, in: names).map { "did you mean '\($0)'?" }
    let some = Array(Set(names)).sorted().prefix(8).joined(separator: ", ")
    return InputError(
      file: option,
      reason: "no \(what) is called \(YAMLValue.quoted(name)); \(near ?? "there are \(some)")")
  }

  private func several(
    _ what: String, _ name: String, _ ids: [String], _ option: String
  ) -> InputError {
    InputError(
      file: option,
      reason: "\(ids.count) \(what) are called \(YAMLValue.quoted(name)); give the UUID of one: "
        + ids.prefix(4).joined(separator: ", "))
  }
}

extension String {
  /// Without blanks at either end.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
