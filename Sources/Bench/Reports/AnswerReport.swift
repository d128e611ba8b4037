import GuestModel
import ShadowModel
import XenServer

/// The first lines of `recommend`: how large a pool, what to set where, what is there unasked.
enum AnswerReport {
  /// What the lines are about.
  struct Subject {
    /// The settings.
    var settings: Settings
    /// The pool that the input needs; nil when no size meets the target.
    var size: SizeResult?
    /// Why none is said; nil where one is, or none meets the target.
    var reason: String?
    /// What a size must meet.
    var target: Target
    /// Every size that was measured.
    var curve: [SizeResult]
    /// The guest.
    var sizing: Sizing
    /// Where the input begins to fit.
    var knee: Knee
    /// The toolstack that the guest runs on; nil when it is not known.
    var toolstack: Toolstack?

    /// What a recommendation says.
    init(_ recommendation: Recommendation, sizing: Sizing, toolstack: Toolstack?) {
      settings = recommendation.settings
      size = recommendation.size
      reason = recommendation.reason
      target = recommendation.target
      curve = recommendation.curve
      knee = recommendation.knee
      self.sizing = sizing
      self.toolstack = toolstack
    }

    /// Toolstacks that the answer is for.
    var toolstacks: [Toolstack] { toolstack.map { [$0] } ?? Toolstack.allCases }

    /// Whether the input would do with less than Xen leaves a running domain.
    var isXensLeast: Bool {
      let failing = knee.failing.map { target.pages(above: $0.allocation.pages) } ?? 0
      let enough = max(knee.fitting?.allocation.pages ?? .max, failing)
      return enough < sizing.runningMinimumPages
    }

    /// `19.29 % re-creation, thrashes`.
    func effect(_ result: SizeResult) -> String {
      guard !result.isCrashed else { return "the domain crashes" }
      guard !result.isUnknown else { return Verdict.notKnown.text }
      return "\(Numeral.percent(result.share.recreation)) % re-creation, "
        + target.verdict(on: result, among: curve).text
    }
  }

  /// The lines.
  static func lines(_ subject: Subject, terminal: Terminal) -> [String] {
    var lines = [headline(subject, terminal)]
    if subject.isXensLeast && subject.reason == nil {
      lines.append(
        "      the input would do with less, but Xen leaves a running domain no less than "
          + "\(Numeral.mebibytes(pages: subject.sizing.runningMinimumPages)) MiB")
    }
    for toolstack in subject.toolstacks {
      lines += toolstack == .xapi ? xapi(subject, terminal) : xl(subject, terminal)
    }
    return lines + mappedOnce(subject)
  }

  private static func headline(_ subject: Subject, _ terminal: Terminal) -> String {
    if let reason = subject.reason {
      return "pool  " + terminal.styled("not known", .bad) + ": \(reason)"
    }
    guard let size = subject.size else {
      return "pool  " + terminal.styled("none: no size meets the target", .bad)
        + ", \(Numeral.percent(subject.target.share)) % re-creation"
    }
    let allocation = size.allocation
    return "pool  "
      + terminal.styled(
        "\(Numeral.fixed(allocation.mebibytes, 2)) MiB = \(Numeral.grouped(allocation.pages)) pages",
        .strong)
      + ": \(Numeral.percent(size.share.recreation)) % of guest time for re-creating shadows, "
      + "target \(Numeral.percent(subject.target.share)) %"
  }

  private static func xapi(_ subject: Subject, _ terminal: Terminal) -> [String] {
    let setting = subject.settings.xapi
    let unasked = mebibytes(setting.standard)
    var lines = ["", "XenServer, XCP-ng"]
    if setting.multiplier == 1, let size = setting.size {
      lines.append(
        "  set    " + terminal.styled("HVM-shadow-multiplier = 1.0", .strong)
          + ", as it is unasked: \(unasked) MiB, \(subject.effect(size))")
      return lines
    }
    if let multiplier = setting.multiplier, let size = setting.size {
      lines.append(
        "  set    " + terminal.styled("HVM-shadow-multiplier = \(multiplier)", .strong)
          + ": \(mebibytes(size)) MiB, \(subject.effect(size))")
    }
    return lines + ["  1.0    \(unasked) MiB: \(subject.effect(setting.standard))"]
  }

  private static func xl(_ subject: Subject, _ terminal: Terminal) -> [String] {
    let setting = subject.settings.libxl
    var lines = ["", "xl"]
    if let size = setting.size {
      lines.append(
        "  set    " + terminal.styled("shadow_memory = \(mebibytes(size))", .strong)
          + ": \(mebibytes(size)) MiB, \(subject.effect(size))")
    }
    return lines + [
      "  unset  \(mebibytes(setting.standard)) MiB: \(subject.effect(setting.standard))"
    ]
  }

  private static func mappedOnce(_ subject: Subject) -> [String] {
    let setting = subject.settings.mappedOnce
    var lines = ["", "rule of 2008, each page mapped once and 50 %: no toolstack's today"]
    if let multiplier = setting.multiplier, let size = setting.size {
      lines.append(
        "  needs  \(Numeral.fixed(multiplier, 2)) × mapped-once: \(mebibytes(size)) MiB, "
          + subject.effect(size))
    }
    let standard = setting.standard
    let least = subject.sizing.runningMinimumPages
    lines.append(
      "  1.0    \(mebibytes(standard)) MiB: \(subject.effect(standard))"
        + (standard.allocation.pages < least
          ? "; Xen leaves a running domain \(Numeral.mebibytes(pages: least)) MiB" : ""))
    lines.append(
      "  4.0    \(mebibytes(setting.template)) MiB, the XenApp template's 4.0 by this rule: "
        + subject.effect(setting.template))
    return lines
  }

  /// MiB, without decimals where there are none.
  static func mebibytes(_ result: SizeResult) -> String { Numeral.mebibytes(result.allocation) }

  /// With nested paging.
  static func lines(nestedPaging sizing: Sizing, toolstack: Toolstack?) -> [String] {
    let pools = NestedPaging.Pools(sizing)
    var lines = ["pool  as it is: with nested paging a larger one buys no speed"]
    for toolstack in toolstack.map({ [$0] }) ?? Toolstack.allCases {
      switch toolstack {
      case .xapi:
        lines += [
          "", "XenServer, XCP-ng",
          "  set    HVM-shadow-multiplier = 1.0, as it is unasked: \(pools.xapiMiB) MiB",
        ]
      case .xl:
        lines += [
          "", "xl",
          "  set    nothing: unset, shadow_memory is \(Numeral.mebibytes(pages: pools.libxlPages)) MiB",
        ]
      }
    }
    return lines
  }
}
