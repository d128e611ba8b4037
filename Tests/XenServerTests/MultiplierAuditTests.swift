import Testing

@testable import XenServer

/// Which multipliers are found, and what is said about them.
@Suite struct MultiplierAuditTests {
  /// A machine of 8 GiB and 4 vCPUs, whose pool has 68 MiB at 1.0.
  private func vm(
    _ multiplier: XenValue, state: String = "Halted", type: String = "hvm",
    _ more: [String: XenValue] = [:]
  ) throws -> VMRecord {
    var fields: [String: XenValue] = [
      "uuid": .string("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02"),
      "name_label": .string("m"), "power_state": .string(state),
      "domain_type": .string(type), "HVM_shadow_multiplier": multiplier,
      "memory_static_max": .integer(8192 << 20), "VCPUs_max": .integer(4),
      "platform": .map([:]), "is_a_template": .boolean(false),
    ]
    fields.merge(more) { $1 }
    var records = PoolRecords(format: .live)
    try records.add(XenRecord(fields), class: "VM", reference: "r")
    return try #require(records.vms.first)
  }

  private func finding(
    _ vm: VMRecord, hap: Bool? = nil, format: PoolRecords.Format = .live
  ) throws -> MultiplierFinding? {
    var records = PoolRecords(format: format)
    try records.add(vm.record, class: "VM", reference: vm.reference)
    return MultiplierAudit(records, hasNestedPaging: hap).findings.first
  }

  @Test func oneIsNoFinding() throws {
    #expect(try finding(vm(.float(1))) == nil)
    #expect(try finding(vm(.integer(1))) == nil)
    #expect(
      try finding(vm(.float(4), ["is_control_domain": .boolean(true)])) == nil)
  }

  @Test func fourCostsThreePools() throws {
    let finding = try #require(try finding(vm(.float(4))))
    #expect(finding.extraMiB == 204 && finding.poolMiB == 272)
    #expect(finding.cause == .optimisedForXenApp)
    #expect(finding.paging == .unknown && finding.problems.isEmpty && finding.proposal == nil)
  }

  @Test func nestedPagingGainsNothing() throws {
    #expect(try finding(vm(.float(4)), hap: true)?.problems == [.withoutGain])
    #expect(try finding(vm(.float(4)), hap: true)?.proposal == 1)
    #expect(try finding(vm(.float(4)), hap: false)?.problems == [])
    let platform = ["platform": XenValue.map(["hap": .string("false")])]
    #expect(try finding(vm(.float(4), platform), hap: true)?.paging == .shadow)
    for (key, value) in [
      ("nested-virt", "true"), ("nested-virt", "1"), ("exp-nested-hvm", "TRUE"),
      ("altp2m", "external"),
    ] {
      let nested = ["platform": XenValue.map([key: .string(value)])]
      #expect(try finding(vm(.float(4), nested), hap: true)?.proposal == nil, "\(key) \(value)")
    }
    for off in ["0", "False", "FALSE"] {
      let platform = ["platform": XenValue.map(["hap": .string(off)])]
      #expect(try finding(vm(.float(4), platform), hap: true)?.paging == .shadow)
    }
  }

  @Test func whatIsNotThereIsNotJudged() throws {
    var bare = try vm(.float(4))
    for field in ["platform", "power_state", "domain_type", "is_a_template"] {
      bare.record[field] = nil
    }
    let found = try #require(try finding(bare, hap: true))
    #expect(found.paging == .unknown && found.problems.isEmpty && found.proposal == nil)
    #expect(
      found.missingFields == ["power_state", "platform", "is_a_template", "domain_type"])
    bare.record["HVM_shadow_multiplier"] = .float(0.5)
    #expect(try finding(bare)?.proposal == 1)
    #expect(throws: MultiplierChange.Obstacle.self) { try MultiplierChange(bare, to: 1) }
    bare.record["HVM_shadow_multiplier"] = nil
    var records = PoolRecords(format: .live)
    try records.add(bare.record, class: "VM", reference: "r")
    let audit = MultiplierAudit(records)
    #expect(audit.findings.isEmpty && audit.unjudged == [bare] && audit.checked == 1)
  }

  @Test func belowOneDoesNotStart() throws {
    let finding = try #require(try finding(vm(.float(67.0 / 68))))
    #expect(finding.problems == [.startRefused] && finding.proposal == 1)
    #expect(finding.cause == .readBack(poolMiB: 67, baseMiB: 68))
    #expect(finding.extraMiB == -1)
  }

  @Test func xesThreeDecimalsAreRecognised() throws {
    let rounded = try #require(try finding(vm(.float(0.985)), format: .xeText))
    #expect(rounded.cause == .readBack(poolMiB: 67, baseMiB: 68))
    #expect(try finding(vm(.float(0.985)))?.cause == .setByHand)
  }

  @Test func paravirtualisedGuestsHaveNoUseForIt() throws {
    for (type, paging) in [("pv", MultiplierFinding.Paging.none), ("pvh", .nested)] {
      let finding = try #require(try finding(vm(.float(2), type: type), hap: true))
      #expect(finding.problems == [.withoutEffect] && finding.paging == paging)
    }
  }

  @Test func whatIsNoNumberIsFound() throws {
    #expect(try finding(vm(.string("nan")))?.problems == [.notANumber])
    #expect(try finding(vm(.string("inf")))?.problems == [.notANumber])
  }

  /// The call that each state has, and the states that have none.
  @Test func theCallIsTheStates() throws {
    func call(_ vm: VMRecord) -> MultiplierChange.Call? { try? MultiplierChange(vm, to: 1).call }
    #expect(try call(vm(.float(4))) == .record)
    #expect(try call(vm(.float(4), state: "Running")) == .live)
    #expect(try call(vm(.float(4), state: "Running", type: "pv")) == nil)
    #expect(try call(vm(.float(4), type: "pv")) == .record)
    for state in ["Paused", "Suspended", "Odd"] {
      #expect(try call(vm(.float(4), state: state)) == nil)
    }
    let template = ["is_a_template": XenValue.boolean(true)]
    #expect(try call(vm(.float(4), template)) == .record)
    let snapshot = template.merging(["is_a_snapshot": .boolean(true)]) { $1 }
    #expect(try call(vm(.float(4), snapshot)) == nil)
    for bad in [0.5, .nan, .infinity] {
      #expect(throws: MultiplierChange.Obstacle.self) {
        try MultiplierChange(vm(.float(4)), to: bad)
      }
    }
  }

  @Test func aLiveChangeComesBackAsWholeMebibytes() throws {
    let live = try MultiplierChange(vm(.float(1), state: "Running"), to: 1.1)
    #expect(live.isFulfilled(by: 74.0 / 68))
    #expect(!live.isFulfilled(by: 75.0 / 68) && !live.isFulfilled(by: 73.0 / 68))
    let record = try MultiplierChange(vm(.float(1)), to: 1.1)
    #expect(record.isFulfilled(by: 1.1) && !record.isFulfilled(by: 74.0 / 68))
    #expect(
      live.xeCommand == "xe vm-memory-shadow-multiplier-set "
        + "uuid=5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02 multiplier=1.1")
  }
}
