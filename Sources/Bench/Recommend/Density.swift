import GuestModel
import XenServer

/// How many equal domains a host holds, by XenServer's accounting.
///
/// A domain takes what XenServer's `MemoryModel` since 26.3 says, with its pool in whole MiB. What
/// the host and its control domain take is not counted.
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
    let domain = MemoryShape(memoryMiB: shape.memoryMiB, vcpus: shape.vcpus)
    return domain.staticMaxMiB
      + MemoryModel(.since26_3).overheadMiB(domain, poolMiB: mebibytes(pool.pages))
  }
}
