/// Files that hold a pool's records in a form that is not read, by what they begin with.
enum ForeignRecords {
  private static let listing =
    "list the machines with 'xe vm-list params=all' and the hosts with 'xe host-list params=all', "
    + "or write a dump with 'shadowbench templates dump --connect HOST -o FILE'"

  /// What is wrong with a file that begins with `head`, and what to do; nil for any other.
  static func reason(xml head: some Collection<UInt8>) -> String? {
    let text = String(decoding: head.prefix(1024), as: UTF8.self)
    guard text.contains("<database") || text.contains("<manifest>") else { return nil }
    return
      "is a pool's database, as 'xe pool-dump-database' and metadata backups have it, which is "
      + "not read; \(listing)"
  }

  /// The same of JSON.
  static func reason(_ value: LocatedValue) -> String? {
    let first: LocatedValue? =
      switch value.content {
      case .list(let elements): elements.first
      case .members(let members): value["type"] == nil ? members.first?.value : value
      case .scalar: nil
      }
    if let first, let type = first["type"]?.value.string, type.hasPrefix("VM") || type == "host",
      first["$pool"] != nil || first["$poolId"] != nil || first["CPUs"] != nil
        || first["memory"] != nil
    {
      return "holds objects of Xen Orchestra's own, which lack the multiplier; \(listing)"
    }
    if value["jobId"] != nil || value["xo"] != nil || value["poolMaster"] != nil {
      return "is the description of a backup by Xen Orchestra, which holds no records; \(listing)"
    }
    return nil
  }
}
