import GuestModel
import ShadowModel

/// P: the pool.
extension PlainDomain {
  /// P2.
  var freePages: Int { totalPages - usedPages }

  /// P4.
  func allocate(_ pages: Int) {
    usedPages += pages
    counters[.alloc] += 1
    counters[.allocCount] += pages
    peakPages = max(peakPages, counters[.allocCount])
  }

  /// P4: freeing anything clears W3 of every vCPU.
  func free(_ pages: Int) {
    usedPages -= pages
    counters[.free] += 1
    counters[.allocCount] -= pages
    for vcpu in vcpus { vcpu.lastEmulated = nil }
  }

  /// P5: makes room or crashes the domain.
  func prealloc(_ pages: Int) throws(PlainCrash) {
    guard makeRoom(pages) else { throw PlainCrash() }
  }

  /// P5: makes room; false if that is not possible.
  func makeRoom(_ pages: Int) -> Bool {
    if freePages >= pages { return true }
    // Stage one.
    counters[.prealloc1] += 1
    for victim in pinned.reversed() {
      // First in, first out: loaded roots are skipped.
      if policy == .fifo && isLoaded(victim) { continue }
      record(.preallocUnpin, frame: victim.key.eventFrame)
      switch policy {
      case .xen: unpin(victim)
      case .fifo: removeListed(victim)
      }
      if freePages >= pages { return true }
    }
    // Stage two.
    counters[.prealloc2] += 1
    for vcpu in vcpus {
      for case let root? in vcpu.loaded {
        clearEntries(root)
        if freePages >= pages { return true }
      }
    }
    return false
  }

  /// First in, first out: a shadow goes with its parents' links; its children stay, being listed.
  func removeListed(_ shadow: PlainShadow) {
    clearParents(shadow)
    unpin(shadow)
  }

  /// P6.
  func setAllocation(_ pages: Int) {
    let total = configuration.effectiveAllocation(pages) - configuration.p2mPages
    if total > totalPages { totalPages = total }
    while total < totalPages {
      guard makeRoom(1) else { return }
      totalPages -= 1
    }
  }
}
