import Testing

@testable import trace_generator

/// The benchmarks' traces are what they say.
@Suite struct TraceGeneratorTests {
  @Test func theSameSeedGivesTheSameTrace() {
    func trace(_ seed: UInt64) -> [UInt32] {
      RequestSequence(.zipf(alpha: 1), requests: 1000, population: 100, seed: seed).objects
    }
    #expect(trace(1) == trace(1))
    #expect(trace(1) != trace(2))
  }

  @Test func zipfFollowsItsLaw() {
    let requests = 200_000
    let sequence = RequestSequence(.zipf(alpha: 1), requests: requests, population: 50, seed: 1)
    var counts = [Int](repeating: 0, count: 50)
    for object in sequence.objects { counts[Int(object)] += 1 }
    let total = (1...50).reduce(0) { $0 + 1 / Double($1) }
    for (rank, count) in counts.sorted(by: >).enumerated() {
      let expected = Double(requests) / Double(rank + 1) / total
      #expect(abs(Double(count) - expected) < 6 * expected.squareRoot(), "rank \(rank)")
    }
  }

  @Test func aLoopVisitsAllInTurn() {
    let objects = RequestSequence(.loop, requests: 25, population: 10, seed: 1).objects
    #expect(Set(objects.prefix(10)).count == 10)
    #expect(objects[10..<20].elementsEqual(objects[0..<10]))
    #expect(objects[20...].elementsEqual(objects[0..<5]))
  }

  @Test func recordsHoldTheNextRequest() {
    let sequence = RequestSequence(.loop, requests: 3, population: 2, seed: 1)
    let next = sequence.nextRequests(population: 2)
    #expect(next == [2, -1, -1])
    let bytes = TraceWriter().records(sequence, next: next, 0..<3)
    #expect(bytes.count == 3 * TraceWriter.recordBytes)
    #expect(bytes[4] == UInt8(sequence.objects[0]))
    #expect(bytes[12..<24].elementsEqual([0, 16, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]))
    #expect(bytes[40..<48].allSatisfy { $0 == 0xFF })
  }

  @Test func scatteredIdentifiersAreDifferent() {
    let identifiers = (0..<10_000).map { TraceWriter.Identifiers.scattered.identifier($0) }
    #expect(Set(identifiers).count == 10_000)
    #expect(identifiers.max().map { $0 > 1 << 63 } == true)
  }
}
