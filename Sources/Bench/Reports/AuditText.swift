import XenServer

/// An audit's findings in words.
enum AuditText {
  /// A multiplier: as it is when it is short, with four decimals otherwise.
  static func multiplier(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    let isShort = (value * 100).rounded() / 100 == value
    return isShort ? "\(value)" : Numeral.fixed(value, 4)
  }

  /// Where the number may come from.
  static func cause(_ finding: MultiplierFinding) -> String {
    switch finding.cause {
    case .applicationTemplate:
      "a template for XenApp, which XenServer up to 8.1 came with at 4.0"
    case .optimisedForXenApp:
      "4.0 is what XenCenter's \"Optimize for Virtual Apps\" sets, and what machines made from a "
        + "XenApp template inherit"
    case .readBack(let pool, let base):
      "\(pool) of \(base) MiB, as Xen said while it ran: the server writes that over what was set"
    case .setByHand: "set by hand, or inherited from what it was copied from"
    }
  }

  /// What is wrong, a sentence for each.
  static func problem(_ problem: MultiplierFinding.Problem, _ finding: MultiplierFinding) -> String
  {
    switch problem {
    case .startRefused:
      finding.isInMemory
        ? "below 1: it runs, and once halted will not start again (INVALID_VALUE, "
          + "HVM_shadow_multiplier)"
        : "below 1: it will not start (INVALID_VALUE, HVM_shadow_multiplier)"
    case .notANumber: "no usable number: the server accepts it and makes a pool of 1 MiB of it"
    case .withoutEffect:
      "a \(finding.vm.domainType?.rawValue ?? "") guest is built as with 1.0; the host's free "
        + "memory is reckoned with the multiplier all the same"
    case .withoutGain:
      "nested paging has no shadows: the larger pool gains nothing"
    }
  }

  /// Why the multiplier may stay.
  static func reasonToKeep(_ finding: MultiplierFinding) -> String {
    if finding.isNestedVirtual {
      return "it is set up for virtual machines inside it, which may need the larger pool"
    }
    return switch finding.paging {
    case .shadow: "it has shadows, and a larger pool may serve it: see 'shadowbench recommend'"
    case .unknown:
      "whether its host has nested paging is not known: XenAPI does not say. Ask 'xl info' in its "
        + "dom0 (virt_caps), then say --hap or --shadow-paging"
    case .nested, .none: "nothing speaks against it"
    }
  }
}
