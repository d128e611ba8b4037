import Foundation
import OutputSupport
import Testing

/// Every command and option that writes a file, run as a child on whatever can be in its way.
@Suite(.timeLimit(.minutes(10))) struct WritingCommandTests {
  static let rows = WritingRow.all

  @Test(arguments: rows.filter { !$0.makesFolder })
  func whatIsNoFileIsNotReplaced(row: WritingRow) throws {
    let places = try WrittenPlaces(ending: row.ending, mode: row.mode, good: row.good)
    places.makesFolders = row.option == "baseline save --folder"
    let scene = try WritingScene()
    let run = { path in try scene.run(row.words(scene, path), in: places.folder) }
    try places.checkFiles(run)
    try places.checkFolders(run)
    if row.hasStandardOutput { try places.checkStandardOutput(run) }
    if try !places.checkDevices(run) { print("\(row): no device nodes can be made here") }
    #expect(places.complaints == [])
  }

  @Test(arguments: rows.filter(\.makesFolder))
  func whatIsNoFolderIsNotReplaced(row: WritingRow) throws {
    let places = try WrittenPlaces(ending: "", good: row.good)
    let scene = try WritingScene()
    try places.checkMadeFolder { try scene.run(row.words(scene, $0), in: places.folder) }
    #expect(places.complaints == [])
  }

  /// A new option that names a file, and is neither known to be read nor has a row, fails here.
  @Test func everyOptionThatNamesAFileHasARow() throws {
    let options = try HelpDump.pathOptions()
    #expect(options.count > 50)
    let known = Set(Self.rows.map(\.option)).union(WritingRow.elsewhere)
    for option in options where !WritingRow.isRead(option) {
      #expect(known.contains(option), "'\(option)' has no row in WritingRow.all")
    }
    #expect(known.subtracting(options) == [], "rows of options that are not there")
  }
}

/// The dump of the help, as far as it is about files.
enum HelpDump {
  private struct Dump: Decodable { var command: Command }
  private struct Name: Decodable { var name: String }
  private struct Argument: Decodable {
    var kind: String
    var names: [Name]?
    var valueName: String?
  }
  private struct Command: Decodable {
    var commandName: String
    var arguments: [Argument]?
    var subcommands: [Command]?
  }

  /// Values that are no path, by the names that the help gives them.
  private static let noPath =
    "count|clock.*|probability|budget-mib|cycles-per-access|factor|fail-on|fingerprint|format"
    + "|hap|host|hosts|huge-pages|interval|jobs|version|keep-free-mib|least-gain|address:port"
    + "|percent|MiB|.*-mib|seconds|mode|multipliers?|list|node|pattern|operations|p2m|pages"
    + "|groups|.*contiguous.*|policy|patience|name|.*uuid|n|rule|samples|seeds?|settle|i/n|sizes"
    + "|rate|many-faults|time-limit|title|toolstack|.*-pages|vcpus|domain|subcommands"

  /// "run --output" of each option whose value can name a file or a folder, and "run input" of each
  /// such argument.
  static func pathOptions() throws -> Set<String> {
    let process = Process()
    let output = Pipe()
    process.executableURL = CommandTests.command
    process.arguments = ["--experimental-dump-help"]
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    var found: Set<String> = []
    let noPath = try Regex(noPath)
    collect(try JSONDecoder().decode(Dump.self, from: data).command, [], &found) {
      $0.wholeMatch(of: noPath) == nil
    }
    return found
  }

  private static func collect(
    _ command: Command, _ above: [String], _ found: inout Set<String>, isPath: (String) -> Bool
  ) {
    for argument in command.arguments ?? [] where argument.kind != "flag" {
      let value = argument.valueName ?? ""
      guard isPath(value) else { continue }
      let name = argument.names?.map(\.name).max { $0.count < $1.count }
      found.insert((above + [name.map { "--\($0)" } ?? value]).joined(separator: " "))
    }
    for below in command.subcommands ?? [] where below.commandName != "help" {
      collect(below, above + [below.commandName], &found, isPath: isPath)
    }
  }
}
