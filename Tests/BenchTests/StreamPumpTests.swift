import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct StreamPumpTests {
  /// Numbered operations, a changing number in each block; notes when its source is gone.
  struct Numbers: Workload {
    var shape = shape4GiB
    var count: Int
    var pause: UInt32 = 0
    let sourcesGone = Counter()

    func makeMemory() -> GuestMemory { GuestMemory(frameCount: 256, entriesPerTable: 512) }
    func makeSource() -> any OperationSource { NumberSource(self) }
  }

  final class NumberSource: OperationSource {
    let numbers: Numbers
    var next = 0
    init(_ numbers: Numbers) { self.numbers = numbers }
    deinit { numbers.sourcesGone.add() }

    func fill(_ block: inout OperationBlock) {
      if numbers.pause > 0 { usleep(numbers.pause) }
      for _ in 0..<min(block.room, 1 + next % 7) where next < numbers.count {
        block.append(Operation(head: 1, operand: UInt64(next)))
        next += 1
      }
    }
  }

  /// All operands that a pump hands over; `pause` microseconds for each block.
  static func consume(_ pump: StreamPump, pause: UInt32 = 0, blocks: Int = .max) -> [UInt64] {
    var operands: [UInt64] = []
    var left = blocks
    while left > 0 {
      let goesOn = pump.next { block in
        if pause > 0 { usleep(pause) }
        for index in 0..<block.count { operands.append(block.operations[index].operand) }
      }
      guard goesOn else { break }
      left -= 1
    }
    return operands
  }

  @Test(arguments: [0, 1, 2, 13, 1000], [2, 3, 8])
  func theOrderIsTheSources(count: Int, blockCount: Int) throws {
    for (slowSource, slowConsumer) in [(0, 0), (20, 0), (0, 20)] as [(UInt32, UInt32)] {
      for capacity in [1, 5, 64] {
        let pump = try #require(
          StreamPump(
            Numbers(count: count, pause: slowSource), blockCount: blockCount,
            blockCapacity: capacity))
        #expect(Self.consume(pump, pause: slowConsumer) == (0..<UInt64(count)).map { $0 })
        #expect(!pump.next { _ in Issue.record("there is no more") })
      }
    }
  }

  @Test(arguments: [0, 1, 2, 3, 5, 50])
  func aConsumerMayStopEarly(blocks: Int) throws {
    for pause in [0, 50] as [UInt32] {
      let numbers = Numbers(count: 1_000_000, pause: pause)
      do {
        let pump = try #require(StreamPump(numbers, blockCount: 3, blockCapacity: 8))
        _ = Self.consume(pump, blocks: blocks)
      }
      #expect(numbers.sourcesGone.value == 1, "the thread has ended")
    }
  }

  @Test func aConsumerMayThrow() throws {
    struct Enough: Error {}
    let numbers = Numbers(count: 1_000_000)
    do {
      let pump = try #require(StreamPump(numbers))
      #expect(throws: Enough.self) { _ = try pump.next { _ in throw Enough() } }
    }
    #expect(numbers.sourcesGone.value == 1)
  }

  @Test func manyPumpsAtOnce() async {
    await withTaskGroup(of: Int.self) { group in
      for number in 0..<40 {
        group.addTask {
          StreamPump(Numbers(count: 50 * number), blockCount: 2, blockCapacity: 8)
            .map { Self.consume($0).count } ?? -1
        }
      }
      var total = 0
      for await count in group { total += count }
      #expect(total == (0..<40).reduce(0) { $0 + 50 * $1 })
    }
  }

  @Test(arguments: [300, 5000])
  func aPumpedRunCountsTheSame(pages: Int) throws {
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 64, vcpus: 1)
    let workload = try ReferenceWorkload(text: "procs=9 leaves=4 touch=8 rounds=2", shape: shape)
    let runner = Runner(
      settings: RunSettings(sizing: Sizing(shape: shape), makePager: StandardModel.pager))
    let plain = try runner.run(workload, seed: 1, pages: pages)
    let pumped = try runner.run(workload, seed: 1, pages: pages, isPumped: true)
    #expect(plain.counters == pumped.counters && plain.phases == pumped.phases)
    #expect(plain.accesses == pumped.accesses && plain.peakPages == pumped.peakPages)
  }

  @Test func aCrashedDomainStopsThePump() throws {
    let runner = Runner(
      settings: RunSettings(
        sizing: Sizing(shape: shape4GiB),
        makePager: FakePager.factory(needed: 6000, crashesBelow: 9000) { _ in 1 }))
    let plain = try runner.run(FakeWorkload(), seed: 1, pages: 5000)
    let pumped = try runner.run(FakeWorkload(), seed: 1, pages: 5000, isPumped: true)
    #expect(pumped.isCrashed && pumped.rootLoads == plain.rootLoads)
  }
}
