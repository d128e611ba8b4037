/// How a loop that looks for a pool's size ended.
public enum TuneVerdict: String, Codable, Sendable, CaseIterable {
  /// The size found is enough.
  case alreadyMet = "already-met"
  /// A size was found that is enough.
  case targetMet = "target-met"
  /// There are no faults at any size.
  case nothingToGain = "nothing-to-gain"
  /// A larger pool helped, and beyond the best size none did.
  case knee
  /// No larger pool helped.
  case noHelp = "no-help"
  /// The budget or the host's free memory was reached first.
  case limit
  /// The guest does too little to be judged.
  case idle
  /// There are fewer faults because the guest does less.
  case lessLoad = "less-load"
  /// The domain ended, or went to another host.
  case domainGone = "domain-gone"
  /// The count of faults began anew: the domain is being migrated.
  case migrating
  /// Another tool changed the pool.
  case changedElsewhere = "changed-elsewhere"
  /// Xen reported success and did something else.
  case refused
  /// It was told to stop.
  case interrupted

  /// Whether there was nothing to find, or it was found.
  public var isSuccess: Bool {
    switch self {
    case .alreadyMet, .targetMet, .nothingToGain: true
    default: false
    }
  }

  /// The verdict in words.
  public var text: String {
    switch self {
    case .alreadyMet: "the size found meets the target; nothing to gain by a larger one"
    case .targetMet: "this size meets the target"
    case .nothingToGain: "no faults: nothing to gain by another size"
    case .knee: "the knee: this size helped, and beyond it no larger one does"
    case .noHelp:
      "no larger size helped; the faults are not for want of pool, or far more is needed"
    case .limit: "the budget or the host's free memory ends here, above the target"
    case .idle: "the guest is idle: measure while it works"
    case .lessLoad: "fewer faults because the guest does less: measure while it works"
    case .domainGone: "the domain has ended, or has moved to another host"
    case .migrating: "the count of faults began anew, as in a migration: measure after it"
    case .changedElsewhere: "another tool has changed the pool; it is left as that made it"
    case .refused: "Xen reported success and did something else"
    case .interrupted: "told to stop"
    }
  }
}
