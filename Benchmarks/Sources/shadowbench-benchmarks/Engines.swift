import CReference
import GuestModel
import ShadowModel

/// What both the model and the C reference count.
struct Tally: Equatable {
  var accesses = 0
  var faults = 0
  var fixed = 0
  var allocs = 0
  var frees = 0
  var reclaims = 0

  static func - (later: Tally, earlier: Tally) -> Tally {
    Tally(
      accesses: later.accesses - earlier.accesses, faults: later.faults - earlier.faults,
      fixed: later.fixed - earlier.fixed, allocs: later.allocs - earlier.allocs,
      frees: later.frees - earlier.frees, reclaims: later.reclaims - earlier.reclaims)
  }

  func units(_ unit: Unit) -> Int { unit == .access ? accesses : fixed }
}

/// Something that runs streams: the model or the C reference.
protocol Engine: AnyObject {
  func run(_ stream: borrowing Stream)
  var tally: Tally { get }
}

/// The model.
final class ModelEngine: Engine {
  let pager: any ShadowPager

  init(_ configuration: DomainConfiguration, memory: consuming GuestMemory) {
    pager = makePager(configuration: configuration, memory: memory)
  }

  func run(_ stream: borrowing Stream) {
    for block in stream.blocks { pager.execute(block.pointee) }
    precondition(!pager.isCrashed, "the domain has enough shadow memory")
  }

  var tally: Tally {
    let counters = pager.counters
    return Tally(
      accesses: pager.accesses, faults: counters[.fault], fixed: counters[.faultFixed],
      allocs: counters[.alloc], frees: counters[.free], reclaims: counters[.prealloc1])
  }

  /// A number that any difference in the model's counters changes: FNV-1a.
  var checksum: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    let counters = pager.counters
    for value in Counters.Name.allCases.map({ counters[$0] }) + [pager.accesses] {
      hash = (hash ^ UInt64(bitPattern: Int64(value))) &* 0x100_0000_01b3
    }
    return hash
  }
}

/// The C reference.
final class ReferenceEngine: Engine {
  private let pager: OpaquePointer

  /// Takes the guest's tables over, and the pool as it is once paging is on: three snapshots, one
  /// monitor page and the four pages of the identity map's shadow are in use.
  init(_ configuration: DomainConfiguration, memory: borrowing GuestMemory) {
    let identityMap = 4
    let free = configuration.allocationPages - configuration.p2mPages - 3 - 1 - identityMap
    guard let made = ref_create(UInt32(memory.frameCount), UInt32(free), UInt32(identityMap)) else {
      preconditionFailure("the C reference is made")
    }
    pager = made
    for frame in 0..<memory.frameCount {
      let table = memory.table(in: GFN(frame))
      if table == 0 { continue }
      for index in 0..<memory.entriesPerTable {
        let entry = memory.entry(table, index)
        ref_set_entry(pager, UInt32(frame), UInt32(index), entry.rawValue)
      }
    }
  }

  deinit { ref_destroy(pager) }

  func run(_ stream: borrowing Stream) {
    for block in stream.blocks {
      withUnsafePointer(to: &block.pointee.operations[0]) {
        $0.withMemoryRebound(to: ref_operation.self, capacity: block.pointee.count) { words in
          ref_run(pager, words, block.pointee.count)
        }
      }
    }
    precondition(ref_count(pager).failed == 0, "the C reference can run the stream")
  }

  var tally: Tally {
    let counted = ref_count(pager)
    return Tally(
      accesses: Int(counted.accesses), faults: Int(counted.faults), fixed: Int(counted.fixed),
      allocs: Int(counted.allocs), frees: Int(counted.frees), reclaims: Int(counted.prealloc_1))
  }
}
