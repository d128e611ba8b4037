public import XenServer

extension JSONResult {
  /// `pool audit`.
  /// - Parameters:
  ///   - plan: with `--fix` or `--undo`
  ///   - outcomes: with `--apply`
  ///   - undoFile: the file that undoes them
  public static func text(
    _ audit: MultiplierAudit?, plan: AuditPlan? = nil, outcomes: [ChangeOutcome]? = nil,
    undoFile: String? = nil, error: String? = nil
  ) throws -> String {
    try encode(
      .poolAudit,
      AuditRecord(
        model: audit?.model.version.rawValue, checked: audit?.checked,
        unjudged: audit?.unjudged.map { UnjudgedRecord(uuid: $0.uuid, name: $0.nameLabel) },
        hosts: audit?.hosts.map(HostSupportRecord.init),
        findings: audit?.findings.map(FindingRecord.init),
        extraMibInMemory: audit?.extraMiBInMemory, wastedMibInMemory: audit?.wastedMiBInMemory,
        changes: outcomes.map { $0.map(ChangeRecord.init) }
          ?? plan?.changes.map { ChangeRecord($0) },
        omissions: plan?.omissions.map {
          OmissionRecord(name: $0.name, reason: $0.reason, obstacle: $0.isObstacle)
        }, undoFile: undoFile, error: error))
  }
}

private struct AuditRecord: Encodable {
  var model: String?
  var checked: Int?
  var unjudged: [UnjudgedRecord]?
  var hosts: [HostSupportRecord]?
  var findings: [FindingRecord]?
  var extraMibInMemory: Int?
  var wastedMibInMemory: Int?
  var changes: [ChangeRecord]?
  var omissions: [OmissionRecord]?
  var undoFile: String?
  var error: String?
}

/// A record whose multiplier is not known.
private struct UnjudgedRecord: Encodable {
  var uuid: String?
  var name: String
}

private struct HostSupportRecord: Encodable {
  var uuid: String?
  var name: String
  var product: String?
  var productVersion: String?
  var xenVersion: String?
  var shadowPaging: String

  init(_ host: HostRecord) {
    uuid = host.uuid
    name = host.nameLabel
    product = host.productBrand
    productVersion = host.productVersion
    xenVersion = host.xenVersion
    shadowPaging =
      switch host.hasShadowPaging {
      case true?: "built-in"
      case false?: "compiled-out"
      case nil: "unknown"
      }
  }
}

private struct FindingRecord: Encodable {
  var uuid: String?
  var name: String
  var kind: String
  var powerState: String?
  var domainType: String?
  var multiplier: String
  var host: String?
  var paging: String
  var baseMib: Int?
  var poolMib: Int?
  var extraMib: Int?
  var problems: [String]
  var missingFields: [String]
  var cause: String
  var proposal: Double?

  init(_ finding: MultiplierFinding) {
    uuid = finding.vm.uuid
    name = finding.vm.nameLabel
    kind = finding.vm.kind.rawValue
    powerState = finding.vm.powerState?.rawValue
    domainType = finding.vm.domainType?.rawValue
    // Text, since it need not be a number.
    multiplier = "\(finding.multiplier)"
    host = finding.host
    paging = finding.paging.rawValue
    baseMib = finding.baseMiB
    poolMib = finding.poolMiB
    extraMib = finding.extraMiB
    problems = finding.problems.map(\.rawValue)
    missingFields = finding.missingFields
    cause = AuditText.cause(finding)
    proposal = finding.proposal
  }
}

private struct ChangeRecord: Encodable {
  var uuid: String
  var name: String
  var before: String
  var after: Double
  var call: String
  var command: String
  var state: String
  var found: Double?
  var reason: String?

  init(_ outcome: ChangeOutcome) {
    self.init(outcome.change)
    state = outcome.word
    found = outcome.found
    reason = outcome.reason
  }

  init(_ change: MultiplierChange) {
    uuid = change.uuid
    name = change.name
    before = "\(change.before)"
    after = change.after
    call = change.call.rawValue
    command = change.xeCommand
    state = "planned"
  }
}

private struct OmissionRecord: Encodable {
  var name: String
  var reason: String
  var obstacle: Bool
}
