import GuestModel
import ShadowModel
import XenTrace

/// Reads a trace's events in order with the model beside them, and writes the operations that cause
/// them.
///
/// Room is made in the model when the trace says so, so no size is assumed. A fault at which the
/// model lacks the entry is one for want of room, or a first touch; one that the model would not
/// take shows that the guest changed the entry, at every size.
struct Lockstep {
  let mode: PagingMode
  let layout: TraceLayout
  let startsUnpaged: Bool
  let pager: LockstepPager
  var plan: TracePlan
  var operations: [Operation] = []
  /// Address spaces that were given up before they were first loaded, in that order.
  var givenUpUnseen: [Int] = []
  /// CR3 of each vCPU when the trace began, where that is known.
  let starts: [UInt64?]
  var tables: [LockstepTable] = []
  var spaces: [LockstepSpace] = []
  var spaceOfRoot: [UInt64: Int] = [:]
  var leafTables: [SpaceLeaf: Int] = [:]
  var linkedLeaves: Set<SpaceLeaf> = []
  var upperTables: [LockstepUpper: Int] = [:]
  /// Entries of shared slots: the root index and the table.
  var sharedTops: [(index: Int, table: Int)] = []
  /// An address in each of the shared slots that was mapped from the start.
  var sharedTouches: [(slot: UInt64, address: UInt64)] = []
  /// Roots of processes that were there before the trace, which map nothing.
  var pastRoots: [GFN] = []
  /// The table in a frame of the traced guest.
  var tableOfFrame: [UInt64: Int] = [:]
  var owners = 0
  let steps: [TraceStep]
  /// Which root loads belong together.
  let visits: TraceVisits
  /// Turns so far, and those that the trace's root loads began.
  var rootLoads = 0
  var loads = 0
  let gigahertz: Double
  /// Root loads from one mark to the next.
  let stretch: Int
  var markedCycles: UInt64 = 0
  /// Marks in all.
  static let marks = 32
  var vcpu = 0
  var vcpus: [LockstepVCPU]
  var figures = LockstepFigures()

  init(
    steps: [TraceStep], layout: TraceLayout, shape: GuestShape, startsUnpaged: Bool,
    starts: [UInt64?] = [], gigahertz: Double = 1
  ) throws(InputError) {
    self.steps = steps
    self.layout = layout
    self.startsUnpaged = startsUnpaged
    self.gigahertz = gigahertz
    stretch = max(1, steps.count { $0.kind == .rootLoad } / Self.marks)
    self.starts = starts
    mode = shape.mode
    plan = TracePlan(shape: shape)
    plan.reserve(0)
    plan.reserve(1)
    for step in steps where step.kind == .rootLoad { plan.reserve(step.address >> 12) }
    for step in steps where step.kind == .giveUp { plan.reserve(step.address) }
    pager = LockstepPager(
      shape: shape,
      memory: GuestMemory(
        frameCount: shape.memoryMiB * 256, entriesPerTable: mode.entriesPerTable))
    let mode = self.mode
    visits = TraceVisits(steps, vcpus: shape.vcpus) { Self.rootAddress($0, mode) }
    vcpus = [LockstepVCPU](repeating: LockstepVCPU(), count: shape.vcpus)
    for number in vcpus.indices { vcpus[number].isPaged = !startsUnpaged }
    if !startsUnpaged && mode == .fourLevel {
      for _ in 0..<2 * shape.vcpus + 2 { pastRoots.append(try plan.makeTable()) }
      for root in pastRoots { pager.learn(root, 0, .empty) }
    }
    try run()
  }

  private mutating func run() throws(InputError) {
    for index in steps.indices { try take(index) }
  }

  mutating func emit(_ operation: Operation) {
    operations.append(operation)
    pager.execute(operation)
  }

  private mutating func take(_ index: Int) throws(InputError) {
    let step = steps[index]
    let number = Int(step.vcpu)
    if number != vcpu {
      vcpu = number
      emit(.onVCPU(number))
    }
    if step.kind == .giveUp { return giveUp(step.address) }
    if vcpus[vcpu].space == nil && step.kind != .rootLoad && vcpus[vcpu].isPaged {
      try loadRoot(vcpu < starts.count ? starts[vcpu] : nil, index)
    }
    switch step.kind {
    case .rootLoad: try loadRoot(rootAddress(step.address), index)
    case .controlWrite: control(step)
    case .dying: endProcess(index)
    case .giveUp: break
    case .invalidate: invalidate(index)
    case .fixup, .guestFault, .emulate, .userWrite:
      guard vcpus[vcpu].isPaged else {
        emit(.access(step.address, .read))
        return
      }
      guard step.levels == 0 || step.levels == mode.rawValue else {
        figures.unexplained += 1
        return
      }
      try fault(index)
    }
  }

  /// PAE roots are multiples of 32 bytes, others of 4 KiB.
  static func rootAddress(_ value: UInt64, _ mode: PagingMode) -> UInt64 {
    mode == .pae ? value & 0xffff_ffe0 : value & 0xf_ffff_ffff_f000
  }

  func rootAddress(_ value: UInt64) -> UInt64 { Self.rootAddress(value, mode) }

  /// CR4 bits at whose change Xen looks at the paging mode anew: PSE, PAE, PGE, SMEP.
  private static let modeBits: UInt64 = 0x10_00b0

  private mutating func control(_ step: TraceStep) {
    if step.register == 0 {
      let isPaged = step.address >> 31 & 1 == 1
      guard isPaged != vcpus[vcpu].isPaged else { return }
      vcpus[vcpu].isPaged = isPaged
      emit(.setMode(isPaged ? mode : .unpaged))
    } else if step.register == 4 {
      let bits = step.address & Self.modeBits
      let old = vcpus[vcpu].modeBits ?? (startsUnpaged ? 0 : bits)
      vcpus[vcpu].modeBits = bits
      if bits != old { emit(.setMode(vcpus[vcpu].isPaged ? mode : .unpaged)) }
    }
  }

  private mutating func invalidate(_ index: Int) {
    if steps[index].address != 0 { return emit(.invalidatePage(steps[index].address)) }
    // The record does not say where: the next page that faults.
    for next in index + 1..<min(index + 6, steps.count) where steps[next].vcpu == vcpu {
      if steps[next].kind == .fixup { return emit(.invalidatePage(steps[next].address)) }
      if steps[next].kind != .invalidate { return }
    }
  }
}

/// A vCPU of the traced guest.
struct LockstepVCPU {
  /// The address space loaded; nil before the first load.
  var space: Int?
  /// The one before it.
  var previous: Int?
  /// The first one.
  var first: Int?
  var isPaged = true
  var isStarted = false
  var modeBits: UInt64?
  /// The page of the last fault that went to the guest.
  var guestFault: UInt64?
  /// The leaf table of that page.
  var guestFaultTable: Int?
}

/// How a lockstep went.
struct LockstepFigures {
  /// Faults that nothing was made of.
  var unexplained = 0
  /// Accesses that hit, as they were filled in.
  var hits = 0
  /// Faults at which the model had the entry: the guest changed it.
  var changed = 0
  /// Faults that made shadows which the model had.
  var madeAgain = 0
  /// Faults after which the model had not counted exactly one.
  var miscounted = 0
  /// Writes that let a table go out of sync, and those whose table is not known.
  var unsyncs = 0
  var unknownTables = 0
  /// Roots given up that are none of the trace's.
  var unknownRoots = 0
  /// Pages in use when room was made.
  var pagesAtReclaims: [Int] = []
}
