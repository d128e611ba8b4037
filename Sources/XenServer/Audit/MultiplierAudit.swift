/// All records of a pool or a file whose multiplier is not 1.0.
public struct MultiplierAudit: Hashable, Sendable {
  /// How the server reckons memory.
  public let model: MemoryModel
  /// Machines, templates and snapshots that were looked at; control domains are not.
  public let checked: Int
  /// Those of them whose record has no multiplier: nothing can be said of them.
  public let unjudged: [VMRecord]
  /// The hosts, by name: whether shadow paging exists on them is what a multiplier is about.
  public let hosts: [HostRecord]
  /// Those with another multiplier than 1.0, by kind, then by name.
  public let findings: [MultiplierFinding]

  /// Looks at all records.
  /// - Parameters:
  ///   - version: of the formula; nil takes the one that the machines' overheads speak for
  ///   - hasNestedPaging: whether hosts that do not say it themselves have nested paging
  public init(
    _ records: PoolRecords, version: MemoryModel.Version? = nil, hasNestedPaging: Bool? = nil
  ) {
    let vms = records.vms.filter { $0.kind != .controlDomain }
    let samples = vms.compactMap { vm in
      vm.overheadBytes.flatMap { bytes in
        vm.memoryShape.map {
          MemoryCalibration.Sample(name: vm.nameLabel, shape: $0, overheadBytes: bytes)
        }
      }
    }
    let model =
      version.map { MemoryModel($0) } ?? MemoryCalibration.calibrate(samples)?.model
      ?? MemoryModel()
    let reader = FindingReader(records: records, model: model, hasNestedPaging: hasNestedPaging)
    self.model = model
    checked = vms.count
    unjudged = vms.filter { $0.shadowMultiplier == nil }
    hosts = records.hosts.sorted { ($0.nameLabel, $0) < ($1.nameLabel, $1) }
    let order = VMRecord.Kind.allCases
    findings = vms.compactMap(reader.finding).sorted { one, other in
      let (first, second) = (order.firstIndex(of: one.vm.kind), order.firstIndex(of: other.vm.kind))
      return (first ?? 0) == (second ?? 0) ? one.vm < other.vm : (first ?? 0) < (second ?? 0)
    }
  }

  /// MiB that multipliers other than 1.0 take of hosts now, those below it set off.
  public var extraMiBInMemory: Int {
    findings.filter { $0.isInMemory }.compactMap(\.extraMiB).reduce(0, +)
  }

  /// MiB of those that buy nothing.
  public var wastedMiBInMemory: Int {
    findings.filter { $0.isInMemory && $0.proposal != nil }.compactMap(\.extraMiB)
      .filter { $0 > 0 }.reduce(0, +)
  }

  /// Findings with something wrong.
  public var problematic: [MultiplierFinding] { findings.filter { !$0.problems.isEmpty } }
}

/// Makes findings of records.
private struct FindingReader {
  var records: PoolRecords
  var model: MemoryModel
  var hasNestedPaging: Bool?

  func finding(_ vm: VMRecord) -> MultiplierFinding? {
    let host = host(of: vm)
    guard let multiplier = vm.shadowMultiplier, multiplier != 1 || lacksShadows(vm, host) else {
      return nil
    }
    let shape = vm.memoryShape
    let paging = paging(of: vm, on: host)
    let base = shape.map(model.basePoolMiB)
    return MultiplierFinding(
      vm: vm, multiplier: multiplier, host: host?.nameLabel, paging: paging,
      cause: cause(multiplier, vm, base: base),
      problems: (lacksShadows(vm, host) ? [.shadowPagingMissing] : [])
        + problems(multiplier, vm, paging), baseMiB: base,
      poolMiB: shape.map { model.poolMiB($0) },
      isNestedVirtual: vm.isNestedVirtual)
  }

  /// Whether it is set to shadow paging, which the Xen of its host, or of all hosts, has not.
  private func lacksShadows(_ vm: VMRecord, _ host: HostRecord?) -> Bool {
    let hosts = host.map { [$0] } ?? records.hosts
    return vm.flag("hap") == false && vm.domainType.map { $0 != .pv } ?? false
      && !hosts.isEmpty && hosts.allSatisfy { $0.hasShadowPaging == false }
  }

  private func host(of vm: VMRecord) -> HostRecord? {
    let reference = vm.residentOn ?? vm.scheduledOn ?? vm.affinity
    return records.hosts.first { $0.reference == reference }
  }

  /// What the machine is set to, then what its host says, then what all hosts say, then what the
  /// caller says.
  private func paging(of vm: VMRecord, on host: HostRecord?) -> MultiplierFinding.Paging {
    if vm.domainType == .pv { return .none }
    // Without 'platform' nobody knows whether nested paging was turned off for it.
    guard vm.record["platform"] != nil else { return .unknown }
    let answers = Set(
      (host.map { [$0] } ?? records.hosts).map {
        // Without shadow paging there is nothing else.
        $0.hasHAP ?? ($0.hasShadowPaging == false ? true : nil)
      })
    let ofHosts = answers.count == 1 ? answers.first ?? nil : nil
    guard let nested = vm.flag("hap") ?? ofHosts ?? hasNestedPaging else { return .unknown }
    return nested ? .nested : .shadow
  }

  private func problems(
    _ multiplier: Double, _ vm: VMRecord, _ paging: MultiplierFinding.Paging
  ) -> [MultiplierFinding.Problem] {
    var problems: [MultiplierFinding.Problem] = []
    if multiplier < 1 { problems.append(.startRefused) }
    if multiplier.isNaN || multiplier >= MultiplierChange.limit { problems.append(.notANumber) }
    if let type = vm.domainType, !type.usesMultiplier { problems.append(.withoutEffect) }
    if paging == .nested, multiplier > 1, vm.domainType == .hvm { problems.append(.withoutGain) }
    return problems
  }

  private func cause(
    _ multiplier: Double, _ vm: VMRecord, base: Int?
  ) -> MultiplierFinding.Cause {
    if multiplier == 4 {
      return vm.isApplicationTemplate && vm.isTemplate ? .applicationTemplate : .optimisedForXenApp
    }
    guard let base, base > 0, multiplier.isFinite, multiplier > 0, multiplier < 1000 else {
      return .setByHand
    }
    // Xen's answer is a whole number of MiB; 'xe' prints it with three decimals.
    let pool = (multiplier * Double(base)).rounded()
    let fraction = pool / Double(base)
    let isShort = (multiplier * 100).rounded() / 100 == multiplier
    let isRounded = records.hasRoundedFractions && abs(fraction - multiplier) <= 0.0005
    guard !isShort, fraction == multiplier || isRounded else { return .setByHand }
    return .readBack(poolMiB: Int(pool), baseMiB: base)
  }
}
