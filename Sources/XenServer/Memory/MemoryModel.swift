/// What XenServer and XCP-ng reckon a virtual machine to need beside its own memory.
///
/// All arithmetic is in whole MiB, as the toolstack's is (`ocaml/xapi-idl/memory/memory.ml` of
/// xen-api), so that the figures are the server's to the MiB:
///
/// ```
/// T        = ceil((256·vCPUs + 2·staticMax) / 256)
/// shadow   = max(1, trunc(T · multiplier))
/// overhead = inside + outside + shadow + perVCPU + shim
/// ```
///
/// `inside` is 1 MiB but for `pv`, `outside` 1 MiB for all. `perVCPU` is `ceil(38·vCPUs / 256)`
/// since version 26.3. `shim`, for `pv_in_pvh` only, is `23 + floor(staticMax / 90)`.
public struct MemoryModel: Hashable, Sendable {
  /// What the formula depends on.
  public enum Version: String, CaseIterable, Sendable {
    /// Up to 26.2, which includes XenServer 7 and 8 and XCP-ng 8.
    case before26_3 = "before-26.3"
    /// xen-api 26.3, January 2026, and later: 38 pages more for each vCPU, outside the pool.
    case since26_3 = "since-26.3"
  }

  /// Who reckons.
  ///
  /// Parts of the toolstack do not agree on the multiplier of machines that have no use for one;
  /// see ``MemoryInconsistency``.
  public enum Purpose: String, CaseIterable, Sendable {
    /// The field `memory_overhead`, and with it the host's free memory: the multiplier of the
    /// record.
    case record
    /// What must be free for the machine to start: 1.0 for `pv`.
    case admission
    /// What xenopsd builds the domain with: 1.0 for all but `hvm`.
    case build
  }

  /// The version that is modelled.
  public var version: Version

  /// The model of `version`.
  public init(_ version: Version = .before26_3) { self.version = version }

  /// MiB of pool at multiplier 1.0, T.
  ///
  /// 256 pages for each vCPU, one page for each MiB to map it and one more for its resident
  /// shadows, together rounded up to MiB.
  public func basePoolMiB(_ shape: MemoryShape) -> Int {
    (256 * shape.vcpus + 2 * shape.staticMaxMiB + 255) / 256
  }

  /// MiB of pool: the product is cut off, not rounded, and at least 1.
  ///
  /// Of a multiplier that is not a number, or of a product that does not fit 64 bits, the server's
  /// conversion makes the least integer, and so a pool of 1 MiB.
  public func poolMiB(_ shape: MemoryShape, for purpose: Purpose = .record) -> Int {
    let product = Double(basePoolMiB(shape)) * Self.multiplier(shape, for: purpose)
    guard product.isFinite, product < Double(MemoryShape.byteLimit) else { return 1 }
    return max(1, Int(max(product, 0).rounded(.towardZero)))
  }

  /// MiB beside the machine's own memory.
  public func overheadMiB(_ shape: MemoryShape, for purpose: Purpose = .record) -> Int {
    overheadMiB(shape, poolMiB: poolMiB(shape, for: purpose))
  }

  /// The same for a pool of any size, `poolMiB`.
  public func overheadMiB(_ shape: MemoryShape, poolMiB: Int) -> Int {
    let inside = shape.domainType == .pv ? 0 : 1
    let outside = 1
    let shim = shape.domainType == .pvInPVH ? 23 + shape.staticMaxMiB / 90 : 0
    return inside + outside + poolMiB + perVCPUMiB(shape) + shim
  }

  /// The field `memory_overhead` of the machine's record, bytes.
  public func overheadBytes(_ shape: MemoryShape) -> Int { overheadMiB(shape) << 20 }

  /// MiB that the machine takes of its host.
  public func footprintMiB(
    _ shape: MemoryShape, policy: MemoryPolicy = .staticMax, for purpose: Purpose = .record
  ) -> Int {
    shape.targetMiB(policy) + overheadMiB(shape, for: purpose)
  }

  /// MiB that must be free on a host for the machine to be started there.
  ///
  /// Ballooning is reckoned with, but for `pv_in_pvh`, which cannot.
  public func startMiB(_ shape: MemoryShape) -> Int {
    let policy: MemoryPolicy = shape.domainType == .pvInPVH ? .staticMax : .dynamicMin
    return footprintMiB(shape, policy: policy, for: .admission)
  }

  /// MiB of pages outside the pool that come with vCPUs: since 26.3.
  public func perVCPUMiB(_ shape: MemoryShape) -> Int {
    version == .since26_3 ? (38 * shape.vcpus + 255) / 256 : 0
  }

  private static func multiplier(_ shape: MemoryShape, for purpose: Purpose) -> Double {
    switch purpose {
    case .record: shape.multiplier
    case .admission: shape.domainType == .pv ? 1 : shape.multiplier
    case .build: shape.domainType.usesMultiplier ? shape.multiplier : 1
    }
  }
}
