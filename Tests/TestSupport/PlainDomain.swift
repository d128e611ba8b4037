public import GuestModel
public import ShadowModel

/// The domain's allocation is used up and nothing can be reclaimed: the domain is crashed.
struct PlainCrash: Error {}

/// What the pool's owner knows of a guest frame that is shadowed as a page table.
struct PlainTableState {
  /// The types that it is shadowed as; it is a page table while there is one.
  var types: Set<PlainType> = []
  var isOutOfSync = false
  /// W5.
  var mayBeWritten = false
}

/// The model of docs/MODEL.md, rule by rule and for obviousness alone: what the fast one must
/// equal.
///
/// Every rule is named where it is done. Nothing is cached: writable references, parents and
/// slots are searched for.
public final class PlainDomain {
  let configuration: DomainConfiguration
  let policy: ReclaimPolicyChoice
  var guest: PlainGuest
  var vcpus: [PlainVCPU] = []
  var currentVCPU = 0

  /// P2: pages that shadows, monitor tables and snapshots may use, and those that they do use.
  var totalPages = 0
  var usedPages = 0
  var shadows: [PlainKey: PlainShadow] = [:]
  var shadowsMade = 0
  /// The pinned shadows from the head, pinned last, to the tail.
  var pinned: [PlainShadow] = []
  var tables: [GFN: PlainTableState] = [:]
  /// Tables that became page tables while they were mapped writable: a hole in the rules.
  ///
  /// F7 revokes write access before F8; but a resync within F8 (or within R1 (d)) can bring in a
  /// writable mapping of a table that is promoted right after it.
  var promotedWritable: Set<GFN> = []
  /// R5.
  var isL3Toplevel = true
  /// R6.
  var isOutOfSyncActive = false
  /// U3: whether the guest ever told that a process ends.
  var hasAnnouncedDying = false
  /// U4: the frames that are marked as roots of processes that end.
  var dying: Set<GFN> = []

  /// What was counted so far.
  public internal(set) var counters = Counters()
  /// Single accesses and entry writes so far.
  public internal(set) var accesses = 0
  /// Root loads so far: runs of rule R1.
  public internal(set) var rootLoads = 0
  /// Most pages in use at once, P2M pages included.
  public internal(set) var peakPages = 0
  /// Whether the domain was crashed for want of shadow memory.
  public internal(set) var isCrashed = false
  /// The events so far.
  public internal(set) var events: [ShadowEvent] = []

  /// A domain whose first vCPU has started; crashed if the pool is too small even for that.
  public init(
    _ configuration: DomainConfiguration, memory: borrowing GuestMemory,
    policy: ReclaimPolicyChoice = .xen
  ) {
    self.configuration = configuration
    self.policy = policy
    guest = PlainGuest(memory, frameCount: configuration.frameCount)
    precondition(guest.entriesPerTable == configuration.shape.mode.entriesPerTable)
    for _ in 0..<configuration.shape.vcpus { vcpus.append(PlainVCPU()) }
    // R5: with first in, first out there is no L3-toplevel mode.
    isL3Toplevel = policy == .xen
    // P1, P2.
    totalPages = configuration.createdAllocation - configuration.p2mPages
    guard totalPages >= 0 else {
      isCrashed = true
      return
    }
    counters[.alloc] += configuration.p2mPages
    counters[.allocCount] += configuration.p2mPages
    peakPages = configuration.p2mPages
    // R7: the first vCPU starts at creation.
    orCrash { () throws(PlainCrash) in
      for vcpu in vcpus { try create(vcpu) }
      try start(vcpus[0])
    }
  }

  /// Parents and children hold each other.
  deinit {
    for shadow in shadows.values {
      shadow.entries = [:]
      shadow.upPointer = nil
    }
  }

  /// The allocation in force, pages.
  public var allocationPages: Int { totalPages + configuration.p2mPages }

  /// The vCPU whose operations these are.
  var vcpu: PlainVCPU { vcpus[currentVCPU] }

  /// P5: where nothing can be reclaimed the domain crashes, and the rest is not done.
  func orCrash(_ body: () throws(PlainCrash) -> Void) {
    do { try body() } catch { isCrashed = true }
  }

  func record(_ kind: ShadowEvent.Kind, address: UInt64) {
    events.append(ShadowEvent(kind: kind, address: address))
  }

  func record(_ kind: ShadowEvent.Kind, frame: GFN) {
    events.append(ShadowEvent(kind: kind, frame: frame))
  }
}

extension PlainDomain: ShadowPager {
  /// Does all operations of a block.
  public func execute(_ block: borrowing OperationBlock) {
    for number in 0..<block.count { execute(block.operations[number]) }
  }

  /// The plain model keeps no phases.
  public var phases: [Phase] { [] }
}
