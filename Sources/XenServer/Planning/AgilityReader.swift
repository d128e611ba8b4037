/// Which machines can run on certain hosts only, by the records of their disks and networks.
///
/// A machine is agile when all its disks are in shared storage, and all its networks are on every
/// host. Records that are missing bind nothing: text of `xe vm-list` has none of them.
struct AgilityReader {
  private let records: PoolRecords
  /// Devices of each machine, by reference.
  private var disks: [String: [String]] = [:]
  private var networks: [String: [String]] = [:]
  /// Hosts, by UUID, that have each storage repository or network attached.
  private var storageHosts: [String: Set<String>] = [:]
  private var networkHosts: [String: Set<String>] = [:]
  private let hosts: Set<String>

  /// A reader of `records`.
  init(_ records: PoolRecords) {
    self.records = records
    let ids = records.records(class: "host").reduce(into: [String: String]()) { ids, host in
      ids[host.key] = host.value["uuid"]?.string ?? host.key
    }
    hosts = Set(ids.values)
    for device in records.records(class: "VBD").values {
      guard device["empty"]?.boolean != true, let machine = device.reference("VM"),
        let image = device.reference("VDI"),
        let storage = records[class: "VDI", image]?.reference("SR")
      else { continue }
      disks[machine, default: []].append(storage)
    }
    for device in records.records(class: "VIF").values {
      guard let machine = device.reference("VM"), let network = device.reference("network")
      else { continue }
      networks[machine, default: []].append(network)
    }
    storageHosts = Self.attachments(records.records(class: "PBD"), to: "SR", ids)
    networkHosts = Self.attachments(records.records(class: "PIF"), to: "network", ids)
  }

  /// The hosts that have all of a machine's disks and networks; nil for an agile one.
  func boundHosts(_ machine: String) -> [String]? {
    var possible = hosts
    var isAgile = true
    for storage in disks[machine] ?? [] {
      guard let record = records[class: "SR", storage], record["shared"]?.boolean == false
      else { continue }
      isAgile = false
      possible.formIntersection(storageHosts[storage] ?? [])
    }
    for network in networks[machine] ?? [] where records[class: "network", network] != nil {
      let attached = networkHosts[network] ?? []
      if attached == hosts { continue }
      isAgile = false
      possible.formIntersection(attached)
    }
    return isAgile ? nil : possible.sorted()
  }

  private static func attachments(
    _ records: [String: XenRecord], to field: String, _ ids: [String: String]
  ) -> [String: Set<String>] {
    records.values.reduce(into: [:]) { result, record in
      guard record["currently_attached"]?.boolean ?? true, let target = record.reference(field),
        let host = record.reference("host").flatMap({ ids[$0] })
      else { return }
      result[target, default: []].insert(host)
    }
  }
}
