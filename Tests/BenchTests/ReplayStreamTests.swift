import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

/// Streams for the replay guest: made of workloads, written, read, refused.
struct ReplayStreamTests {
  static let modes: [PagingMode] = [.fourLevel, .pae, .twoLevel]

  static func reference(_ text: String, _ mode: PagingMode) throws -> ReferenceWorkload {
    try ReferenceWorkload(text: text, shape: GuestShape(mode: mode, memoryMiB: 64, vcpus: 1))
  }

  static func stream(
    _ mode: PagingMode, _ text: String = "procs=3 leaves=2 touch=4 rounds=1 churn=2 remap=1",
    paint: Bool = true
  ) throws -> ReplayStream {
    try ReplayStream.compile(
      try reference(text, mode), name: "reference", seed: 1,
      options: ReplayStream.Options(paint: paint))
  }

  @Test("A stream is the same after it was written and read", arguments: modes)
  func roundTrip(mode: PagingMode) throws {
    let stream = try Self.stream(mode)
    let read = try ReplayStream(bytes: stream.bytes, file: "x.replay")
    #expect(read.bytes == stream.bytes)
    #expect(read.expected == stream.expected)
    #expect(read.shape == stream.shape)
    #expect(read.name == "reference" && read.seed == 1 && read.isPainted)
  }

  @Test("Frames move up by a multiple of 12 MiB, memory grows by as much", arguments: modes)
  func relocation(mode: PagingMode) throws {
    let stream = try Self.stream(mode)
    #expect(stream.shift % 3072 == 0 && stream.shift > 0)
    #expect(stream.shape.memoryMiB == 64 + stream.shift / 256)
    for operation in stream.operations where operation.code == .loadRoot {
      #expect(operation.operand >= UInt64(stream.shift))
    }
  }

  @Test("Every root that is loaded maps the guest and the stream", arguments: modes)
  func placement(mode: PagingMode) throws {
    let stream = try Self.stream(mode, "procs=3 leaves=2 touch=4 rounds=1 kleaves=2 kpriv=1")
    let layout = stream.layout
    var machine = ReplayMachine(
      layout.makeMemory(), mode: mode, root: ReplayLayout.ownRoot, isPainted: true)
    for operation in stream.operations {
      #expect(machine.perform(operation) == nil)
      guard operation.code == .loadRoot else { continue }
      for page in [0x100, 0x11f, 0x120, stream.shift - 1] {
        let address = layout.base + UInt64(page) << 12
        #expect(machine.translate(address, [.write, .user]) == .frame(GFN(page)))
      }
    }
  }

  @Test("A file that is cut off or changed anywhere is refused")
  func malformed() throws {
    let bytes = try Self.stream(.fourLevel).bytes
    for count in [0, 7, 511, 512, 520, bytes.count - 16, bytes.count - 1] {
      #expect(throws: InputError.self) {
        try ReplayStream(bytes: bytes.prefix(count), file: "x.replay")
      }
    }
    for offset in [0, 8, 12, 16, 20, 24, 32, 40, 48, 100, 300, 512, 520, 528, bytes.count - 1] {
      var changed = bytes
      changed[offset] ^= 0x41
      #expect(throws: InputError.self, "byte \(offset)") {
        try ReplayStream(bytes: changed, file: "x.replay")
      }
    }
  }

  @Test("What the guest cannot do is refused with the reason")
  func refusals() throws {
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 16, vcpus: 1)
    let start: [GuestModel.Operation] = [.loadRoot(GFN(16)), .setMode(.fourLevel)]
    let cases: [(String, [GuestModel.Operation])] = [
      ("vcpus", start + [.onVCPU(1)]),
      ("allocation", start + [.setAllocation(pages: 400)]),
      ("mode changes", start + [.setMode(.unpaged)]),
      ("without a root", [.setMode(.fourLevel)]),
    ]
    for (word, operations) in cases {
      let error = #expect(throws: InputError.self) {
        try ReplayStream.compile(
          OperationWorkload(operations, shape: shape), name: "x", seed: 1)
      }
      #expect(error?.reason.contains(word) == true, "\(error?.reason ?? "")")
    }
    #expect(throws: InputError.self) {
      try ReplayStream.compile(
        OperationWorkload(start, shape: GuestShape(mode: .fourLevel, memoryMiB: 16, vcpus: 2)),
        name: "x", seed: 1)
    }
  }

  @Test("The model runs a stream at any size, and thrashes where the pool is small")
  func counters() throws {
    let stream = try Self.stream(.fourLevel, "procs=24 leaves=8 touch=2 rounds=2", paint: false)
    let workload = stream.workload()
    var faults: [Int] = []
    for pages in [210, 300, 2048] {
      let configuration = DomainConfiguration(shape: workload.shape, allocationPages: pages)
      let pager = makePager(
        configuration: configuration, memory: workload.makeMemory(), policy: .xen)
      var source = workload.makeSource()
      var block = OperationBlock()
      while true {
        block.removeAll()
        source.fill(&block)
        if block.count == 0 { break }
        pager.execute(block)
      }
      #expect(!pager.isCrashed)
      #expect(pager.counters[.faultBailRealFault] == 0)
      faults.append(pager.counters[.fault])
    }
    #expect(faults[0] >= faults[1] && faults[1] >= faults[2])
    #expect(faults[0] > faults[2])
  }

  @Test("A cut falls on a mark")
  func cut() throws {
    let workload = try Self.reference("procs=3 leaves=2 touch=4 rounds=5", .fourLevel)
    let whole = try ReplayStream.compile(workload, name: "x", seed: 1)
    let part = try ReplayStream.compile(
      workload, name: "x", seed: 1, options: ReplayStream.Options(operations: 1))
    #expect(whole.expected.count == 7)
    #expect(part.expected.count == 2)
    #expect(part.expected[0] == whole.expected[0])
  }
}
