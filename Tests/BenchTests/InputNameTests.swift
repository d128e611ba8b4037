import Foundation
import OutputSupport
import Testing

@testable import Bench

/// Inputs by their bundled names, from any folder, through standard input, and compressed.
@Suite struct InputNameTests {
  /// Runs a line of shell in a folder of its own; `shadowbench` is the built command.
  private func shell(_ line: String) throws -> ChildOutcome {
    try Folder.with([:]) { folder in
      try ChildOutcome(
        running: URL(fileURLWithPath: "/bin/sh"),
        ["-c", "shadowbench() { \"$0\" \"$@\"; }; \(line)", CommandTests.command.path],
        folder: folder)
    }
  }

  @Test(arguments: [
    "trace predict traces/thrashing.xentrace.gz --shadow-mib 3 --json",
    "trace info traces/thrashing.xentrace.gz",
    "trace convert traces/thrashing.xentrace.gz -o x.operations",
    "run --shadow-mib 34 Workloads/xenapp-random.yaml --cost-profile costs/p4-2005.yaml",
    "pool what-if --pool pools/sample.yaml", "pool audit --pool pools/sample.yaml",
  ])
  func bundledNamesWorkInEveryCommandAndFolder(_ command: String) throws {
    let outcome = try shell("shadowbench \(command)")
    #expect(outcome.code < 2, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
  }

  @Test func theListNamesWhatIsThere() throws {
    let outcome = try shell("shadowbench inputs --json")
    struct List: Decodable {
      var kind: String
      var inputs: [Entry]
      struct Entry: Decodable {
        var name: String
        var kind: String
      }
    }
    let decoder = JSONDecoder()
    let list = try decoder.decode(List.self, from: Data(outcome.output.utf8))
    #expect(list.kind == "inputs")
    #expect(Set(list.inputs.map(\.kind)).count == 9)
    let files = BundledInputs.standard
    #expect(list.inputs.map(\.name) == files.entries.map(\.name))
    for name in files.entries.map(\.name) {
      let text = try shell("shadowbench inputs").output
      #expect(text.contains("\n  \(name)"), "\(name)")
    }
  }

  @Test(arguments: ["gzip", "xz", "zstd"])
  func standardInputIsReadAsTheFileIs(_ tool: String) throws {
    let trace = "\(Repository.root)/Workloads/traces/thrashing.xentrace.gz"
    let plain = try shell("shadowbench trace summary '\(trace)' --json")
    let piped = try shell("zcat '\(trace)' | \(tool) | shadowbench trace summary - --json")
    #expect(piped.code == 0, "\(piped.errors)")
    #expect(piped.output == plain.output.replacingOccurrences(of: "\"\(trace)\"", with: "\"-\""))
    let workload = "\(Repository.root)/Workloads/xenapp-random.yaml"
    let run = try shell("\(tool) -c '\(workload)' | shadowbench run - --shadow-mib 34")
    #expect(run.code == 0 && run.output.hasPrefix("- (workload file): pae"), "\(run.errors)")
  }

  @Test func standardInputThatIsNoInputSaysSo() throws {
    let outcome = try shell("echo hello | shadowbench run -")
    #expect(outcome.code == 2)
    #expect(outcome.errors.hasPrefix("shadowbench: error: -: no such input"), "\(outcome.errors)")
  }

  @Test func aTraceOfRequestsIsReadCompressed() throws {
    try Folder.with([:]) { folder in
      let plain = folder + "/t"
      var bytes: [UInt8] = []
      for number in 0..<40_000 as Range<UInt64> {
        bytes += [UInt8](repeating: 0, count: 24)
        withUnsafeBytes(of: (number % 1009).littleEndian) {
          bytes.replaceSubrange((bytes.count - 20)..<(bytes.count - 12), with: $0)
        }
      }
      try Data(bytes).write(to: URL(fileURLWithPath: plain))
      let expected = try shell("shadowbench mrc '\(plain)' --json").output
      for tool in ["gzip", "xz", "zstd"] {
        let piped = try shell("\(tool) -c '\(plain)' | shadowbench mrc - --json")
        #expect(
          piped.output.replacingOccurrences(of: "\"-\"", with: "NAME")
            == expected.replacingOccurrences(of: "\"\(plain)\"", with: "NAME"), "\(piped.errors)")
        let cut = try shell("\(tool) -c '\(plain)' | head -c 400 | shadowbench mrc -")
        #expect(cut.code == 2 && cut.errors.contains("cut short"), "\(cut.errors)")
      }
    }
  }
}
