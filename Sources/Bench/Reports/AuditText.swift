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
    case .setByHand where finding.multiplier == 1: "1.0 is the standard"
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
    case .shadowPagingMissing:
      "cannot start: platform:hap turns nested paging off, and the host's Xen has no shadow paging; "
        + "'xe vm-param-remove uuid=… param-name=platform param-key=hap'"
    case .notANumber: "no usable number: the server accepts it and makes a pool of 1 MiB of it"
    case .withoutEffect:
      "a \(finding.vm.domainType?.rawValue ?? "") guest is built as with 1.0; the host's free "
        + "memory is reckoned with the multiplier all the same"
    case .withoutGain:
      "nested paging has no shadows: the larger pool gains nothing"
        + (finding.proposal == nil
          ? "" : ", unless tools that its record does not show use altp2m or introspection")
    }
  }

  /// How to get whole records.
  static let listing = "list it with 'xe vm-list params=all'"

  /// What could not be judged; nothing when all was.
  static func unjudged(_ audit: MultiplierAudit) -> [String] {
    guard !audit.unjudged.isEmpty else { return [] }
    let names = audit.unjudged.prefix(4).map { $0.nameLabel.isEmpty ? "-" : $0.nameLabel }
    let more = audit.unjudged.count - names.count
    return [
      "not judged: \(audit.unjudged.count) of \(WhatIfReport.count(audit.checked, "record")) "
        + "without HVM_shadow_multiplier: \(names.joined(separator: ", "))"
        + (more > 0 ? " and \(more) more" : "") + "; list them with 'xe vm-list params=all'"
    ]
  }

  /// Why the multiplier may stay.
  static func reasonToKeep(_ finding: MultiplierFinding) -> String {
    if finding.isNestedVirtual {
      return "it is set up for virtual machines inside it, which may need the larger pool"
    }
    if finding.hasAlternateP2M {
      return
        "it has alternate page tables (altp2m), which the pool holds as well: with too small a "
        + "one the guest is crashed"
    }
    if !finding.missingFields.isEmpty {
      return "not judged: its record has no \(finding.missingFields.joined(separator: ", ")); "
        + "\(listing)"
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
