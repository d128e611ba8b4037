import Files
import Foundation
import Output

/// Named baselines in a folder, each one file: `NAME.json`.
public struct BaselineStore: Sendable {
  /// Where baselines are unless something else is said.
  public static let standardFolder = "Results/baselines"

  /// The folder.
  public let folder: String

  /// A baseline in a list.
  public struct Entry: Sendable {
    /// What it is called.
    public let name: String
    /// What its results are of.
    public let subjects: [String]
    /// Results with times.
    public let timed: Int
    /// The versions and commits of the programs that made them.
    public let programs: [String]
  }

  /// The baselines of a folder.
  public init(folder: String) { self.folder = folder }

  /// The file of the baseline `name`.
  /// - Throws: ``InputError`` for what is no name
  public func path(_ name: String) throws(InputError) -> String {
    let isName =
      !name.isEmpty && !name.hasPrefix(".")
      && name.utf8.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || "-_.".utf8.contains($0)
      }
    guard isName else {
      throw InputError(
        file: name, reason: "is no name for a baseline; letters, digits, - _ . make one")
    }
    return "\(folder)/\(name).json"
  }

  /// The results of the baseline `name`.
  /// - Throws: ``InputError`` when there is none, with the names of those that there are
  public func results(_ name: String) throws -> ResultSet {
    let path = try path(name)
    guard FileManager.default.fileExists(atPath: path) else {
      let names = try names()
      throw InputError(
        file: path,
        reason: "there is no baseline '\(name)'; "
          + (names.isEmpty
            ? "'shadowbench baseline save' makes one"
            : "there are: \(names.joined(separator: ", "))"))
    }
    return try ResultSet(paths: [path])
  }

  /// Keeps results as the baseline `name`: all of them, or the file stays as it was.
  /// - Parameters:
  ///   - force: put it in the place of one that is there
  ///   - withoutMachine: leave out times and the machine
  /// - Throws: ``InputError`` when there is one and `force` is not given, or when two of the
  ///   results are of the same thing and differ; ``OutputError`` when it cannot be written
  public func save(
    _ name: String, _ results: ResultSet, force: Bool, withoutMachine: Bool
  ) throws {
    let path = try path(name)
    if !force && FileManager.default.fileExists(atPath: path) {
      throw InputError(file: path, reason: "is there already; --force puts another in its place")
    }
    _ = try ComparedSide(results)
    let text = try JSONResult.encode(
      .baseline,
      BaselineRecord(
        name: name,
        results: results.files.map { .init($0, withoutMachine: withoutMachine) }))
    try OutputFolder.make(folder)
    try OutputFile.write(text + "\n", to: path)
  }

  /// The names of the baselines, sorted; none of a folder that is not there.
  func names() throws(InputError) -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try InputFolder.names(in: folder)
        .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    } catch { throw InputError(error) }
  }

  /// What the folder has, by name.
  /// - Throws: ``InputError`` for a baseline that is damaged
  public func entries() throws(InputError) -> [Entry] {
    var entries: [Entry] = []
    for name in try names() {
      let files = try ResultFile.all(path: "\(folder)/\(name).json")
      let programs = files.compactMap { $0.content.environment?.machine }.map {
        $0.version + ($0.commit.map { " (\($0.prefix(12)))" } ?? "")
      }
      entries.append(
        Entry(
          name: name, subjects: files.map { ResultSubject($0).label },
          timed: files.filter { $0.content.timing != nil }.count,
          programs: Set(programs).sorted()))
    }
    return entries
  }
}
