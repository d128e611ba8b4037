import ArgumentParser
import ShadowModel
import XenControl

/// The rule that multipliers of a host's pools are relative to.
struct HostRuleOptions: ParsableArguments {
  @Option(
    help: """
      The sizing rule that multipliers are relative to. (default: that of the host's toolstack: \
      xapi where xapi runs, else libxl)
      """)
  var rule: SizingRule?

  /// The rule on this host, and why.
  func choice(_ host: XenControl.Host) -> RuleChoice {
    RuleChoice(host.toolstack(.system()), named: rule)
  }
}
