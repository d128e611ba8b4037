import GuestModel
import ShadowModel
import TestSupport
import Testing

/// What random streams reached.
struct Coverage {
  var counters = Set<Counters.Name>()
  var events = Set<ShadowEvent.Kind>()
  var crashes = 0
  var survivals = 0

  mutating func add(_ domain: PlainDomain) {
    for name in Counters.Name.allCases where domain.counters[name] > 0 { counters.insert(name) }
    for event in domain.events { events.insert(event.kind) }
    if domain.isCrashed { crashes += 1 } else { survivals += 1 }
  }
}

/// Runs a random stream on the plain model, with an audit after every `interval` operations.
func runAudited(
  seed: UInt64, mode: PagingMode, policy: ReclaimPolicyChoice, count: Int, interval: Int
) -> PlainDomain {
  let configuration = StreamGenerator.configuration(seed: seed, mode: mode)
  let stream = StreamGenerator.stream(seed: seed, configuration: configuration, count: count)
  let domain = PlainDomain(configuration, memory: stream.makeMemory(), policy: policy)
  for (number, operation) in stream.operations.enumerated() {
    domain.execute(operation)
    guard number % interval == 0 else { continue }
    let wrong = domain.audit()
    guard wrong.isEmpty else {
      Issue.record("seed \(seed) \(mode.name), after \(number) \(operation): \(wrong)")
      break
    }
  }
  return domain
}

@Test("Random streams reach every rule", arguments: [PagingMode.twoLevel, .pae, .fourLevel])
func coverage(mode: PagingMode) {
  var coverage = Coverage()
  for seed in 0..<100 as Range<UInt64> {
    coverage.add(
      runAudited(
        seed: seed, mode: mode, policy: .xen, count: 1000, interval: seed % 4 == 0 ? 1 : 25))
  }
  for name in Counters.Name.allCases where isReachable(name, mode) {
    #expect(coverage.counters.contains(name), "\(name.xenName) is never counted")
  }
  for kind in ShadowEvent.Kind.allCases {
    #expect(coverage.events.contains(kind), "\(kind) never happens")
  }
  #expect(coverage.crashes > 3 && coverage.survivals > 50)
}

/// Whether a counter can be counted in that mode.
func isReachable(_ name: Counters.Name, _ mode: PagingMode) -> Bool {
  switch name {
  case .validateGl3e, .validateGl4e: mode == .fourLevel
  // 2-level shadows have no up-pointers.
  case .upPointer: mode != .twoLevel
  default: true
  }
}

@Test("Random streams keep the invariants with the oldest page reclaimed first")
func oldestFirst() {
  var coverage = Coverage()
  for seed in 0..<30 as Range<UInt64> {
    let mode = [PagingMode.twoLevel, .pae, .fourLevel][Int(seed % 3)]
    coverage.add(runAudited(seed: seed, mode: mode, policy: .fifo, count: 1000, interval: 5))
  }
  #expect(coverage.counters.contains(.prealloc1))
  #expect(!coverage.counters.contains(.upPointer))
}
