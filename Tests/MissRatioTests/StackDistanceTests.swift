import GuestModel
import MissRatio
import Testing

/// The curve against independent exact methods.
@Suite struct StackDistanceTests {
  /// Few objects, many, skewed, and identifiers that a weak hash would put into one place.
  @Test(arguments: 0..<300 as Range<UInt64>)
  func smallTracesEqualTheStack(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let population = 1 + generator.below(60)
    let stride = [1, 1 << 20, 1 << 58, 0x9E37_79B9_7F4A_7C15 as UInt64][Int(seed % 4)]
    let trace = (0..<1 + generator.below(800)).map { _ in
      UInt64(generator.below(1 + generator.below(population))) &* stride
    }
    try expectEqual(trace, Oracle.stack(trace), "seed \(seed)")
  }

  @Test func everySizeEqualsACacheOfThatSize() throws {
    var generator = SeededGenerator(seed: 7)
    let trace = (0..<3000).map { _ in UInt64(generator.below(1 + generator.below(90))) }
    let curve = try Oracle.curve(trace)
    for size in 0...100 {
      #expect(curve.hits(size: size) == Oracle.hits(trace, size: size), "size \(size)")
    }
  }

  /// Long enough for several renumberings, growing tables and every level of the ranks.
  @Test(arguments: [1_000, 30_000, 200_000])
  func mediumTracesEqualTheTree(population: Int) throws {
    var generator = SeededGenerator(seed: UInt64(population))
    let trace = (0..<1_500_000).map { index in
      index % 3 == 0
        ? UInt64(generator.below(population)) : UInt64(generator.below(1 + index % population))
    }
    try expectEqual(trace, Oracle.tree(trace), "population \(population)")
  }

  @Test(arguments: [1, 5, 4096, 70_000])
  func aLoopHitsOnlyWhenAllFits(population: Int) throws {
    let trace = (0..<population * 8).map { UInt64($0 % population) }
    let curve = try Oracle.curve(trace)
    #expect(curve.objects == population)
    #expect(curve.hits(size: population - 1) == 0)
    #expect(curve.hits(size: population) == population * 7)
    #expect(curve.hits(size: .max) == population * 7)
  }

  @Test func blocksOfAnyLengthGiveTheSame() throws {
    var generator = SeededGenerator(seed: 3)
    let trace = (0..<50_000).map { _ in UInt64(generator.below(9000)) }
    let whole = try Oracle.curve(trace)
    for length in [1, 7, 4095, 4096, 4097, 20_000] {
      let split = try Oracle.curve(trace, blockLength: length)
      #expect((0...9000).allSatisfy { split.hits(size: $0) == whole.hits(size: $0) })
    }
  }

  @Test func everyIdentifierIsAllowed() throws {
    let curve = try Oracle.curve([0, .max, 0, 1, .max, 0])
    #expect(curve.requests == 6)
    #expect(curve.objects == 3)
    #expect((0...3).map { curve.hits(size: $0) } == [0, 0, 1, 3])
    #expect(curve.misses(size: 2) == 5)
    #expect(curve.missRatio(size: 3) == 0.5)
  }

  @Test func nothingRequestedIsNoMiss() throws {
    let curve = try Oracle.curve([])
    #expect(curve.objects == 0)
    #expect(curve.missRatio(size: 10) == 0)
  }

  private func expectEqual(_ trace: [UInt64], _ expected: MissRatioCurve, _ label: String) throws {
    let curve = try Oracle.curve(trace)
    #expect(curve.requests == expected.requests, "\(label)")
    #expect(curve.objects == expected.objects, "\(label)")
    let difference = (0...expected.objects).first {
      curve.hits(size: $0) != expected.hits(size: $0)
    }
    #expect(difference == nil, "\(label): first different size")
  }
}
