import Foundation
import GuestModel
import Testing

@testable import Bench

/// Results whose numbers, lists and keys were changed at random are refused with a reason, or are
/// drawn and compared; none traps.
@Suite struct HostileResultTests {
  /// Numbers at the ends of what their types hold.
  static let numbers: [any Sendable] = [
    Int.max, Int.min, Int.max / 2, 0, -1, 1 << 31, 1 << 53, UInt64.max, 1e308, -1e308, 1e-308, 1e19,
  ]

  /// A place in a document: keys and indices.
  typealias Place = [Any]

  static func places(_ value: Any, _ place: Place = []) -> [Place] {
    switch value {
    case let members as [String: Any]:
      members.sorted { $0.key < $1.key }.flatMap { places($0.value, place + [$0.key]) } + [place]
    case let elements as [Any]:
      elements.enumerated().flatMap { places($0.element, place + [$0.offset]) } + [place]
    default: [place]
    }
  }

  /// The document with the value at `place` changed.
  static func changed(
    _ value: Any, at place: ArraySlice<Any>, _ generator: inout SeededGenerator
  ) -> Any? {
    guard let first = place.first else { return changed(value, &generator) }
    switch (value, first) {
    case (var members as [String: Any], let key as String):
      guard let member = members[key] else { return value }
      members[key] = changed(member, at: place.dropFirst(), &generator)
      return members
    case (var elements as [Any], let index as Int):
      guard elements.indices.contains(index) else { return value }
      if let element = changed(elements[index], at: place.dropFirst(), &generator) {
        elements[index] = element
      } else {
        elements.remove(at: index)
      }
      return elements
    default: return value
    }
  }

  private static func changed(_ value: Any, _ generator: inout SeededGenerator) -> Any? {
    let others: [Any] = [NSNull(), "x", [Any](), [String: Any](), true]
    switch (value, generator.below(10)) {
    case (_, 0): return nil
    case (_, 1): return others[generator.below(others.count)]
    case (let elements as [Any], 2...5):
      return Array(elements.prefix(generator.below(elements.count + 1)))
    case (let elements as [Any], _): return elements + elements
    case (is NSNumber, _): return numbers[generator.below(numbers.count)]
    default: return value
    }
  }

  /// Some of the kinds hold what no fixture has: every value of a comparison with Xen.
  static func document(_ kind: ResultKind) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(filePath: ResultFileTests.fixture(kind)))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    if kind == .verification {
      object["results"] = ["S1", "S2"].map {
        [
          "id": $0, "differences": [["counter": "shadow_fault", "xen": 1, "model": 2]],
          "values": [
            "shadow_fault": ["xen": 1, "model": 2], "shadow_alloc": ["xen": 3, "model": 3],
          ],
        ] as [String: Any]
      }
    }
    return object
  }

  @Test(arguments: ResultFileTests.kinds + ResultFileTests.laterKinds)
  func noneTraps(_ kind: ResultKind) throws {
    let document = try Self.document(kind)
    let places = Self.places(document)
    let path = FileManager.default.temporaryDirectory
      .appending(path: "hostile-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var generator = SeededGenerator(seed: 7)
    var read = 0
    for _ in 0..<150 {
      var mutant: Any = document
      for _ in 0...generator.below(4) {
        let place = places[generator.below(places.count)]
        guard !place.isEmpty else { continue }
        mutant = Self.changed(mutant, at: place[...], &generator) ?? mutant
      }
      try JSONSerialization.data(withJSONObject: mutant).write(to: URL(filePath: path))
      do {
        let file = try ResultFile(path: path)
        read += 1
        #expect(HTMLReport([file]).html.hasSuffix("</html>\n"))
        let old = try ResultSet(paths: [ResultFileTests.fixture(kind)])
        let comparison = try Comparison(
          old: old, new: try ResultSet(paths: [path]), rules: ComparisonRules())
        #expect(!ComparisonReport.lines(comparison, terminal: Terminal(isTerminal: false)).isEmpty)
      } catch let error as InputError {
        #expect(!error.reason.isEmpty)
      }
    }
    #expect(read > 5, "too few mutants of \(kind) are results: \(read)")
  }
}
