extension PlannerPool {
  /// The pool of `records`; templates and snapshots are left out.
  /// - Parameter version: of the formula; nil takes the one that the machines' overheads speak for,
  ///   and that of before 26.3 when they speak for none
  /// - Throws: ``RecordError`` when there are no hosts, or a record lacks what planning needs
  public init(
    records: PoolRecords, version: MemoryModel.Version? = nil
  ) throws(RecordError) {
    let machines = records.vms.filter { $0.kind == .machine || $0.kind == .controlDomain }
    guard !records.hosts.isEmpty else {
      throw RecordError(
        file: machines.first?.record.place?.file ?? "pool",
        reason: "has no hosts; plans need the records of a pool: host, host_metrics, VM, pool")
    }
    var hosts: [PlannerHost] = []
    for host in records.hosts { hosts.append(try PlannerHost(host, records)) }
    let agility = AgilityReader(records)
    var vms: [PlannerVM] = []
    for machine in machines { vms.append(try PlannerVM(machine, records, agility)) }
    let samples = vms.compactMap { vm in
      vm.recordedOverheadBytes.map {
        MemoryCalibration.Sample(name: vm.name, shape: vm.shape, overheadBytes: $0)
      }
    }
    let pool = records.pool
    self.init(
      name: pool?.nameLabel ?? "", hosts: hosts, vms: vms,
      highAvailability: HighAvailability(
        isEnabled: pool?.isHAEnabled ?? false, failuresToTolerate: pool?.failuresToTolerate ?? 0,
        planExistsFor: pool?.planExistsFor, allowsOvercommit: pool?.allowsOvercommit ?? false,
        isClustered: !records.records(class: "Cluster").isEmpty),
      model: version.map { MemoryModel($0) } ?? MemoryCalibration.calibrate(samples)?.model
        ?? MemoryModel())
  }
}

extension PlannerHost {
  /// The host of a record.
  init(_ host: HostRecord, _ records: PoolRecords) throws(RecordError) {
    guard let total = host.totalBytes else {
      throw RecordError(
        file: host.record.place?.file ?? host.reference, line: host.record.place?.line,
        reason: "host '\(host.nameLabel)' has no host_metrics with memory_total")
    }
    let memberships = records.records(class: "Cluster_host").values.filter {
      $0.reference("host") == host.reference
    }
    let isClustered = !records.records(class: "Cluster").isEmpty
    self.init(
      id: host.uuid ?? host.reference, name: host.nameLabel, memoryTotalBytes: total,
      memoryOverheadBytes: host.overheadBytes ?? 0, isEnabled: host.isEnabled, isLive: host.isLive,
      hasHAP: host.hasHAP ?? (host.hasShadowPaging == false ? true : nil),
      isClusterMember: !isClustered || memberships.contains { $0["enabled"]?.boolean ?? false })
    isOverheadKnown = host.overheadBytes != nil
  }
}

extension PlannerVM {
  /// The machine of a record.
  init(
    _ machine: VMRecord, _ records: PoolRecords, _ agility: AgilityReader
  ) throws(RecordError) {
    func error(_ reason: String, _ field: String) -> RecordError {
      RecordError(
        file: machine.record.place?.file ?? machine.reference,
        line: machine.record.place?.line(of: field),
        reason: "VM '\(machine.nameLabel)' \(reason)")
    }
    guard let shape = machine.memoryShape else {
      throw error(
        "lacks one of memory_static_max, VCPUs_max, HVM_shadow_multiplier and a known domain_type; "
          + "a missing field is not known: list the pool with params=all", "domain_type")
    }
    guard let priority = RestartPriority(rawValue: machine.haRestartPriority) else {
      throw error(
        "has the ha_restart_priority '\(machine.haRestartPriority)', must be restart, best-effort "
          + "or nothing", "ha_restart_priority")
    }
    var host: String?
    if let reference = machine.residentOn ?? machine.scheduledOn {
      guard let record = records[class: "host", reference] else {
        throw error("is resident on \(reference), which is no host here", "resident_on")
      }
      host = record["uuid"]?.string ?? reference
    }
    self.init(
      id: machine.uuid ?? machine.reference, name: machine.nameLabel, shape: shape,
      recordedOverheadBytes: machine.overheadBytes, host: host,
      isControlDomain: machine.isControlDomain, restartPriority: priority,
      isAlwaysRun: machine.haAlwaysRun, order: machine.order,
      boundHosts: machine.isControlDomain ? nil : agility.boundHosts(machine.reference))
  }
}
