import GuestModel
import Testing

@testable import Bench

/// Where a capture's tables and pages come to lie.
@Suite struct CaptureLayoutTests {
  static func workload(
    _ capture: Capture, _ mode: PagingMode, memoryMiB: Int = 4096, vcpus: Int = 2,
    rounds: Int? = nil
  ) throws(InputError) -> CaptureWorkload {
    try CaptureWorkload(
      capture: capture, shape: GuestShape(mode: mode, memoryMiB: memoryMiB, vcpus: vcpus),
      rounds: rounds)
  }

  @Test("With four levels there is a table for each of the capture's, and the kernel's")
  func tables() throws {
    let capture = try CommittedCapture.apache150.load()
    let memory = try Self.workload(capture, .fourLevel).makeMemory()
    // No table 0; one L3 and an L2 for each of 4 GiB; no fault of this capture needs a table.
    let kernel = 1 + 4
    #expect(memory.tableCount == 1 + capture.leafTableCount + capture.upperTableCount + kernel)
  }

  @Test("Pages that processes share stay shared, in too little memory too")
  func folding() throws {
    let capture = try CommittedCapture.office30.load()
    let workload = try Self.workload(capture, .fourLevel, memoryMiB: 256)
    let layout = workload.layout
    let room = layout.memoryFrames - layout.firstUserFrame
    #expect(layout.guestFrame(5) == layout.guestFrame(5 + room))
    #expect(layout.guestFrame(5).index >= layout.firstUserFrame)
    #expect(layout.guestFrame(capture.distinctFrameCount).index < layout.memoryFrames)
    let parts = layout.adjacentFrames(from: room - 2, count: 5)
    #expect(parts.map(\.count) == [2, 3])
    let memory = workload.makeMemory()
    #expect(memory.table(in: GFN(layout.firstUserFrame)) == 0)
  }

  @Test(
    "32-bit addresses keep the order of leaf tables, below 3 GiB",
    arguments: [PagingMode.pae, .twoLevel])
  func compaction(_ mode: PagingMode) throws {
    let layout = try Self.workload(SmallCapture().load(), mode, memoryMiB: 16).layout
    let addresses = layout.placesOfProcess.map { range in
      layout.places[range].map { $0.address >> 21 }
    }
    #expect(addresses == [[0, 1, 2, 1535], [0]])
  }

  @Test("The direct map reaches every table", arguments: CaptureWorkloadTests.modes)
  func directMap(_ mode: PagingMode) throws {
    let layout = try Self.workload(CommittedCapture.apache150.load(), mode).layout
    for place in layout.places {
      #expect(place.frame.index < layout.directMap.frameCount)
    }
    #expect(layout.directMap.frameCount == (mode == .fourLevel ? 1 << 20 : 1 << 18))
  }

  @Test("Tables that do not fit into memory are refused")
  func tooSmall() throws {
    let capture = try CommittedCapture.office30.load()
    let error = #expect(throws: InputError.self) {
      try Self.workload(capture, .fourLevel, memoryMiB: 32)
    }
    #expect(error?.reason.contains("7628 leaf tables of 120 processes") == true)
    #expect(error?.reason.contains("32 MiB") == true)
  }

  @Test("A process with more than 3 GiB is refused with 32-bit addresses")
  func tooWide() throws {
    var small = SmallCapture()
    small.map = "#ptcap 1 map\nP 10 wide 1537 4 1 0\n"
    for leaf in 0..<1537 { small.map += "L \(String(leaf, radix: 16)) 0 0\n" }
    small.map += "P 11 b 1 1 1 0\nL 200 0 0\n"
    small.intervals = "#ptcap 1 intervals\nI 0 1000 2\n"
    small.events = nil
    let capture = try small.load()
    let error = #expect(throws: InputError.self) { try Self.workload(capture, .pae) }
    #expect(error?.reason.contains("process 10 (wide) has 1537 leaf tables") == true)
    #expect(throws: Never.self) { try Self.workload(capture, .fourLevel) }
  }

  @Test("Settings that make no sense are refused, with what was expected")
  func settings() throws {
    let capture = try SmallCapture().load()
    #expect(throws: InputError.self) { try Self.workload(capture, .unpaged) }
    for memory in [0, -1, 65_537, Int.max] {
      #expect(throws: InputError.self) {
        try Self.workload(capture, .fourLevel, memoryMiB: memory)
      }
    }
    for vcpus in [0, -5, 129] {
      #expect(throws: InputError.self) { try Self.workload(capture, .pae, vcpus: vcpus) }
    }
    let error = #expect(throws: InputError.self) {
      try Self.workload(capture, .pae, rounds: 0)
    }
    #expect(error?.reason == "rounds: 0 rounds: expected 1 to 1000000")
  }

  @Test("A choice of entries is as large as asked for, and one of what there is")
  func sampling() {
    var random = SeededGenerator(seed: 7)
    var mask = EntryMask.zero
    mask.insert(3..<200)
    mask.insert(511)
    for count in 0...220 {
      let plain = mask.sample(count, using: &random)
      let runs = mask.sampleRuns(count, runLength: 16, using: &random)
      #expect(plain.population == min(count, 198) && runs.population == min(count, 198))
      #expect(plain & ~mask == .zero && runs & ~mask == .zero)
    }
  }
}
