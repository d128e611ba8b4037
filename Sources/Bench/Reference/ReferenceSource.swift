import GuestModel

/// Makes the reference guest's operations, one piece of its program at a time.
struct ReferenceSource: OperationSource {
  let parameters: ReferenceParameters
  let mode: PagingMode
  let layout: ReferenceLayout
  private let hasOneVCPU: Bool
  private var pending: [Operation] = []
  private var taken = 0
  private var step = Step.startUp
  private var random: UInt64
  private var switches = 0
  private var victim = 0
  private var edit = 0

  private enum Step {
    case startUp
    case kernel
    case process(Int)
    case turn(round: Int, number: Int)
    case roundEnd(Int)
    case done
  }

  init(_ parameters: ReferenceParameters, _ shape: GuestShape, _ layout: ReferenceLayout) {
    self.parameters = parameters
    mode = shape.mode
    hasOneVCPU = shape.vcpus == 1
    self.layout = layout
    random = 88_172_645_463_325_252 &+ UInt64(parameters.seed) &* 0x9E37_79B9_7F4A_7C15
  }

  mutating func fill(_ block: inout OperationBlock) {
    while block.room > 0 {
      if taken == pending.count {
        pending.removeAll(keepingCapacity: true)
        taken = 0
        guard advance() else { return }
        continue
      }
      let count = min(block.room, pending.count - taken)
      for operation in pending[taken..<(taken + count)] { block.append(operation) }
      taken += count
    }
  }

  /// Emits the next piece; false when there is none.
  private mutating func advance() -> Bool {
    switch step {
    case .startUp:
      startUp()
      step = .kernel
    case .kernel:
      buildKernel()
      step = .process(0)
    case .process(let number):
      buildProcess(number)
      if number + 1 < parameters.procs {
        step = .process(number + 1)
      } else {
        emit(.mark(0, nanoseconds: 0))
        step = parameters.rounds > 0 ? .turn(round: 0, number: 0) : .done
      }
    case .turn(let round, let number):
      turn(number)
      step =
        number + 1 < parameters.procs
        ? .turn(round: round, number: number + 1) : .roundEnd(round)
    case .roundEnd(let round):
      emit(.loadRoot(layout.bootRoot))
      emit(.access(0x100000, .fetch))
      emit(.mark(UInt32(truncatingIfNeeded: round + 1), nanoseconds: 0))
      step = round + 1 < parameters.rounds ? .turn(round: round + 1, number: 0) : .done
    case .done: return false
    }
    return true
  }

  private mutating func emit(_ operation: Operation) { pending.append(operation) }

  /// The guest's own generator: xorshift64, upper half.
  private mutating func below(_ bound: Int) -> Int {
    random ^= random << 13
    random ^= random >> 7
    random ^= random << 17
    return Int((random >> 32) % UInt64(bound))
  }

  // MARK: Tables, which the guest reaches through its identity map

  private func address(_ frame: GFN, _ index: Int) -> UInt64 {
    UInt64(frame.rawValue) << 12 + UInt64(index * mode.entryBytes)
  }

  private mutating func write(_ table: GFN, _ index: Int, _ frame: GFN, _ flags: UInt32) {
    emit(.writeEntry(address(table, index), GuestEntry(frame: frame, flags: flags)))
  }

  private mutating func copy(
    _ table: GFN, _ index: Int, from source: GFN, _ at: Int, _ flags: UInt32
  ) {
    emit(.copyEntry(address(table, index), from: source, index: at, adding: flags))
  }

  private mutating func clear(_ table: GFN) {
    emit(
      .fillEntries(
        address(table, 0), count: mode.entriesPerTable, first: .empty, ascending: false))
  }

  private mutating func fill(_ table: GFN, _ base: GFN, _ number: Int) {
    emit(
      .fillEntries(
        address(table, 0), count: mode.entriesPerTable,
        first: leafEntry(base, number, 0), ascending: true))
  }

  private static let rights =
    GuestEntry.Flag.present | GuestEntry.Flag.writable | GuestEntry.Flag.user

  private var link: UInt32 {
    Self.rights | (parameters.ad != 0 ? GuestEntry.Flag.accessed : 0)
  }

  private var dirty: UInt32 { parameters.ad != 0 ? GuestEntry.Flag.dirty : 0 }

  private func leafEntry(_ base: GFN, _ number: Int, _ index: Int) -> GuestEntry {
    GuestEntry(frame: base + (number * mode.entriesPerTable + index), flags: link | dirty)
  }

  // MARK: Start-up

  private mutating func startUp() {
    let superpage = Self.rights | GuestEntry.Flag.superpage
    emit(.access(0x100000, .fetch))
    if mode == .twoLevel {
      for index in 0..<256 { write(layout.bootRoot, index, GFN(index << 10), superpage) }
    } else {
      for index in 0..<512 { write(layout.bootDirectory, index, GFN(index << 9), superpage) }
      if mode == .pae {
        write(layout.bootRoot, 0, layout.bootDirectory, GuestEntry.Flag.present)
      } else {
        write(
          layout.bootL3, 0, layout.bootDirectory,
          GuestEntry.Flag.present | GuestEntry.Flag.writable)
        write(layout.bootRoot, 0, layout.bootL3, Self.rights)
      }
    }
    emit(.setMode(.unpaged))
    emit(.loadRoot(layout.bootRoot))
    emit(.setMode(mode))
    emit(.access(0x1000c4, .write))
  }

  private mutating func buildKernel() {
    guard parameters.kleaves > 0 else { return }
    let tables = layout.kernelTables
    let directory = tables + (layout.kernelUppers - 1)
    for upper in 0..<layout.kernelUppers { clear(tables + upper) }
    if mode == .fourLevel {
      write(layout.bootRoot, 2, tables, link)
      write(tables, 0, directory, link)
    } else if mode == .pae {
      write(layout.bootRoot, 3, directory, GuestEntry.Flag.present)
    }
    for number in 0..<parameters.kleaves {
      let leaf = layout.kernelLeaf(number)
      clear(leaf)
      fill(leaf, layout.kernelFrames, number)
      if mode != .twoLevel { write(directory, number, leaf, link) }
    }
  }

  private mutating func buildProcess(_ number: Int) {
    let top = layout.process(number)
    let directory: GFN
    var firstIndex = 0
    switch mode {
    case .fourLevel:
      let l3 = top + 1
      directory = top + 2
      for upper in 0..<3 { clear(top + upper) }
      copy(top, 0, from: layout.bootRoot, 0, link)
      write(top, 1, l3, link)
      write(l3, 0, directory, link)
      if parameters.kleaves > 0 { copy(top, 2, from: layout.bootRoot, 2, link) }
    case .pae:
      directory = top + 1
      clear(top)
      clear(directory)
      copy(top, 0, from: layout.bootRoot, 0, 0)
      write(top, 1, directory, GuestEntry.Flag.present)
      if parameters.kleaves > 0 { buildPAEKernelDirectory(top) }
    case .twoLevel, .unpaged:
      directory = top
      firstIndex = 256
      clear(top)
      for index in 0..<256 { copy(top, index, from: layout.bootRoot, index, 0) }
      for leaf in 0..<parameters.kleaves { write(top, 768 + leaf, layout.kernelLeaf(leaf), link) }
    }
    for leaf in 0..<parameters.leaves {
      if parameters.superpages != 0 {
        write(
          directory, firstIndex + leaf, layout.frames + leaf * mode.entriesPerTable,
          link | GuestEntry.Flag.superpage | dirty)
      } else {
        let table = layout.leaf(number, leaf)
        clear(table)
        write(directory, firstIndex + leaf, table, link)
        fill(table, layout.frames, leaf)
      }
    }
  }

  private mutating func buildPAEKernelDirectory(_ top: GFN) {
    guard parameters.kpriv != 0 else {
      copy(top, 3, from: layout.bootRoot, 3, 0)
      return
    }
    clear(top + 2)
    for index in 0..<512 { copy(top + 2, index, from: layout.kernelTables, index, 0) }
    write(top, 3, top + 2, GuestEntry.Flag.present)
  }

  // MARK: Turns

  private var userBase: UInt64 { mode == .fourLevel ? 0x80_0000_0000 : 0x4000_0000 }
  private var kernelBase: UInt64 { mode == .fourLevel ? 0x100_0000_0000 : 0xC000_0000 }

  private func page(_ base: UInt64, _ leaf: Int, _ index: Int) -> UInt64 {
    base + UInt64(leaf) << mode.leafShift + UInt64(index) << 12
  }

  private mutating func turn(_ number: Int) {
    let process: Int
    switch parameters.sched {
    case 0: process = number
    case 1: process = below(parameters.procs)
    default: process = below(8) != 0 ? below(parameters.procs / 4) : below(parameters.procs)
    }
    emit(.loadRoot(layout.process(process)))
    let stride = mode.entriesPerTable / parameters.ktouch
    for leaf in 0..<parameters.kleaves {
      touchSpread(kernelBase, leaf, count: parameters.ktouch, stride: stride, .read)
    }
    touchAll()
    for _ in 0..<parameters.remap { remap(process) }
    switches += 1
    if parameters.churn > 0 && switches % parameters.churn == 0 { replace(running: process) }
  }

  private mutating func touchAll() {
    var first = 0
    var last = parameters.leaves
    if parameters.window > 0 {
      first = below(parameters.leaves - parameters.window + 1)
      last = first + parameters.window
    }
    let kind: AccessKind = parameters.write != 0 ? .write : .read
    let stride = parameters.pattern == 0 ? mode.entriesPerTable / parameters.touch : 1
    for _ in 0..<parameters.repeats {
      for leaf in first..<last {
        if parameters.pattern < 2 {
          touchSpread(userBase, leaf, count: parameters.touch, stride: stride, kind)
        } else {
          for _ in 0..<parameters.touch {
            emit(.access(page(userBase, leaf, below(mode.entriesPerTable)), kind))
          }
        }
      }
    }
  }

  /// Touches every `stride`th page of a leaf from its first one, 64 pages an operation.
  private mutating func touchSpread(
    _ base: UInt64, _ leaf: Int, count: Int, stride: Int, _ kind: AccessKind
  ) {
    var mask: UInt64 = 0
    var group = 0
    for number in 0..<count {
      let index = number * stride
      if index >> 6 != group {
        if mask != 0 { emit(.accessMask(page(base, leaf, group << 6), mask, kind)) }
        mask = 0
        group = index >> 6
      }
      mask |= 1 << UInt64(index & 63)
    }
    if mask != 0 { emit(.accessMask(page(base, leaf, group << 6), mask, kind)) }
  }

  /// The reads by which the guest finds a process's leaf table.
  private mutating func findLeaf(_ process: Int, _ leaf: Int) {
    let top = layout.process(process)
    switch mode {
    case .fourLevel:
      emit(.access(address(top, 1), .read))
      emit(.access(address(top + 1, 0), .read))
      emit(.access(address(top + 2, leaf), .read))
    case .pae:
      emit(.access(address(top, 1), .read))
      emit(.access(address(top + 1, leaf), .read))
    case .twoLevel, .unpaged:
      emit(.access(address(top, 256 + leaf), .read))
    }
  }

  /// What the guest takes for a process's leaf table: with superpages their first page.
  private func leafTable(_ process: Int, _ leaf: Int) -> GFN {
    parameters.superpages != 0
      ? layout.frames + leaf * mode.entriesPerTable : layout.leaf(process, leaf)
  }

  /// Whether the guest writes the upper half of an entry that it puts back only after the touch.
  ///
  /// That is what its compiler makes of it for PAE. Where no table can go out of sync Xen emulates
  /// the touch together with both writes, and there is nothing left to do.
  private var writesUpperHalfLast: Bool { mode == .pae && hasOneVCPU }

  private mutating func remap(_ process: Int) {
    let leaf = edit % parameters.leaves
    let index = edit / parameters.leaves % mode.entriesPerTable
    edit += 7
    findLeaf(process, leaf)
    let table = leafTable(process, leaf)
    let place = page(userBase, leaf, index)
    emit(.writeEntry(address(table, index), .empty))
    emit(.invalidatePage(place))
    emit(.writeEntry(address(table, index), leafEntry(layout.frames, leaf, index)))
    emit(.access(place, .read))
    if writesUpperHalfLast { emit(.access(address(table, index) + 4, .write)) }
  }

  private mutating func replace(running process: Int) {
    var number = victim % parameters.procs
    victim += 1
    if number == process { number = (number + 1) % parameters.procs }
    for leaf in 0..<parameters.leaves {
      findLeaf(number, leaf)
      clear(leafTable(number, leaf))
    }
    for leaf in 0..<parameters.leaves {
      findLeaf(number, leaf)
      fill(leafTable(number, leaf), layout.frames, leaf)
    }
  }
}
