import Foundation
import ShadowModel
import Testing

@testable import Bench

/// A run of a real Linux guest on a real Xen, and its trace.
struct LinuxRun: Decodable, CustomTestStringConvertible {
  static let folder = "\(Repository.root)/../shared/groundtruth/linux"

  var id: String
  var domain: String
  var memoryMib: Int
  var vcpus: Int
  var pages: Int
  var counters: [String: Int]
  var trace: String?

  var testDescription: String { id }
  var path: String { "\(Self.folder)/traces/\(trace ?? "")" }

  func count(_ name: Counters.Name) -> Int { counters[name.xenName] ?? 0 }

  /// All runs; none where they are not at hand.
  static let all: [LinuxRun] = {
    guard let data = FileManager.default.contents(atPath: "\(folder)/runs.json") else { return [] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return (try? decoder.decode([LinuxRun].self, from: data)) ?? []
  }()

  /// Those with a trace.
  static let traced = all.filter { $0.trace != nil }
}
