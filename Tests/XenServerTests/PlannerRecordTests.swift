import Testing
import XenServer

/// From records to what planning sees.
@Suite struct PlannerRecordTests {
  private func records() throws -> PoolRecords {
    var records = PoolRecords(format: .dump)
    for host in ["a", "b"] {
      try records.add(
        XenRecord(["uuid": .string(host), "metrics": .string("m\(host)")]), class: "host",
        reference: "h\(host)")
      try records.add(
        XenRecord(["memory_total": .integer(64 << 30)]), class: "host_metrics",
        reference: "m\(host)")
    }
    try records.add(
      XenRecord([
        "uuid": .string("v"), "memory_static_max": .integer(4 << 30), "VCPUs_max": .integer(2),
        "domain_type": .string("hvm"), "resident_on": .string("ha"),
        "ha_restart_priority": .string("restart"), "ha_always_run": .boolean(true),
        "memory_overhead": .integer(37 << 20), "HVM_shadow_multiplier": .float(1),
      ]), class: "VM", reference: "vm")
    return records
  }

  private func boundHosts(_ change: (inout PoolRecords) throws -> Void) throws -> [String]? {
    var records = try records()
    try change(&records)
    return try PlannerPool(records: records).vms[0].boundHosts
  }

  private func add(_ records: inout PoolRecords, _ name: String, _ fields: [String: String]) throws
  {
    var record = XenRecord()
    for (field, value) in fields {
      record[field] =
        ["true", "false"].contains(value) ? .boolean(value == "true") : .string(value)
    }
    try records.add(record, class: name, reference: "\(name)\(records.records(class: name).count)")
  }

  @Test func sizesAndVersionAreThoseOfTheRecords() throws {
    let pool = try PlannerPool(records: records())
    #expect(pool.model.version == .since26_3 && pool.vms[0].isProtected && pool.vms[0].isAgile)
    #expect(pool.vms[0].host == "a" && pool.hosts.map(\.id) == ["a", "b"])
    #expect(pool.hosts[0].hasHAP == nil && !pool.highAvailability.isEnabled)
    #expect(try PlannerPool(records: records(), version: .before26_3).model == MemoryModel())
  }

  @Test func aDiskInAHostsOwnStorageBinds() throws {
    #expect(
      try boundHosts { records in
        try add(&records, "SR", ["shared": "false"])
        try add(&records, "PBD", ["SR": "SR0", "host": "hb", "currently_attached": "true"])
        try add(&records, "VDI", ["SR": "SR0"])
        try add(&records, "VBD", ["VM": "vm", "VDI": "VDI0", "empty": "false"])
      } == ["b"])
    #expect(
      try boundHosts { records in
        try add(&records, "SR", ["shared": "true"])
        try add(&records, "VDI", ["SR": "SR0"])
        try add(&records, "VBD", ["VM": "vm", "VDI": "VDI0", "empty": "false"])
      } == nil)
  }

  @Test func aNetworkThatIsNotOnEveryHostBinds() throws {
    #expect(
      try boundHosts { records in
        try add(&records, "network", [:])
        try add(&records, "PIF", ["network": "network0", "host": "ha"])
        try add(&records, "VIF", ["VM": "vm", "network": "network0"])
      } == ["a"])
    #expect(
      try boundHosts { records in
        try add(&records, "network", [:])
        for host in ["ha", "hb"] {
          try add(&records, "PIF", ["network": "network0", "host": host])
        }
        try add(&records, "VIF", ["VM": "vm", "network": "network0"])
      } == nil)
  }

  @Test func clustersAndNestedPagingAreSeen() throws {
    var records = try records()
    try add(&records, "Cluster", [:])
    try add(&records, "Cluster_host", ["host": "ha", "enabled": "true"])
    try records.add(
      XenRecord([
        "uuid": .string("a"), "metrics": .string("ma"),
        "other_config": .map(["hap": .string("false")]),
      ]), class: "host", reference: "ha")
    let pool = try PlannerPool(records: records)
    #expect(pool.highAvailability.isClustered)
    #expect(pool.hosts.map(\.isClusterMember) == [true, false])
    #expect(pool.hosts.map(\.hasHAP) == [false, nil])
  }

  @Test func whatPlanningNeedsAndIsMissingIsSaid() throws {
    #expect(throws: RecordError.self) { try PlannerPool(records: PoolRecords(format: .live)) }
    var noMetrics = try records()
    try noMetrics.add(XenRecord(["uuid": .string("c")]), class: "host", reference: "hc")
    var noShape = try records()
    try noShape.add(XenRecord(["uuid": .string("w")]), class: "VM", reference: "w")
    var elsewhere = try records()
    try elsewhere.add(
      XenRecord([
        "memory_static_max": .integer(1 << 30), "VCPUs_max": .integer(1),
        "domain_type": .string("pv"),
        "resident_on": .string("nowhere"),
      ]), class: "VM", reference: "w")
    var priority = try records()
    try priority.add(
      XenRecord([
        "memory_static_max": .integer(1 << 30), "VCPUs_max": .integer(1),
        "domain_type": .string("pv"),
        "ha_restart_priority": .string("1"),
      ]), class: "VM", reference: "w")
    for (records, text) in [
      (noMetrics, "memory_total"), (noShape, "lacks"), (elsewhere, "nowhere"), (priority, "'1'"),
    ] {
      let error = #expect(throws: RecordError.self) { try PlannerPool(records: records) }
      #expect(error?.reason.contains(text) == true, "\(String(describing: error))")
    }
  }
}
