import Testing
import XenServer

/// Expected figures are the toolstack's formula worked out by hand.
@Suite struct MemoryModelTests {
  struct Example: Sendable {
    var memoryMiB: Int
    var vcpus: Int
    var multiplier = 1.0
    var type = DomainType.hvm
    var base: Int
    var pool: Int
    var before: Int
    var since: Int
    var footprint: Int?
  }

  static let examples = [
    Example(memoryMiB: 512, vcpus: 1, base: 5, pool: 5, before: 7, since: 8, footprint: 520),
    Example(memoryMiB: 2048, vcpus: 2, base: 18, pool: 18, before: 20, since: 21, footprint: 2069),
    Example(
      memoryMiB: 2048, vcpus: 2, multiplier: 4, base: 18, pool: 72, before: 74, since: 75,
      footprint: 2123),
    Example(memoryMiB: 4096, vcpus: 2, base: 34, pool: 34, before: 36, since: 37, footprint: 4133),
    Example(
      memoryMiB: 4096, vcpus: 2, multiplier: 4, base: 34, pool: 136, before: 138, since: 139,
      footprint: 4235),
    Example(memoryMiB: 8192, vcpus: 4, base: 68, pool: 68, before: 70, since: 71, footprint: 8263),
    Example(
      memoryMiB: 8192, vcpus: 4, multiplier: 1.5, base: 68, pool: 102, before: 104, since: 105,
      footprint: 8297),
    Example(
      memoryMiB: 8192, vcpus: 4, multiplier: 2, base: 68, pool: 136, before: 138, since: 139,
      footprint: 8331),
    Example(
      memoryMiB: 8192, vcpus: 4, multiplier: 4, base: 68, pool: 272, before: 274, since: 275,
      footprint: 8467),
    Example(
      memoryMiB: 16384, vcpus: 4, base: 132, pool: 132, before: 134, since: 135, footprint: 16519),
    Example(
      memoryMiB: 16384, vcpus: 4, multiplier: 4, base: 132, pool: 528, before: 530, since: 531,
      footprint: 16915),
    Example(
      memoryMiB: 32768, vcpus: 8, base: 264, pool: 264, before: 266, since: 268, footprint: 33036),
    Example(
      memoryMiB: 32768, vcpus: 8, multiplier: 4, base: 264, pool: 1056, before: 1058, since: 1060,
      footprint: 33828),
    Example(
      memoryMiB: 131072, vcpus: 16, base: 1040, pool: 1040, before: 1042, since: 1045,
      footprint: 132117),
    Example(
      memoryMiB: 131072, vcpus: 16, multiplier: 4, base: 1040, pool: 4160, before: 4162,
      since: 4165, footprint: 135237),
    Example(
      memoryMiB: 8191, vcpus: 3, multiplier: 1.5, base: 67, pool: 100, before: 102, since: 103,
      footprint: 8294),
    Example(memoryMiB: 8192, vcpus: 4, type: .pv, base: 68, pool: 68, before: 69, since: 70),
    Example(
      memoryMiB: 8192, vcpus: 4, type: .pvInPVH, base: 68, pool: 68, before: 184, since: 185),
    Example(memoryMiB: 8192, vcpus: 4, type: .pvh, base: 68, pool: 68, before: 70, since: 71),
  ]

  @Test(arguments: examples) func workedExamples(_ example: Example) {
    let shape = MemoryShape(
      memoryMiB: example.memoryMiB, vcpus: example.vcpus, multiplier: example.multiplier,
      domainType: example.type)
    let (before, since) = (MemoryModel(.before26_3), MemoryModel(.since26_3))
    #expect(before.basePoolMiB(shape) == example.base)
    #expect(since.poolMiB(shape) == example.pool)
    #expect(before.overheadMiB(shape) == example.before)
    #expect(since.overheadMiB(shape) == example.since)
    if let footprint = example.footprint { #expect(since.footprintMiB(shape) == footprint) }
  }

  /// apache/cloudstack#5335: a machine of 512 MiB and one vCPU with `memory-overhead` 7340032, and
  /// the 2008 R2 XenApp template, 1024 MiB, two vCPUs, multiplier 4, with 44040192.
  @Test func overheadsPastedIntoABugReport() {
    let model = MemoryModel(.before26_3)
    #expect(model.overheadBytes(MemoryShape(memoryMiB: 512, vcpus: 1)) == 7_340_032)
    let xenApp = MemoryShape(memoryMiB: 1024, vcpus: 2, multiplier: 4)
    #expect(model.basePoolMiB(xenApp) == 10 && model.overheadBytes(xenApp) == 44_040_192)
    #expect(MemoryModel(.since26_3).overheadMiB(xenApp) == 43)
  }

  /// xapi-project/xen-api#7008: a domain of 4 GiB and three vCPUs with 36700160 bytes of shadow.
  @Test func poolOfARunningDomain() {
    #expect(MemoryModel().poolMiB(MemoryShape(memoryMiB: 4096, vcpus: 3)) << 20 == 36_700_160)
  }

  @Test func memoryIsRoundedUpToMiBOfWhateverPolicy() {
    let shape = MemoryShape(
      staticMaxBytes: (8191 << 20) + 1, dynamicMaxBytes: (4096 << 20) + 1,
      dynamicMinBytes: 2048 << 20, vcpus: 4)
    let model = MemoryModel()
    #expect(shape.staticMaxMiB == 8192)
    #expect(model.footprintMiB(shape) == 8262)
    #expect(model.footprintMiB(shape, policy: .dynamicMax) == 4167)
    #expect(model.footprintMiB(shape, policy: .dynamicMin) == 2118)
    #expect(model.startMiB(shape) == 2118)
    var shim = shape
    shim.domainType = .pvInPVH
    #expect(model.startMiB(shim) == 8192 + 184)
  }

  @Test func partsOfTheToolstackDisagreeOnMachinesWithoutUseForAMultiplier() {
    let model = MemoryModel()
    var shape = MemoryShape(memoryMiB: 8192, vcpus: 4, multiplier: 4, domainType: .pv)
    #expect(
      model.inconsistencies(shape) == [
        MemoryInconsistency(kind: .pvCharged, recordMiB: 273, admissionMiB: 69, buildMiB: 69)
      ])
    shape.domainType = .pvh
    #expect(
      model.inconsistencies(shape) == [
        MemoryInconsistency(kind: .builtWithOne, recordMiB: 274, admissionMiB: 274, buildMiB: 70)
      ])
    shape.domainType = .pvInPVH
    #expect(model.inconsistencies(shape).map(\.kind) == [.builtWithOne])
    shape.domainType = .hvm
    #expect(model.inconsistencies(shape).isEmpty)
    shape.multiplier = 1
    for type in DomainType.allCases {
      shape.domainType = type
      #expect(model.inconsistencies(shape).isEmpty)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 0.944, -1, 0, 1e300])
  func aMultiplierThatIsNoneIsSaidAndDoesNotTrap(_ multiplier: Double) {
    let shape = MemoryShape(memoryMiB: 1024, vcpus: 1, multiplier: multiplier)
    #expect(MemoryModel().poolMiB(shape) == (multiplier == 0.944 ? 8 : 1))
    #expect(MemoryModel().inconsistencies(shape).map(\.kind) == [.unusableMultiplier])
  }

  @Test func valuesBeyondAllReasonDoNotTrap() {
    let shape = MemoryShape(
      staticMaxBytes: .max, dynamicMaxBytes: .min, vcpus: .max, multiplier: 1e6)
    #expect(shape.staticMaxBytes == MemoryShape.byteLimit && shape.dynamicMaxBytes == 0)
    for type in DomainType.allCases {
      var other = shape
      other.domainType = type
      #expect(MemoryModel(.since26_3).footprintMiB(other) > 0)
    }
  }

  @Test func domainTypesOfRecordsOldAndNew() {
    #expect(DomainType(record: "hvm", bootPolicy: "") == .hvm)
    #expect(DomainType(record: "pv_in_pvh", bootPolicy: nil) == .pvInPVH)
    #expect(DomainType(record: nil, bootPolicy: "BIOS order") == .hvm)
    #expect(DomainType(record: "unspecified", bootPolicy: "") == .pv)
    #expect(DomainType(record: "", bootPolicy: nil) == nil)
    #expect(DomainType(record: nil, bootPolicy: "") == .pv)
    #expect(DomainType(record: "xen", bootPolicy: "") == nil)
  }

  @Test func aServersOwnOverheadsTellItsVersion() throws {
    func sample(_ name: String, _ mebibytes: Int) -> MemoryCalibration.Sample {
      MemoryCalibration.Sample(
        name: name, shape: MemoryShape(memoryMiB: 8192, vcpus: 4), overheadBytes: mebibytes << 20)
    }
    let old = try #require(MemoryCalibration.calibrate([sample("a", 70), sample("drifted", 69)]))
    #expect(old.model.version == .before26_3 && old.explained == 1)
    #expect(old.unexplained == ["drifted"])
    let new = try #require(MemoryCalibration.calibrate([sample("a", 71), sample("b", 71)]))
    #expect(new.model.version == .since26_3 && new.unexplained.isEmpty)
    #expect(MemoryCalibration.calibrate([sample("a", 12)]) == nil)
    #expect(MemoryCalibration.calibrate([]) == nil)
  }
}
