import Files
import Foundation
import OutputSupport
import Testing

@testable import Bench

/// Inputs that contradict themselves say so in every result, and bytes that are none are refused.
@Suite struct InputTrustTests {
  private static let trace = Repository.root + "/Tests/Fixtures/xentrace/S63.xentrace.gz"

  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func twice(_ folder: String) throws -> String {
    let bytes = try InputFile.contents(of: Self.trace, limit: 1 << 26)
    let path = folder + "/twice.xentrace"
    try Data(bytes + bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(arguments: [
    ["trace", "info"], ["trace", "summary"],
    ["trace", "predict", "--shadow-mib", "3,5", "--memory-mib", "256"],
    ["recommend", "--sizes", "2", "--memory-mib", "256"],
  ])
  func aTraceTwiceIsALoss(_ command: [String]) throws {
    try inFolder { folder in
      let path = try twice(folder)
      let words = command[0] == "trace" ? 2 : 1
      let arguments = command[..<words] + [path] + command[words...]
      let text = try CommandTests().shadowbench(Array(arguments))
      #expect(text.code < 2, "\(text.errors)")
      #expect(text.output.contains("processor's time runs back"), "\(text.output)")
      let json = try CommandTests().shadowbench(arguments + ["--json"])
      #expect(json.output.contains("time runs back"), "\(json.output)")
      let once = try CommandTests().shadowbench(
        Array(command[..<words] + [Self.trace] + command[words...]))
      #expect(!once.output.contains("runs back"))
    }
  }

  @Test func realTracesLoseNothing() throws {
    let folder = Repository.root + "/../shared/groundtruth/linux/traces"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for path in names.map({ folder + "/" + $0 }) + TraceFixtures.all {
      #expect(try TraceReading(path: path).losses == [], "\(path)")
    }
  }

  private func requests(_ records: [(seconds: UInt32, next: Int64)]) -> [UInt8] {
    records.enumerated().flatMap { index, record in
      withUnsafeBytes(of: record.seconds.littleEndian) { Array($0) }
        + withUnsafeBytes(of: UInt64(index).littleEndian) { Array($0) } + [1, 0, 0, 0]
        + withUnsafeBytes(of: record.next.littleEndian) { Array($0) }
    }
  }

  @Test func requestsTwiceAreALoss() throws {
    try inFolder { folder in
      let once = requests((0..<10).map { (100 + $0, -1) })
      let path = folder + "/t.oracleGeneral"
      try Data(once).write(to: URL(fileURLWithPath: path))
      #expect(try TraceCurve.measure(path, sizes: .spread(1)) { _, _ in }.losses == [])
      try Data(once + once).write(to: URL(fileURLWithPath: path))
      #expect(try TraceCurve.measure(path, sizes: .spread(1)) { _, _ in }.losses.count == 1)
      for arguments in [["mrc", path], ["mrc", path, "--json"]] {
        let outcome = try CommandTests().shadowbench(arguments)
        #expect(outcome.output.contains("time runs back"), "\(outcome.output)")
      }
    }
  }

  /// Pieces of files of other kinds, as every kind of input that is told by its name.
  @Test func whatIsSomethingElseIsRefused() throws {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let noise = (0..<2400).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
    let text = Array(String(repeating: "the quick brown fox jumps over. ", count: 75).utf8)
    let program = Array(
      try Data(contentsOf: CommandTests.command, options: .mappedIfSafe).prefix(24 << 10))
    let image: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + noise.prefix(2392)
    let names = [
      "t.xentrace", "t.operations", "t.replay", "t.perf.txt", "t.yaml", "t.map.txt", "t",
    ]
    try inFolder { folder in
      for (kind, bytes) in [
        ("noise", noise), ("text", text), ("program", program), ("image", image),
      ] {
        for name in names {
          let path = folder + "/" + name
          try Data(bytes).write(to: URL(fileURLWithPath: path))
          let input = name == "t.map.txt" ? folder + "/t" : path
          let outcome = try CommandTests().shadowbench("run", input)
          #expect(outcome.code == 2, "\(kind) as \(name): \(outcome.errors)")
          try FileManager.default.removeItem(atPath: path)
        }
        let path = folder + "/t.oracleGeneral"
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let outcome = try CommandTests().shadowbench("mrc", path)
        #expect(outcome.code == 2, "\(kind) as requests: \(outcome.errors)")
        #expect(outcome.errors.contains("at byte"), "\(kind): \(outcome.errors)")
      }
    }
  }
}
