public import ShadowModel

/// The toolstack that makes a host's domains, which decides the rule that a multiplier multiplies.
public struct HostToolstack: Hashable, Sendable {
  /// Which one.
  public enum Kind: String, Hashable, Sendable {
    /// XenServer's and XCP-ng's.
    case xapi
    /// xl, libvirt, and whatever else makes domains with libxl.
    case libxl
  }

  /// Which one.
  public var kind: Kind
  /// The signs of xapi that were found.
  public var signs: [String]
  /// What could not be looked at.
  public var unknown: [String]

  /// Whether nothing that would decide it was hidden.
  public var isCertain: Bool { !signs.isEmpty || unknown.isEmpty }

  /// Its rule.
  public var rule: SizingRule { kind == .xapi ? .xapi : .libxl }

  /// Why this one, in words.
  public var reason: String {
    if kind == .xapi { return "this host runs xapi (\(signs.joined(separator: ", ")))" }
    guard isCertain else {
      return "no sign of xapi was found, but not everything could be looked at ("
        + unknown.joined(separator: "; ") + ")"
    }
    return "this host shows no sign of xapi (no \(Self.inventory), no socket of xapi's, no process "
      + "xapi), so its domains are libxl's"
  }

  /// Where XenServer and XCP-ng say what they are.
  public static let inventory = "/etc/xensource-inventory"
  /// Where xapi listens, now and in older releases.
  static let sockets = ["/var/lib/xcp/xapi", "/var/xapi/xapi"]

  /// Looks at a host.
  ///
  /// One sign of xapi is enough: it also counts while xapi is restarted.
  /// - Parameter readStore: a value of the store that the tools share; nil where there is none
  public init(_ machine: HostSigns, readStore: (String) -> String?) {
    (kind, signs, unknown) = (.libxl, [], [])
    note(machine.exists(Self.inventory), Self.inventory)
    for path in Self.sockets { note(machine.exists(path), "xapi's socket \(path)") }
    note(machine.runs("xapi"), "a process xapi")
    if readStore("/xapi") != nil { signs.append("/xapi in xenstore") }
    if !signs.isEmpty { kind = .xapi }
  }

  private mutating func note(_ answer: HostSigns.Answer, _ sign: String) {
    switch answer {
    case .yes: signs.append(sign)
    case .no: break
    case .unknown(let reason): unknown.append(reason)
    }
  }
}

/// The rule that multipliers are relative to, and why.
public struct RuleChoice: Hashable, Sendable {
  /// The rule.
  public var rule: SizingRule
  /// Why this one.
  public var reason: String
  /// Whether it may be gone by without being named.
  public var isCertain: Bool

  /// The rule of a host's toolstack, unless another is named.
  public init(_ toolstack: HostToolstack, named: SizingRule? = nil) {
    rule = named ?? toolstack.rule
    isCertain = named != nil || toolstack.isCertain
    guard let named else {
      reason = toolstack.reason
      return
    }
    reason =
      named == toolstack.rule
      ? "named with --rule; it is this host's own too"
      : "named with --rule; this host's own is \(toolstack.rule.rawValue): \(toolstack.reason)"
  }

  /// What the commands say of it.
  public var text: String { "\(rule.rawValue): \(reason)" }

  /// The rule, for a multiplier that somebody typed.
  ///
  /// - Throws: ``HostError/badSize(_:)`` when it would be a guess
  public func certain() throws(HostError) -> SizingRule {
    guard isCertain else {
      throw .badSize(
        "which rule a multiplier is relative to cannot be told: \(reason); nothing was changed; "
          + "give --rule xapi or --rule libxl, or the size with --shadow-mib")
    }
    return rule
  }
}
