/// Which shadows are given up when the pool is full: a parameter of the domain's type.
///
/// A policy is a type without instances, so the choice is made when the code is compiled and
/// costs nothing where shadows are used.
public protocol ReclaimPolicy: Sendable {
  /// Whether every shadow is on the reclaim list, or roots alone.
  static var listsEveryShadow: Bool { get }
  /// Whether loading a root moves it to the head of the list.
  static var refreshesOnRootLoad: Bool { get }
  /// Its name on the command line.
  static var name: String { get }
}

/// Xen's policy: roots in the order in which they were last loaded; the one loaded longest ago
/// is unpinned first, and everything that only it used goes with it.
public enum LeastRecentlyLoaded: ReclaimPolicy {
  /// Roots alone are listed.
  public static let listsEveryShadow = false
  /// A root load is a use.
  public static let refreshesOnRootLoad = true
  /// Xen's own.
  public static let name = "xen"
}

/// KVM's policy: the oldest shadow page first, one by one, loaded roots skipped.
///
/// Unlike in Xen a shadow without parents stays until it is reclaimed itself.
public enum OldestPage: ReclaimPolicy {
  /// Shadows of all levels are listed.
  public static let listsEveryShadow = true
  /// Only age counts.
  public static let refreshesOnRootLoad = false
  /// First in, first out.
  public static let name = "fifo"
}

/// A policy, chosen at run time.
public enum ReclaimPolicyChoice: String, Sendable, CaseIterable {
  /// ``LeastRecentlyLoaded``.
  case xen
  /// ``OldestPage``.
  case fifo
}
