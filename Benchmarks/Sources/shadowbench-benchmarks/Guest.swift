import GuestModel

/// The processes of a benchmark: how many, and what each one's page tables hold.
struct Processes {
  var mode: PagingMode
  var count: Int
  /// Leaf tables of each, half of them low and half of them high in its addresses.
  var leaves: Int
  /// The flags of leaf entry `index`, nil for an absent one.
  var flags: @Sendable (_ index: Int) -> UInt32?

  static let memoryMiB = 4096
  private static let allFlags = GuestEntry.Flag.all & ~GuestEntry.Flag.superpage

  /// Every entry present, writable, user, accessed and dirty.
  static func filled(_ mode: PagingMode, count: Int, leaves: Int) -> Processes {
    Processes(mode: mode, count: count, leaves: leaves) { _ in allFlags }
  }

  /// Groups of four entries: one used, one that is never accessed, two absent.
  static func sparse(_ mode: PagingMode, count: Int, leaves: Int) -> Processes {
    Processes(mode: mode, count: count, leaves: leaves) { index in
      switch index & 3 {
      case 0: allFlags
      case 1: GuestEntry.Flag.present | GuestEntry.Flag.user
      default: nil
      }
    }
  }

  /// The address of the first page of leaf table `number`.
  func address(ofLeaf number: Int) -> UInt64 {
    let bytes: UInt64 = 1 << mode.leafShift
    let half = leaves / 2
    if number < half { return UInt64(number + 2) * bytes }
    let high: UInt64 = mode == .fourLevel ? 0x7ffc_0000_0000 : 0xb000_0000
    return high + UInt64(number - half) * bytes
  }

  /// Pool pages of one process when all of it is shadowed.
  var pagesOfEach: Int {
    switch mode {
    case .fourLevel: leaves + 5
    case .pae: leaves + 2
    case .twoLevel, .unpaged: leaves * 2 + 4
    }
  }

  /// The guest's memory, and the root of each process.
  func build() -> Guest {
    let frameCount = Self.memoryMiB * 256
    var memory = GuestMemory(
      frameCount: frameCount, entriesPerTable: mode.entriesPerTable,
      expectedTables: count * (leaves + 6))
    var frames = FrameAllocator(from: GFN(16), to: GFN(frameCount / 2))
    var roots: [GFN] = []
    var data = 0
    for _ in 0..<count {
      guard let space = AddressSpace(mode: mode, memory: &memory, frames: &frames) else { break }
      roots.append(space.root)
      for leaf in 0..<leaves {
        for index in 0..<mode.entriesPerTable {
          guard let flags = flags(index) else { continue }
          let frame = GFN(frameCount / 2 + data % (frameCount / 2))
          data += 1
          space.map(
            address(ofLeaf: leaf) + UInt64(index) << 12, GuestEntry(frame: frame, flags: flags),
            memory: &memory, frames: &frames)
        }
      }
    }
    precondition(roots.count == count, "the processes fit into the guest's memory")
    return Guest(memory: memory, roots: roots)
  }
}

/// A guest before its first operation.
struct Guest: ~Copyable {
  var memory: GuestMemory
  let roots: [GFN]
}

/// A run of operations in blocks, all made before anything is measured.
struct Stream: ~Copyable {
  private(set) var blocks: [UnsafeMutablePointer<OperationBlock>] = []
  private(set) var count = 0
  static let blockSize = 4096

  mutating func append(_ operation: Operation) {
    if count % Self.blockSize == 0 {
      let block = UnsafeMutablePointer<OperationBlock>.allocate(capacity: 1)
      block.initialize(to: OperationBlock(capacity: Self.blockSize))
      blocks.append(block)
    }
    blocks[blocks.count - 1].pointee.append(operation)
    count += 1
  }

  deinit {
    for block in blocks {
      block.deinitialize(count: 1)
      block.deallocate()
    }
  }
}
