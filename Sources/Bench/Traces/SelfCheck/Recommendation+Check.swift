extension Recommendation {
  /// The recommendation as far as the trace bears it out.
  func checked(by check: SelfCheck) -> Recommendation {
    var result = self
    result.check = check
    guard let reason = reason(check) else { return result }
    result.reason = reason
    result.multiplier = nil
    result.size = nil
    result.settings.withhold()
    result.density = nil
    result.sensitivity = []
    return result
  }

  /// Why the trace does not bear it out; nil if it does.
  private func reason(_ check: SelfCheck) -> String? {
    if check.outcome == .unexplained, let worst = check.worst {
      return "the model does not explain the trace: \(worst.name) \(Numeral.grouped(worst.model)), "
        + "where the trace shows \(Numeral.grouped(worst.trace)); no size can be said from it"
    }
    guard let size, size.evidence?.decides == false else { return nil }
    let why = size.evidence?.reason ?? "the trace does not show it"
    var enough = ""
    if check.size.source == .given, let pages = check.size.pages,
      check.evidence.tally.unpins == 0
    {
      enough = " The traced size, \(Numeral.grouped(pages)) pages, is enough."
    }
    return "\(why).\(enough) \(SelfCheck.howToRecord)"
  }
}

extension Settings {
  /// Takes back what is set, by every rule.
  fileprivate mutating func withhold() {
    for rule in [\Settings.xapi, \Settings.libxl, \Settings.mappedOnce] {
      self[keyPath: rule].multiplier = nil
      self[keyPath: rule].size = nil
      self[keyPath: rule].density = nil
    }
  }
}

extension SelfCheck {
  /// What to do about a trace that does not show enough.
  static let howToRecord =
    "Record it while every address space comes by with its shadows given up: in a pool that is "
    + "too small for all, or emptied while it is recorded (docs/TRACES.md), and give the pool's "
    + "size with --traced-pages."
}
