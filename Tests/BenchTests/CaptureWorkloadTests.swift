import GuestModel
import Testing

@testable import Bench

/// What a capture's stream does, followed through its own page tables.
@Suite struct CaptureWorkloadTests {
  static func shape(_ mode: PagingMode, memoryMiB: Int = 4096, vcpus: Int = 2) -> GuestShape {
    GuestShape(mode: mode, memoryMiB: memoryMiB, vcpus: vcpus)
  }

  static let modes: [PagingMode] = [.fourLevel, .pae, .twoLevel]

  @Test("Two sources of a workload make the same operations, whatever the blocks' size")
  func determinism() throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(.fourLevel), rounds: 7)
    let once = operations(of: workload)
    #expect(once == operations(of: workload))
    #expect(once == operations(of: workload, blockSize: 1))
    let other = try CaptureWorkload(
      capture: workload.capture, shape: workload.shape, seed: 2, rounds: 7)
    #expect(once != operations(of: other))
  }

  @Test("A committed capture's stream is the same each time", arguments: CommittedCapture.allCases)
  func committedDeterminism(_ committed: CommittedCapture) throws {
    let workload = try CaptureWorkload(
      capture: committed.load(), shape: Self.shape(.fourLevel), rounds: 1)
    #expect(operations(of: workload) == operations(of: workload))
  }

  @Test("Each vCPU is brought up, then the first mark comes", arguments: modes)
  func bringUp(_ mode: PagingMode) throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(mode, memoryMiB: 16))
    let root = workload.layout.roots[0]
    let expected: [Operation] = [
      .onVCPU(0), .loadRoot(root), .setMode(mode), .onVCPU(1), .loadRoot(root), .setMode(mode),
      .mark(0, nanoseconds: 0),
    ]
    #expect(Array(operations(of: workload).prefix(7)) == expected)
  }

  @Test("A mark ends each round, with the interval's length")
  func marks() throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(.pae, memoryMiB: 16), rounds: 4)
    let marks = operations(of: workload).filter { $0.code == .mark }
    #expect(marks.map(\.long) == [0, 1, 2, 3, 4])
    #expect(marks.map(\.operand) == [0, 1_000_000_000, 1_000_000_000, 500_000_000, 1_000_000_000])
    let whole = try CaptureWorkload(capture: workload.capture, shape: workload.shape)
    #expect(whole.rounds == 3)
  }

  @Test(
    "What a bitmap has is touched, nothing else, and all of it is mapped",
    arguments: [
      (CommittedCapture.office30, PagingMode.fourLevel),
      (.apache150, .fourLevel), (.apache150, .pae), (.apache150, .twoLevel),
    ])
  func exactly(_ committed: CommittedCapture, _ mode: PagingMode) throws {
    let capture = try committed.load()
    let workload = try CaptureWorkload(capture: capture, shape: Self.shape(mode), rounds: 1)
    var replay = CaptureReplay(workload)
    for operation in operations(of: workload) { replay.perform(operation) }
    #expect(replay.complaints.isEmpty)
    #expect(replay.kernelReads > 0)
    var expected = Array(repeating: EntryMask.zero, count: workload.layout.places.count)
    for touched in capture.intervals[0].visits.flatMap(\.touched) {
      let place = workload.layout.placeOfLeaf[Int(touched.leaf)]
      expected[place] = capture.bitmaps[Int(touched.bitmap)]
    }
    #expect(replay.touched == expected)
  }

  @Test("Where only counts are known, as many entries of each leaf table are touched")
  func counts() throws {
    let capture = try CommittedCapture.office30.load()
    let workload = try CaptureWorkload(capture: capture, shape: Self.shape(.fourLevel), rounds: 3)
    var replay = CaptureReplay(workload)
    for operation in operations(of: workload) {
      if operation.code == .mark, operation.long == 2 { replay.forget() }
      replay.perform(operation)
    }
    #expect(replay.complaints.isEmpty)
    for touched in capture.intervals[2].visits.flatMap(\.touched) {
      let place = workload.layout.placeOfLeaf[Int(touched.leaf)]
      #expect(replay.touched[place].population == Int(touched.accessed))
      #expect(replay.written[place].population <= Int(touched.dirty))
    }
  }

  @Test("Hot pages are touched in every turn, the others in one", arguments: modes)
  func hot(_ mode: PagingMode) throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(mode, memoryMiB: 16), rounds: 2)
    var replay = CaptureReplay(workload, countsTouches: true)
    for operation in operations(of: workload) {
      if operation.code == .mark, operation.long == 1 { replay.forget() }
      replay.perform(operation)
    }
    // In round 2 nothing runs process 10, so it has one turn.
    #expect(replay.complaints.isEmpty)
    #expect(replay.touches.values.allSatisfy { $0 == 1 })
    #expect(replay.touches.count == 4)
  }

  @Test("A process that runs twice in a round touches hot pages twice")
  func twice() throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(.pae, memoryMiB: 16), rounds: 1)
    var replay = CaptureReplay(workload, countsTouches: true)
    for operation in operations(of: workload) { replay.perform(operation) }
    // First and last leaf table of both processes: all that interval 0 touches. Process 11 runs
    // once, and process 10 twice.
    let layout = workload.layout
    let first = CaptureReplay.Page(place: layout.place(0x200, of: 0), entry: 0)
    #expect(replay.touches[first] == 2)
    #expect(replay.touches[.init(place: first.place, entry: 510)] == 2)
    #expect(replay.touches[.init(place: layout.place(0x3FF_FFFF, of: 0), entry: 101)] == 2)
    #expect(replay.touches[.init(place: layout.place(0x200, of: 1), entry: 7)] == 1)
    #expect(replay.touches.count == 5)
    #expect(replay.written.map(\.population) == [1, 0, 0, 2, 0])
  }

  @Test("A fault writes the entry through the direct map, then touches the page", arguments: modes)
  func faults(_ mode: PagingMode) throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(mode, memoryMiB: 16), rounds: 1)
    let all = operations(of: workload)
    let layout = workload.layout
    let writes = all.indices.filter { all[$0].code == .writeEntry }
    #expect(writes.count == 2)
    let place = layout.places[layout.place(0x200, of: 0)]
    #expect(all[writes[0]].operand == layout.entryAddress(place, 9))
    #expect(all[writes[0] + 1] == .access(place.address + 9 << 12, [.user, .write]))
    let fresh = layout.places[layout.place(0x300, of: 0)]
    #expect(fresh.leaf == -1)
    #expect(all[writes[1]].operand == layout.entryAddress(fresh, 1))
    #expect(all[writes[1] + 1] == .access(fresh.address + 1 << 12, .user))
    let frames = writes.map { GuestEntry(rawValue: all[$0].long).frame }
    #expect(frames == [layout.guestFrame(9), layout.guestFrame(10)])
  }

  @Test("Ends and beginnings clear and fill a process's tables, and leave them as they were")
  func churn() throws {
    let workload = try CaptureWorkload(
      capture: SmallCapture().load(), shape: Self.shape(.fourLevel, memoryMiB: 16), rounds: 2)
    let all = operations(of: workload)
    // Q clears; F and X fill, X after clearing once more.
    #expect(all.filter { $0.code == .fillEntries }.count == 2)
    #expect(all.filter { $0.code == .fillAscending }.count == 4)
    var replay = CaptureReplay(workload)
    let before = workload.makeMemory()
    for operation in all { replay.perform(operation) }
    #expect(replay.complaints.isEmpty)
    let table = before.table(in: workload.layout.places[workload.layout.placeOfLeaf[3]].frame)
    for entry in 0..<512 {
      #expect(replay.memory.entry(table, entry) == before.entry(table, entry))
    }
  }

  @Test("Without events every process that touches something has one turn in a round")
  func withoutEvents() throws {
    var small = SmallCapture()
    small.events = nil
    let workload = try CaptureWorkload(
      capture: small.load(), shape: Self.shape(.fourLevel, memoryMiB: 16))
    var replay = CaptureReplay(workload)
    for operation in operations(of: workload) { replay.perform(operation) }
    #expect(replay.complaints.isEmpty)
    #expect(replay.kernelReads == 4)
  }
}
