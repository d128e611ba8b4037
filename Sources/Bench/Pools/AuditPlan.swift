public import XenServer

/// The changes that an audit, or an undo file, asks for.
public struct AuditPlan: Sendable {
  /// What is not changed.
  public struct Omission: Hashable, Sendable {
    /// The machine or template.
    public var name: String
    /// Why.
    public var reason: String
    /// Whether it should be changed and cannot.
    public var isObstacle: Bool
  }

  /// The changes, in order.
  public private(set) var changes: [MultiplierChange] = []
  /// What is not changed.
  public private(set) var omissions: [Omission] = []

  /// The changes that mend what `audit` finds.
  public init(_ audit: MultiplierAudit) {
    for finding in audit.findings {
      let name = finding.vm.nameLabel
      guard let proposal = finding.proposal else {
        omissions.append(
          Omission(name: name, reason: AuditText.reasonToKeep(finding), isObstacle: false))
        continue
      }
      do {
        changes.append(try MultiplierChange(finding.vm, to: proposal))
      } catch {
        omissions.append(Omission(name: name, reason: error.reason, isObstacle: true))
      }
    }
  }

  /// The way back that `undo` describes.
  public init(_ undo: UndoFile, records: PoolRecords) {
    for step in undo.steps(records) {
      switch step {
      case .change(let change): changes.append(change)
      case .none(let name, let reason, let isFine):
        omissions.append(Omission(name: name, reason: reason, isObstacle: !isFine))
      }
    }
  }

  /// Whether something should be changed and cannot.
  public var hasObstacles: Bool { omissions.contains(where: \.isObstacle) }
}
