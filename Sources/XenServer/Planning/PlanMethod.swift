/// How it is decided whether every failure can be survived.
public enum PlanMethod: String, CaseIterable, Sendable {
  /// Every choice of hosts that fail is tried, in every order.
  case exact
  /// All machines are taken as large as the largest, and hosts as slots for such.
  ///
  /// It is never more hopeful than the exact one, and often less.
  case approximate

  /// More hosts than this are never planned for exactly.
  public static let exactHostLimit = 32
  /// Sequences of failures from which on the exact method is too slow for the toolstack.
  public static let exactSequenceLimit = 3500

  /// The method the toolstack uses for `failures` of `totalHosts`: exact for at most 32 hosts, if
  /// the sequences of failures, `n! / (n - r)!`, are fewer than 3,500.
  public static func chosen(failures: Int, totalHosts: Int) -> PlanMethod {
    guard totalHosts <= exactHostLimit, failures >= 0, failures <= totalHosts else {
      return .approximate
    }
    var sequences = 1
    for step in 0..<failures {
      sequences *= totalHosts - step
      // All further factors are at least 1.
      guard sequences < exactSequenceLimit else { return .approximate }
    }
    return .exact
  }
}
