import Foundation
import OutputSupport
import Testing

/// An option that writes, and how it is made to.
struct WritingRow: CustomTestStringConvertible, Sendable {
  /// "run --output": the command and the option.
  var option: String
  /// How the file's name ends.
  var ending = ".json"
  /// The permissions that it asks for.
  var mode: mode_t?
  /// The exit codes of a run that wrote.
  var good: Set<Int32> = [0]
  /// Whether `-` can be given.
  var hasStandardOutput = true
  /// Whether it makes a folder.
  var makesFolder = false
  /// The words of a run that writes to a path.
  var words: @Sendable (_ scene: WritingScene, _ path: String) throws -> [String]

  var testDescription: String { option }

  /// Options that other suites' rows are about: of a server, and of what xentrace itself writes.
  static let elsewhere: Set<String> = ["pool audit --undo-file", "host replay --xentrace"]

  /// Whether an option's file is only read.
  static func isRead(_ option: String) -> Bool {
    let words = option.split(separator: " ").map(String.init)
    guard let name = words.last else { return false }
    if !name.hasPrefix("--") { return true }
    return [
      "--ca", "--cost-profile", "--guest", "--matrix", "--merge", "--password-file", "--plan",
      "--pool", "--processes", "--resume", "--template", "--undo", "--workloads",
      "--xenperf",
    ].contains(name) || ["baseline list --folder", "baseline check --folder"].contains(option)
  }

  static let all: [WritingRow] = results + files + folders

  private static let guest = "reference:procs=4 leaves=2 touch=4 rounds=2"

  private static let results: [WritingRow] = [
    WritingRow(option: "run --output") { ["run", guest, "-o", $1] },
    WritingRow(option: "sweep --output") { ["sweep", guest, "--sizes", "2", "-o", $1] },
    WritingRow(option: "recommend --output") { ["recommend", guest, "-o", $1] },
    WritingRow(option: "verify --output") { ["verify", try $0.scenario(), "-o", $1] },
    WritingRow(option: "verify --record", good: [0, 1]) {
      ["verify", try $0.scenario(), "--xenperf", try $0.counted(), "--record", $1]
    },
    WritingRow(option: "compare --output") {
      let sweep = try $0.sweep()
      return ["compare", sweep, sweep, "-o", $1]
    },
    WritingRow(option: "baseline check --output") {
      let sweep = try $0.sweep()
      try $0.prepare(["baseline", "save", "one", sweep, "--folder", "\($0.folder)/baselines"])
      return ["baseline", "check", "one", sweep, "--folder", "\($0.folder)/baselines", "-o", $1]
    },
    WritingRow(option: "trace predict --output", good: [0, 1]) {
      ["trace", "predict", $0.trace, "--memory-mib", "64", "-o", $1]
    },
    WritingRow(option: "host collect --output") {
      ["host", "collect", try $0.collected().bundle, "-o", $1]
    },
  ]

  private static let files: [WritingRow] = [
    WritingRow(option: "report --output", ending: ".html") {
      ["report", try $0.sweep(), "-o", $1]
    },
    WritingRow(option: "trace convert --output", ending: ".operations") {
      ["trace", "convert", $0.trace, "-o", $1]
    },
    WritingRow(option: "trace convert --output", ending: ".yaml", hasStandardOutput: false) {
      ["trace", "convert", $0.trace, "-o", $1]
    },
    WritingRow(option: "replay make --output", ending: ".replay") {
      ["replay", "make", guest, "-o", $1]
    },
    WritingRow(option: "templates dump --output", mode: 0o600) {
      ["templates", "dump", "\(Repository.root)/Tests/Fixtures/records/ova.xml", "-o", $1]
    },
    WritingRow(option: "baseline save --folder", hasStandardOutput: false) {
      let url = URL(fileURLWithPath: $1)
      return [
        "baseline", "save", url.deletingPathExtension().lastPathComponent, try $0.sweep(),
        "--folder", url.deletingLastPathComponent().path, "--force",
      ]
    },
    WritingRow(option: "host tune --log", good: [0, 1]) {
      try $0.addHypervisor()
      return [
        "host", "tune", "3", "--log", $1, "--interval", "0.02", "--samples", "3", "--settle",
        "0.02", "--keep-free-mib", "0", "--force",
      ]
    },
  ]

  private static let folders: [WritingRow] = [
    WritingRow(option: "report --charts", makesFolder: true) {
      ["report", try $0.sweep(), "-o", "\($0.folder)/page.html", "--charts", $1]
    },
    WritingRow(option: "sweep --output", makesFolder: true) {
      ["sweep", "--matrix", try $0.matrix(), "-o", $1]
    },
    WritingRow(option: "host replay --bundle", makesFolder: true) {
      [
        "host", "replay", guest, "--guest", "\(try $0.collected().host.folder)/guest",
        "--shadow-mib", "2", "--bundle", $1,
      ]
    },
  ]
}

/// What the rows' commands read, made when it is first asked for, in a folder of its own.
final class WritingScene {
  let folder: String
  private var made: [String: String] = [:]
  private var bundle: BundleCollectionTests?
  private var environment: [String: String] = [:]

  init() throws {
    folder =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("writing-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var trace: String { "\(Repository.root)/Tests/Fixtures/xentrace/S01.xentrace.gz" }

  /// Runs the command in a folder.
  func run(_ words: [String], in folder: String) throws -> ChildOutcome {
    try ChildOutcome(
      running: CommandTests.command, words, environment: environment, folder: folder)
  }

  /// Runs the command once, however often it is asked for.
  func prepare(_ words: [String]) throws {
    let key = words.joined(separator: " ")
    guard made[key] == nil else { return }
    let outcome = try run(words, in: folder)
    guard outcome.code == 0 else { throw CocoaError(.fileReadUnknown, userInfo: ["": outcome]) }
    made[key] = key
  }

  /// A sweep's result.
  func sweep() throws -> String {
    let guest = "reference:procs=4 leaves=2 touch=4 rounds=2"
    try prepare(["sweep", guest, "--sizes", "2", "-o", "\(folder)/s.json"])
    return "\(folder)/s.json"
  }

  /// A file of one scenario.
  func scenario() throws -> String {
    let file = "\(Repository.root)/Tests/Fixtures/groundtruth/scenarios.json"
    let all = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
    let first = (all as? [Any] ?? []).prefix(1)
    let data = try JSONSerialization.data(withJSONObject: Array(first))
    try data.write(to: URL(fileURLWithPath: "\(folder)/scenario.json"))
    return "\(folder)/scenario.json"
  }

  /// What a Xen counted of ``scenario()``'s.
  func counted() throws -> String {
    try Data(XenperfTextTests.text([:]).utf8)
      .write(to: URL(fileURLWithPath: "\(folder)/S01.txt"))
    return folder
  }

  /// A matrix of one cell.
  func matrix() throws -> String {
    let text = """
      name: one
      inputs: ["reference:procs=4 leaves=2 touch=4 rounds=2"]
      guests: [{mode: 64-bit, memory_mib: 256, vcpus: 1}]
      sizes: 2
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/matrix.yaml"))
    return "\(folder)/matrix.yaml"
  }

  /// A bundle with the results of its run.
  func collected() throws -> BundleCollectionTests {
    if let bundle { return bundle }
    let made = try BundleCollectionTests()
    bundle = made
    return made
  }

  /// A library that stands in for the hypervisor's.
  func addHypervisor() throws {
    guard environment.isEmpty else { return }
    let host = try collected().host
    try host.addLibrary(minor: 17)
    environment = host.environment
    environment["STAND_IN_FITS"] = "1500"
  }
}
