import GuestModel

/// How many equal domains a host holds, by XenServer's accounting.
///
/// A domain takes its memory, 2 MiB, its pool in whole MiB and 38 pages for each vCPU rounded up
/// to a MiB (xapi's `Memory_model` for HVM since 26.3; before that without the last term). What the
/// host and its control domain take is not counted.
public struct HostDensity: Hashable, Sendable {
  /// The host's memory for guests, MiB: 256 GiB.
  public static let hostMiB = 256 * 1024

  /// Domains at the rule's default size.
  public var defaultDomains: Int
  /// Domains at the recommended size.
  public var recommendedDomains: Int

  /// The density before and after.
  init(shape: GuestShape, from before: Allocation, to after: Allocation) {
    defaultDomains = Self.hostMiB / Self.footprintMiB(shape: shape, pool: before)
    recommendedDomains = Self.hostMiB / Self.footprintMiB(shape: shape, pool: after)
  }

  /// Pages in whole MiB, rounded up.
  private static func mebibytes(_ pages: Int) -> Int { pages / 256 + (pages % 256).signum() }

  /// What a domain takes of its host, MiB.
  static func footprintMiB(shape: GuestShape, pool: Allocation) -> Int {
    shape.memoryMiB + 2 + mebibytes(pool.pages) + mebibytes(38 * shape.vcpus)
  }
}
