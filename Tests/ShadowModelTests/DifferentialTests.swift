import GuestModel
import ShadowModel
import TestSupport
import Testing

/// The plain model with a fault: a second INVLPG after a fill is not counted.
final class BrokenPager: ShadowPager {
  private let plain: PlainDomain
  private var hasFilled = false
  private var invalidations = 0
  private var missing = 0

  init(_ configuration: DomainConfiguration, _ memory: consuming GuestMemory) {
    plain = PlainDomain(configuration, memory: memory)
  }

  func execute(_ block: borrowing OperationBlock) {
    for number in 0..<block.count {
      let operation = block.operations[number]
      plain.execute(operation)
      if operation.code == .fillEntries { hasFilled = true }
      if operation.code == .invalidatePage && hasFilled && !plain.isCrashed {
        invalidations += 1
        if invalidations == 2 { missing = 1 }
      }
    }
  }

  var counters: Counters {
    var counters = plain.counters
    counters[.invlpg] -= missing
    return counters
  }

  var accesses: Int { plain.accesses }
  var rootLoads: Int { plain.rootLoads }
  var peakPages: Int { plain.peakPages }
  var allocationPages: Int { plain.allocationPages }
  var isCrashed: Bool { plain.isCrashed }
  var phases: [Phase] { [] }
  var events: [ShadowEvent] { plain.events }
}

/// As the plain model, but it forgets the last operation of a block of more than one.
final class ForgetfulPager: ShadowPager {
  private let plain: PlainDomain

  init(_ configuration: DomainConfiguration, _ memory: consuming GuestMemory) {
    plain = PlainDomain(configuration, memory: memory)
  }

  func execute(_ block: borrowing OperationBlock) {
    let count = block.count > 1 ? block.count - 1 : block.count
    for number in 0..<count { plain.execute(block.operations[number]) }
  }

  var counters: Counters { plain.counters }
  var accesses: Int { plain.accesses }
  var rootLoads: Int { plain.rootLoads }
  var peakPages: Int { plain.peakPages }
  var allocationPages: Int { plain.allocationPages }
  var isCrashed: Bool { plain.isCrashed }
  var phases: [Phase] { [] }
  var events: [ShadowEvent] { plain.events }
}

@Suite("Comparing a pager with the plain model")
struct DifferentialTests {
  @Test("The plain model does not differ from itself", arguments: [ReclaimPolicyChoice.xen, .fifo])
  func same(policy: ReclaimPolicyChoice) {
    let differential = Differential(policy: policy) {
      PlainDomain($0, memory: $1, policy: $2)
    }
    for seed in 0..<6 as Range<UInt64> {
      let divergence = differential.compare(seed: seed, count: 300)
      #expect(divergence == nil, "\(String(describing: divergence))")
    }
  }

  @Test(
    "The model does what the plain model does", arguments: 0..<6 as Range<UInt64>)
  func model(part: UInt64) {
    for seed in (part * 40)..<(part * 40 + 40) {
      let policy: ReclaimPolicyChoice = seed % 10 == 9 ? .fifo : .xen
      let divergence = Differential(policy: policy, make: PagerMaker.model.make)
        .compare(seed: seed, count: 1000)
      #expect(divergence == nil, "\(String(describing: divergence))")
    }
  }

  @Test("A fault is found and cut down to the three operations that show it")
  func shrunk() throws {
    let differential = Differential(policy: .xen) { configuration, memory, _ in
      BrokenPager(configuration, memory)
    }
    let found = (1..<10).lazy.compactMap { differential.compare(seed: $0, count: 400) }.first
    let divergence = try #require(found)
    let codes = divergence.stream.operations.map(\.code)
    #expect(codes == [.fillEntries, .invalidatePage, .invalidatePage])
    #expect(divergence.stream.initialEntries.isEmpty)
    #expect(divergence.blockSize == 1)
    #expect(divergence.differences == ["shadow_invlpg: 2, but 1"])
    let text = "\(divergence)"
    #expect(text.hasPrefix("seed \(divergence.stream.seed): "))
    #expect(text.contains("\n2: invalidatePage 0x"))
    #expect(text.hasSuffix("policy xen, blocks of 1\nshadow_invlpg: 2, but 1"))
  }

  @Test("A fault of large blocks alone is found too")
  func blocks() throws {
    let differential = Differential(policy: .xen) { configuration, memory, _ in
      ForgetfulPager(configuration, memory)
    }
    let divergence = try #require(differential.compare(seed: 7, count: 100))
    #expect(divergence.blockSize == 8)
    #expect(divergence.stream.operations.count == 2)
  }

  @Test("Shrinking leaves what is needed, in order")
  func shrinking() {
    let result = shrink(Array(0..<1000)) { $0.contains(7) && $0.contains(500) && $0.contains(999) }
    #expect(result == [7, 500, 999])
    #expect(shrink([1, 2, 3]) { _ in true }.isEmpty)
  }

  @Test("Operations have a readable form")
  func descriptions() {
    let entry = GuestEntry(frame: GFN(0x12), flags: GuestEntry.Flag.present)
    #expect("\(Operation.loadRoot(GFN(16)))" == "loadRoot 0x10")
    #expect("\(Operation.access(0x1000, [.user, .write]))" == "access 0x1000 user write")
    #expect("\(Operation.accessMask(0x40000, 5, .read))" == "accessMask 0x40000 mask 0x5 read")
    #expect("\(Operation.writeEntry(8, entry))" == "writeEntry 0x8 = 0x12 P")
    #expect(
      "\(Operation.copyEntry(8, from: GFN(2), index: 3, adding: 2))"
        == "copyEntry 0x8 = 0x2 [3] + 0x0 W")
    #expect(
      "\(Operation.fillEntries(8, count: 3, first: .empty, ascending: true))"
        == "fillAscending 0x8 3 from 0x0 -")
    #expect("\(Operation.setMode(.pae))" == "setMode pae")
    #expect("\(Operation(head: 99, operand: 0))" == "unknown code 99")
  }
}
