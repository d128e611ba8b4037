import Foundation
import GuestModel

@testable import Bench

/// Recorded traces and the scenarios that they belong to.
enum TraceFixtures {
  static let folder = "\(Repository.root)/Tests/Fixtures/xentrace"
  static let scenarios = "\(Repository.root)/Tests/Fixtures/groundtruth/scenarios.json"

  /// The traces in the repository, and those in the folder that SHADOWBENCH_TRACES names.
  static let all: [String] = {
    let more = ProcessInfo.processInfo.environment["SHADOWBENCH_TRACES"]
    var names: [String: String] = [:]
    for place in [folder, more].compactMap({ $0 }) {
      for file in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
      where file.hasSuffix(".xentrace.gz") {
        names[file] = "\(place)/\(file)"
      }
    }
    return names.keys.sorted().compactMap { names[$0] }
  }()

  static func path(_ id: String) -> String { "\(folder)/\(id).xentrace.gz" }

  static func scenario(of path: String) throws -> Scenario? {
    let id = path.split(separator: "/").last?.split(separator: ".").first.map(String.init)
    return try ScenarioFile.load(path: scenarios).scenarios.first { $0.id == id }
  }
}
