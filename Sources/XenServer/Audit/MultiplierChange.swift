import ShellText

/// A change of a multiplier, by the call that is right for the machine's state.
public struct MultiplierChange: Hashable, Sendable {
  /// The calls that change a multiplier.
  public enum Call: String, CaseIterable, Sendable {
    /// For machines that are halted, and for templates: changes the record.
    case record = "VM.set_HVM_shadow_multiplier"
    /// For machines that run: changes the pool.
    case live = "VM.set_shadow_multiplier_live"
  }

  /// Why a multiplier cannot be changed now, and what to do.
  public struct Obstacle: Error, Hashable, Sendable {
    /// One sentence.
    public var reason: String
  }

  /// Multipliers from here on are no numbers to set: no host has the memory.
  static let limit = 1e9

  /// The machine's or template's UUID: references are the session's.
  public var uuid: String
  /// `name_label`.
  public var name: String
  /// What it is.
  public var kind: VMRecord.Kind
  /// The multiplier that it has.
  public var before: Double
  /// The multiplier that it is to have.
  public var after: Double
  /// How.
  public var call: Call
  /// MiB of pool at 1.0; nil when not known.
  public var baseMiB: Int?

  /// The change of `vm` to `multiplier`.
  /// - Throws: ``Obstacle`` when the server would refuse it, or accept it and do nothing
  public init(_ vm: VMRecord, to multiplier: Double) throws(Obstacle) {
    guard multiplier.isFinite, multiplier >= 1 else {
      throw Obstacle(reason: "the server accepts no multiplier below 1, and \(multiplier) is asked")
    }
    guard multiplier < Self.limit else {
      throw Obstacle(reason: "\(multiplier) is beyond all memory")
    }
    guard let uuid = vm.uuid, XenUUID.isValid(uuid) else {
      throw Obstacle(reason: "its record has no uuid of 8-4-4-4-12 hexadecimal digits")
    }
    self.uuid = uuid
    name = vm.nameLabel
    kind = vm.kind
    before = vm.shadowMultiplier ?? 1
    after = multiplier
    call = try Self.call(vm)
    baseMiB = vm.memoryShape.map { MemoryModel().basePoolMiB($0) }
  }

  private static func call(_ vm: VMRecord) throws(Obstacle) -> Call {
    guard vm.tellsKind else {
      throw Obstacle(
        reason: "its record does not say whether it is a template (is_a_template): list it with "
          + "'xe vm-list params=all'")
    }
    switch vm.kind {
    case .snapshot:
      throw Obstacle(
        reason: "it is a snapshot, which cannot be changed (VM_IS_SNAPSHOT); "
          + "what is made of it inherits the number")
    case .controlDomain: throw Obstacle(reason: "it is a control domain")
    case .template: return .record
    case .machine: break
    }
    switch vm.powerState {
    case .halted: return .record
    case .running:
      guard let type = vm.domainType else {
        throw Obstacle(
          reason: "its record does not say its type (domain_type): list it with "
            + "'xe vm-list params=all'")
      }
      guard type != .pv else {
        throw Obstacle(
          reason: "it runs paravirtualised: the live call succeeds there and does nothing; "
            + "halt it first")
      }
      return .live
    case .paused:
      throw Obstacle(reason: "it is paused, and neither call accepts that; unpause or halt it")
    case .suspended:
      throw Obstacle(reason: "it is suspended, and neither call accepts that; resume or halt it")
    case nil: throw Obstacle(reason: "its record has no power_state that is known")
    }
  }

  /// The command of `xe` that does the same.
  public var xeCommand: String {
    let value = Int(exactly: after).map { "\($0)" } ?? "\(after)"
    let (verb, field) =
      switch (call, kind) {
      case (.live, _): ("vm-memory-shadow-multiplier-set", "multiplier")
      case (.record, .template): ("template-param-set", "HVM-shadow-multiplier")
      case (.record, _): ("vm-param-set", "HVM-shadow-multiplier")
      }
    return ShellCommand("xe", verb, "uuid=\(uuid)", "\(field)=\(value)").description
  }

  /// Whether `found`, read back, is what was asked for: the number itself, or, of a machine that
  /// runs, the whole MiB that it makes.
  public func isFulfilled(by found: Double) -> Bool {
    if found == after { return true }
    guard call == .live, let baseMiB, baseMiB > 0 else { return false }
    let pool = max(1, (Double(baseMiB) * after).rounded(.towardZero))
    return found == pool / Double(baseMiB)
  }
}

/// What came of a change.
public struct ChangeOutcome: Hashable, Sendable {
  /// How far it got.
  public enum State: Hashable, Sendable {
    /// The server has what was asked for; its record says `found`.
    case done(found: Double)
    /// The server accepted it and its record says something else.
    case differs(found: Double)
    /// The server refused it, or was not asked: nothing was changed.
    case failed(String)
    /// It was asked for, and what came of it is not known.
    case unknown(String)
    /// An earlier one failed.
    case notTried
  }

  /// The change.
  public var change: MultiplierChange
  /// How far it got.
  public var state: State

  /// An outcome.
  public init(_ change: MultiplierChange, _ state: State) {
    self.change = change
    self.state = state
  }

  /// One word: `done`, `differs`, `failed`, `unknown`, `not_tried`.
  public var word: String {
    switch state {
    case .done: "done"
    case .differs: "differs"
    case .failed: "failed"
    case .unknown: "unknown"
    case .notTried: "not_tried"
    }
  }

  /// The multiplier that was read back; nil when it was not.
  public var found: Double? {
    switch state {
    case .done(let found), .differs(let found): found
    default: nil
    }
  }

  /// Why it did not get further; nil when it did.
  public var reason: String? {
    switch state {
    case .failed(let reason), .unknown(let reason): reason
    default: nil
    }
  }
}
