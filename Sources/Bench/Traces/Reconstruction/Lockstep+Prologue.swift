import GuestModel

/// The state in which a trace began that does not begin with the guest.
extension Lockstep {
  /// All operations: what brings the domain into the state in which the trace began, the mark from
  /// which on counters count, and the trace's own.
  mutating func allOperations() -> [Operation] {
    if startsUnpaged { return operations }
    var all = beginning
    addShared(&all)
    var touches: [UInt64: UInt64] = [:]
    for case let operation in all where operation.code == .access {
      let slot = layout.slot(layout.leaf(operation.operand))
      if layout.sharedSlots.contains(slot) { touches[slot] = operation.operand }
    }
    sharedTouches = touches.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let unseen = Set(givenUpUnseen)
    let firsts = spaces.indices.filter { !unseen.contains($0) }
    // Where room was never made, what was not there is new.
    for number in firsts
    where spaces[number].wasResident == false && !figures.pagesAtReclaims.isEmpty {
      addAbsent(number, &all)
    }
    for number in givenUpUnseen { addAbsent(number, &all) }
    for number in firsts where spaces[number].wasResident != false {
      addResident(number, &all)
    }
    loadFirsts(&all)
    return all + operations
  }

  /// Each vCPU pages.
  private var beginning: [Operation] {
    var all: [Operation] = []
    for number in vcpus.indices {
      guard let first = vcpus[number].first else { continue }
      if number != 0 { all.append(.onVCPU(number)) }
      all += [.loadRoot(tables[spaces[first].root].frame), .setMode(mode)]
    }
    if vcpus.count > 1 { all.append(.onVCPU(0)) }
    return all + pastProcesses
  }

  /// A guest that was there before its trace has had so many address spaces at once that Xen pins
  /// no L3 any more (R5): as many roots are loaded, and given up.
  var pastProcesses: [Operation] {
    guard !pastRoots.isEmpty, let first = vcpus.first?.first else { return [] }
    return pastRoots.map { .loadRoot($0) } + [.loadRoot(tables[spaces[first].root].frame)]
      + pastRoots.map { .unshadow($0) }
  }

  /// The address spaces that were served when the trace began, and the mark.
  private func loadFirsts(_ all: inout [Operation]) {
    for number in vcpus.indices {
      guard let first = vcpus[number].first else { continue }
      if vcpus.count > 1 { all.append(.onVCPU(number)) }
      all.append(.loadRoot(tables[spaces[first].root].frame))
    }
    if vcpus.count > 1 { all.append(.onVCPU(0)) }
    all.append(.mark(UInt32.max, nanoseconds: 0))
  }

  /// What brings the domain into the state in which it would be at a larger size.
  ///
  /// As if it had run for as long before: the trace's root loads and accesses once, by the address
  /// spaces that were there, on tables as they were. Empty for a trace without a reclaim.
  mutating func warmUp() -> [Operation] {
    guard !startsUnpaged, !figures.pagesAtReclaims.isEmpty else { return [] }
    var all = beginning
    addShared(&all)
    for number in givenUpUnseen { addAbsent(number, &all) }
    let begun = Set(spaces.filter(\.isBegun).map { UInt64(tables[$0.root].frame.rawValue) })
    var isSkipped = [Bool](repeating: false, count: vcpus.count)
    var vcpu = 0
    for operation in operations {
      switch operation.code {
      case .onVCPU:
        vcpu = Int(operation.short)
        all.append(operation)
      case .loadRoot:
        isSkipped[vcpu] = begun.contains(operation.operand)
        if !isSkipped[vcpu] { all.append(operation) }
      case .access where !isSkipped[vcpu]: all.append(.access(operation.operand, .read))
      default: break
      }
    }
    loadFirsts(&all)
    return all
  }

  private func address(_ table: Int, _ place: Int) -> UInt64 {
    (tables[table].leaf ?? 0) << mode.leafShift | UInt64(place) << 12
  }

  /// Shared tables that were shadowed from the start.
  private mutating func addShared(_ all: inout [Operation]) {
    for table in tables.indices
    where tables[table].owner < 0 && tables[table].wasThere == true {
      addTable(table, &all)
    }
  }

  /// An address space with all that it is known to touch: what holds a pool in which it stayed.
  private func addAbsent(_ number: Int, _ all: inout [Operation]) {
    all.append(.loadRoot(tables[spaces[number].root].frame))
    for (slot, address) in sharedTouches where !spaces[number].earlyLinks.contains(slot) {
      all.append(.access(address, .read))
    }
    for table in spaces[number].firstLeaves {
      for place in tables[table].early + tables[table].later {
        all.append(.access(address(table, Int(place)), .read))
      }
    }
  }

  /// An address space that was there when the trace began, without what it faulted in later.
  private mutating func addResident(_ number: Int, _ all: inout [Operation]) {
    all.append(.loadRoot(tables[spaces[number].root].frame))
    for (slot, address) in sharedTouches where !spaces[number].earlyLinks.contains(slot) {
      all.append(.access(address, .read))
    }
    for table in spaces[number].firstLeaves where tables[table].wasThere != false {
      addTable(table, &all)
    }
  }

  /// A leaf table that was shadowed: entries that were known only later, and one that nothing
  /// touches where there is none; none from which an entry would be prefetched that faulted.
  private mutating func addTable(_ table: Int, _ all: inout [Operation]) {
    let early = Set(tables[table].early.map(Int.init))
    func isClear(_ place: Int) -> Bool { !(place + 1...place + 31).contains(where: early.contains) }
    let touched = tables[table].later.map(Int.init).filter(isClear)
    for place in touched { all.append(.access(address(table, place), .read)) }
    guard touched.isEmpty else { return }
    let free = (0..<tables[table].everKnown.count).reversed().first {
      !tables[table].everKnown[$0] && isClear($0)
    }
    guard let free else { return }
    plan.set(
      tables[table].frame, free, GuestEntry(frame: GFN(1), flags: Self.filler))
    all.append(.access(address(table, free), .read))
  }

  private static var filler: UInt32 { GuestEntry.Flag.all & ~GuestEntry.Flag.superpage }
}
