public import GuestModel

/// How the domain's P2M, the table from guest frames to machine frames, is built.
public enum P2MLayout: String, Sendable, CaseIterable {
  /// 2 MiB entries wherever the guest's memory allows, as a fresh PVH or HVM domain has.
  case superpages = "2m"
  /// 4 KiB entries throughout, as after ballooning or on old releases.
  case smallPages = "4k"

  /// Pool pages of the P2M of a guest with `memoryMiB`, the unpaged guest's identity map included.
  ///
  /// Root, L3, an L2 per GiB, and for memory that ends below 3 GiB an L2 and an L1 for the special
  /// pages below 4 GiB; one L1 for the memory's ragged edge; one page for the identity map.
  /// Measured on Xen 4.17: 7 pages for a PVH domain of 256 MiB; other sizes are derived.
  public func pages(memoryMiB: Int) -> Int {
    let directories = (memoryMiB + 1023) / 1024
    let special = memoryMiB <= 3072 ? 2 : 1
    let base = 2 + directories + special + 1 + 1
    return self == .superpages ? base : base + memoryMiB / 2
  }
}

/// What a domain is created with.
public struct DomainConfiguration: Hashable, Sendable {
  /// The guest: paging mode, memory, vCPUs.
  public var shape: GuestShape
  /// The allocation asked for, pages.
  public var allocationPages: Int
  /// Whether requests below Xen's minimum are raised to it, as Xen does.
  public var raisesToMinimum = true
  /// Pool pages that the P2M takes, the unpaged guest's identity map included.
  public var p2mPages: Int
  /// Whether leaf tables may go out of sync (`oos=` of the domain's configuration).
  public var outOfSyncEnabled = true
  /// Where the guest's memory lies in the machine (O2); it must fit the guest's memory.
  public var placement = MemoryPlacement.descending
  /// Entries that a fault looks at, its own included: 32 in Xen; 1 turns prefetching off.
  public var prefetchDistance = 32

  /// A domain for `shape` with `allocationPages` and a P2M of superpages.
  public init(shape: GuestShape, allocationPages: Int, p2m: P2MLayout = .superpages) {
    self.shape = shape
    self.allocationPages = allocationPages
    p2mPages = p2m.pages(memoryMiB: shape.memoryMiB)
  }

  /// Frames of guest memory.
  public var frameCount: Int { shape.memoryMiB * 256 }

  /// The allocation that the domain is created with, pages.
  public var createdAllocation: Int {
    raisesToMinimum ? max(allocationPages, creationMinimum) : allocationPages
  }

  /// The allocation that Xen makes of a request for `pages` once the domain has its memory.
  public func effectiveAllocation(_ pages: Int) -> Int {
    raisesToMinimum ? max(pages, minimumAllocation) : pages
  }

  /// The least allocation that a domain is created with, pages.
  ///
  /// The toolstack sets the allocation while the domain has no memory yet, so its size does not
  /// count: `128·vCPUs + 7`. What the P2M takes must be there besides the 128 for each vCPU, or the
  /// domain gets no memory. Measured on Xen 4.17 with 1 to 4 vCPUs and 192 to 1,024 MiB.
  public var creationMinimum: Int { 128 * shape.vcpus + max(7, p2mPages) }

  /// The least allocation that Xen accepts for a domain that has its memory, pages.
  public var minimumAllocation: Int {
    SizingRule.xenMinimum.basePages(shape: shape, p2mPages: p2mPages)
  }
}
