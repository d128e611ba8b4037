import Foundation
import ShadowModel

/// What a bundle says beforehand: its streams, its runs, and what the model counts in each.
struct BundlePrediction: Codable, Hashable {
  struct Stream: Codable, Hashable {
    var name: String
    var file: String
    var sha256: String
    var mode: String
    var memoryMib: Int
    var vcpus: Int
    var phases: [Phase]
  }

  struct Phase: Codable, Hashable {
    var number: Int
    var operations: Int
    var accesses: Int
    var faults: Int
    var checksum: String

    init(_ phase: ReplayPhase) {
      number = phase.number
      operations = phase.operations
      accesses = phase.accesses
      faults = phase.faults
      checksum = Numeral.hexadecimal(phase.checksum)
    }
  }

  struct Run: Codable, Hashable {
    var id: String
    var stream: String
    var shadowMib: Int
    var hap: Bool
    var crashes: Bool
    var counters: [String: Int]
  }

  var schemaVersion = JSONResult.schemaVersion
  var streams: [Stream]
  var runs: [Run]

  /// The text of the file, the same for the same content.
  func text() throws -> String { try JSONResult.encode(self) + "\n" }

  /// The file of a bundle.
  init(path: String) throws(InputError) {
    let text = try TextFile.read(path)
    do {
      self = try JSONResult.decode(Self.self, from: text)
    } catch {
      throw InputError(
        file: path, reason: "is no bundle's prediction, or was changed: \(Self.explain(error))")
    }
    guard (1...JSONResult.schemaVersion).contains(schemaVersion) else {
      throw InputError(
        file: path, reason: "has the schema version \(schemaVersion), which is not known")
    }
  }

  init(streams: [Stream], runs: [Run]) {
    self.streams = streams
    self.runs = runs
  }

  private static func explain(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let place), DecodingError.valueNotFound(_, let place):
      "\(place.codingPath.map(\.stringValue).joined(separator: ".")): \(place.debugDescription)"
    default: "it is not JSON of this form"
    }
  }
}
