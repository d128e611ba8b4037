import Testing
import XenServer

/// Files of the repository that tests of records read.
enum RecordFixtures {
  static var root: String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }

  static func path(_ name: String) -> String { "\(root)/Tests/Fixtures/records/\(name)" }

  static func read(_ name: String) throws -> PoolRecords { try RecordFile.read(path(name)) }

  static func parse(_ text: String) throws(RecordError) -> PoolRecords {
    try RecordFile.parse(Array(text.utf8), file: "f")
  }

  /// The error of a text that must be refused.
  static func refusal(_ text: String, _ location: SourceLocation = #_sourceLocation)
    -> RecordError?
  {
    do {
      _ = try parse(text)
      Issue.record("read: \(text)", sourceLocation: location)
      return nil
    } catch {
      return error
    }
  }
}
