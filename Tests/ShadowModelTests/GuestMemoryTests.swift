import GuestModel
import Testing

/// A guest's tables in memory: whether an entry names a table is always known.
@Suite struct GuestMemoryTests {
  /// Entries are written, copied one by one and by tables, and frames become tables at random, far
  /// more frames than there are blocks of them.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func whatNamesATableIsMarked(_ seed: UInt64) {
    let frames = 512 * 200
    var memory = GuestMemory(frameCount: frames, entriesPerTable: 512, expectedTables: 2)
    var generator = SeededGenerator(seed: seed)
    // Few frames in many blocks, so that they are named before they hold a table.
    let chosen = (0..<60).map { _ in GFN(1 + generator.below(frames - 1)) }
    func frame() -> GFN { chosen[generator.below(chosen.count)] }
    _ = memory.ensureTable(in: frame())
    var found = 0
    for _ in 0..<4000 {
      let table = 1 + generator.below(memory.tableCount - 1)
      let other = 1 + generator.below(memory.tableCount - 1)
      switch generator.below(100) {
      case 0: _ = memory.ensureTable(in: frame())
      case 1: _ = memory.makeDetachedTable()
      case 2...4: memory.copyTable(from: other, to: table)
      case 5...40: memory.copyEntry(from: other, to: table, at: generator.below(512))
      default:
        memory.setEntry(
          table, generator.below(512),
          GuestEntry(frame: frame(), flags: UInt32(generator.below(64))))
      }
      if generator.below(40) == 0 { found += check(memory) }
    }
    found += check(memory)
    #expect(found > 1000, "hardly an entry names a table: \(found)")
  }

  /// Compares each entry's table bit with the frames that hold tables; how many name one.
  private func check(_ memory: borrowing GuestMemory) -> Int {
    var (found, wrong) = (0, 0)
    for table in 1..<memory.tableCount {
      for index in 0..<512 {
        let holds = memory.table(in: memory.frame(table, index)) != 0
        let word = memory.planes[memory.plane(table, index >> 6, GuestMemory.Plane.table)]
        if holds != (word >> UInt64(index & 63) & 1 == 1) { wrong += 1 }
        if holds { found += 1 }
      }
    }
    #expect(wrong == 0)
    return found
  }
}
