import GuestModel

/// Where the guest's kernel lies: a direct map of all memory by superpages, and leaf tables.
///
/// The direct map is how the kernel reaches page tables to write them. All of it hangs off one
/// top-level entry (2-level: the upper quarter of the root), the same in every process.
struct KernelLayout: Sendable {
  /// The first address of the direct map.
  let directMap: UInt64
  /// Guest frames that the direct map reaches.
  let directMapFrames: Int
  /// The first address that the kernel's leaf tables map.
  let leafBase: UInt64
  /// Leaf tables.
  let leafTables: Int
  /// Frames kept for the kernel's tables, from frame 1 up.
  let reservedFrames: Int

  private let mode: PagingMode

  /// Most leaf tables that fit: 1024, or what lies between 0xF800_0000 and 4 GiB.
  static func leafTableLimit(_ mode: PagingMode) -> Int {
    switch mode {
    case .fourLevel: 1024
    case .pae: 64
    case .twoLevel, .unpaged: 32
    }
  }

  init(shape: GuestShape, leafTables: Int) {
    mode = shape.mode
    self.leafTables = leafTables
    let frames = shape.memoryMiB * 256
    if shape.mode == .fourLevel {
      directMap = 0xFFFF_8880_0000_0000
      leafBase = directMap + 256 << 30
      directMapFrames = frames
      reservedFrames = 6 + shape.memoryMiB / 1024 + leafTables + leafTables / 512
    } else {
      directMap = 0xC000_0000
      leafBase = 0xF800_0000
      directMapFrames = min(frames, Int((leafBase - directMap) >> 12))
      reservedFrames = 4 + leafTables
    }
  }

  /// The address at which the kernel reaches entry `index` of the table in `frame`.
  func address(ofEntry index: Int, in frame: GFN) -> UInt64 {
    directMap + UInt64(frame.rawValue) << 12 + UInt64(index * mode.entryBytes)
  }

  /// The kernel's address space, built in the first frames.
  ///
  /// Its leaf tables map the frames from `dataStart` on, folded into `dataFrames`. Nil when the
  /// reserved frames do not suffice.
  func build(
    memory: inout GuestMemory, dataStart: Int, dataFrames: Int
  ) -> AddressSpace? {
    typealias Flag = GuestEntry.Flag
    let flags = Flag.present | Flag.writable | Flag.accessed | Flag.dirty
    var frames = FrameAllocator(from: GFN(1), to: GFN(1 + reservedFrames))
    guard let space = AddressSpace(mode: mode, memory: &memory, frames: &frames) else {
      return nil
    }
    for leaf in 0..<leafTables {
      for index in 0..<mode.entriesPerTable {
        let page = leaf * mode.entriesPerTable + index
        let entry = GuestEntry(frame: GFN(dataStart + page % dataFrames), flags: flags)
        let address = leafBase + UInt64(page) << 12
        guard space.map(address, entry, memory: &memory, frames: &frames) else { return nil }
      }
    }
    let framesPerSuperpage = 1 << (mode.leafShift - 12)
    for first in stride(from: 0, to: directMapFrames, by: framesPerSuperpage) {
      let entry = GuestEntry(frame: GFN(first), flags: flags | Flag.superpage)
      let address = directMap + UInt64(first) << 12
      guard space.map(address, entry, memory: &memory, frames: &frames) else { return nil }
    }
    return space
  }

  /// Puts the kernel into `space`: its top-level entry, 2-level the upper quarter of the root.
  func install(
    _ kernel: AddressSpace, in space: AddressSpace, memory: inout GuestMemory
  ) {
    guard mode == .twoLevel else {
      space.shareTopLevel(of: kernel, at: directMap, memory: &memory)
      return
    }
    let source = memory.table(in: kernel.root)
    let destination = memory.table(in: space.root)
    for index in Int(directMap >> 22)..<1024 {
      memory.copyEntry(from: source, to: destination, at: index)
    }
  }

  /// Makes the kernel page directory that `space` has of its own a copy of `kernel`'s.
  func installCopy(
    _ kernel: AddressSpace, in space: AddressSpace, memory: inout GuestMemory
  ) {
    let index = Int(directMap >> 30)
    let original = memory.entry(memory.table(in: kernel.root), index).frame
    let copy = memory.entry(memory.table(in: space.root), index).frame
    memory.copyTable(from: memory.table(in: original), to: memory.table(in: copy))
  }
}
