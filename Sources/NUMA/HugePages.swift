import CNUMA

/// Whether large buffers are to lie on huge pages.
public enum HugePageRequest: String, CaseIterable, Sendable {
  /// Where the kernel gives them.
  case on
  /// Nowhere in the process.
  case off
}

/// What the kernel is asked about huge pages: a closure for each question, so that tests can
/// answer.
public struct HugePageLibrary: Sendable {
  /// Whether the process may not have any; nil if that cannot be told.
  public var areDisabled: @Sendable () -> Bool?
  /// Keeps the process from having any from now on; false if that cannot be done.
  public var disable: @Sendable () -> Bool

  /// A library that answers so.
  public init(
    areDisabled: @escaping @Sendable () -> Bool?, disable: @escaping @Sendable () -> Bool
  ) {
    self.areDisabled = areDisabled
    self.disable = disable
  }

  /// This process's.
  ///
  /// C: `prctl` with `PR_GET_THP_DISABLE`, `PR_SET_THP_DISABLE`.
  public static let system = HugePageLibrary(
    areDisabled: {
      let answer = shadowbench_huge_pages_disabled()
      return answer < 0 ? nil : answer != 0
    },
    disable: { shadowbench_disable_huge_pages() == 0 })
}

/// The process's huge pages: asked for by every large buffer, and whether they can be had.
public struct HugePages: Sendable {
  /// What is done, in words.
  public let policy: String

  /// Does what was requested, before any large buffer is made.
  ///
  /// A request that cannot be met changes nothing but ``policy``, which says why.
  /// - Parameter setting: the kernel's: `always`, `madvise`, `never`; nil where it has none
  public init(
    _ request: HugePageRequest, setting: String?, library: HugePageLibrary = .system
  ) {
    guard let setting else {
      policy = "none: the kernel has no transparent huge pages"
      return
    }
    if setting == "never" {
      policy = "none: the kernel's setting is never"
    } else if library.areDisabled() == true {
      policy = "off: they were turned off for this process"
    } else if request == .on {
      policy = "advised"
    } else {
      policy = library.disable() ? "off" : "advised: the kernel cannot turn them off"
    }
  }
}
