import GuestModel

/// The kernel's half of every address space: all of memory, mapped by superpages.
///
/// A capture does not have the kernel half. What matters of it here is that a kernel reaches its
/// page tables, and its own data, through a mapping of all memory that all processes share.
struct DirectMap: Sendable {
  /// The guest's paging mode.
  let mode: PagingMode
  /// Where it begins.
  let base: UInt64
  /// How many frames it maps, from frame 0 on: with 32-bit addresses at most 1 GiB.
  let frameCount: Int

  /// The direct map of a guest with `memoryFrames` frames.
  init(mode: PagingMode, memoryFrames: Int) {
    self.mode = mode
    base = mode == .fourLevel ? 0xFFFF_8880_0000_0000 : 0xC000_0000
    frameCount = mode == .fourLevel ? memoryFrames : min(memoryFrames, 1 << 18)
  }

  /// Where the kernel finds entry `entry` of a table in `frame`.
  func address(of frame: GFN, entry: Int = 0) -> UInt64 {
    base + UInt64(frame.index) << 12 + UInt64(entry * mode.entryBytes)
  }

  /// Puts the map into `space`; false when no frame is left for its tables.
  ///
  /// Accessed and Dirty are set: a running kernel has used it all.
  func build(
    in space: AddressSpace, memory: inout GuestMemory, frames: inout FrameAllocator
  ) -> Bool {
    let flags =
      GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.accessed
      | GuestEntry.Flag.dirty | GuestEntry.Flag.superpage
    for frame in stride(from: 0, to: frameCount, by: superpageFrames) {
      let entry = GuestEntry(frame: GFN(frame), flags: flags)
      let address = address(of: GFN(frame))
      guard space.map(address, entry, memory: &memory, frames: &frames) else { return false }
    }
    return true
  }

  /// Gives `space` the same kernel half as `other`, where ``build(in:memory:frames:)`` put it.
  func share(of other: AddressSpace, with space: AddressSpace, memory: inout GuestMemory) {
    let slot: UInt64 = 1 << (AddressSpace.upperShifts(mode).first ?? 22)
    let end = UInt64(frameCount) << 12
    for offset in stride(from: 0, to: end, by: UInt64.Stride(slot)) {
      space.shareTopLevel(of: other, at: base + offset, memory: &memory)
    }
  }

  private var superpageFrames: Int { 1 << Int(mode.leafShift - 12) }
}
