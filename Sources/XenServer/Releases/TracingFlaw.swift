/// XSA-477 (CVE-2025-58150): while Xen traces, a guest with shadow paging can overrun one of the
/// hypervisor's variables with a wide write to a page table.
///
/// Source: Xen's commit a6626b613a and its way into the releases; every Xen since 3.4 has the flaw.
public enum TracingFlaw {
  /// What a version of Xen is with regard to it.
  public enum State: String, Hashable, Sendable {
    /// The flaw came later, or is mended.
    case safe
    /// It has the flaw, unless its vendor has mended it without a new number.
    case affected
    /// The version is not known: as affected.
    case unknown
  }

  /// The first release that is mended, of each branch that was.
  public static let mended: [(minor: Int, patch: Int)] = [
    (17, 7), (18, 6), (19, 5), (20, 3), (21, 1),
  ]
  /// The first branch without the flaw from its beginning, 4.22, and the first with it, 3.4.
  static let (firstSafe, firstAffected) = ((major: 4, minor: 22), (major: 3, minor: 4))

  /// What `version` is; nil for one that is not known.
  public static func state(_ version: XenVersion?) -> State {
    guard let version else { return .unknown }
    let branch = (version.major, version.minor)
    if branch < (firstAffected.major, firstAffected.minor) { return .safe }
    if branch > (firstSafe.major, firstSafe.minor) { return .safe }
    if branch == (firstSafe.major, firstSafe.minor) {
      return version.patch == nil ? .unknown : .safe
    }
    guard version.major == 4, let release = mended.first(where: { $0.minor == version.minor })
    else { return .affected }
    guard let patch = version.patch else { return .unknown }
    return patch >= release.patch ? .safe : .affected
  }

  /// Whether tracing is dangerous on a host: its Xen may have the flaw, and may run guests with
  /// shadows.
  /// - Parameter hasShadowPaging: nil where Xen does not tell
  public static func isDangerous(_ version: XenVersion?, hasShadowPaging: Bool?) -> Bool {
    hasShadowPaging != false && state(version) != .safe
  }

  /// The releases with the flaw, in words.
  public static let range =
    "Xen 3.4 to 4.17.6, 4.18.5, 4.19.4, 4.20.2 and 4.21.0"

  /// What is to be known before a trace is taken, one sentence.
  public static let warning =
    "\(range) have XSA-477 (CVE-2025-58150): while xentrace runs, a guest with shadow paging can "
    + "overrun a variable of the hypervisor"
}
