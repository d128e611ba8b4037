import Testing

@testable import Bench

/// A file that must be refused, and how.
struct BadFile: Sendable, CustomTestStringConvertible {
  var text: String
  var line: Int?
  var reason: String

  var testDescription: String { reason }

  init(_ text: String, line: Int?, _ reason: String) {
    self.text = text
    self.line = line
    self.reason = reason
  }

  /// The small workload with line `number` replaced; the error is there, or at line `at`.
  static func workload(
    _ number: Int, _ line: String?, _ reason: String, at place: Int? = nil
  ) -> BadFile {
    BadFile(SmallFile.replacing(number, with: line), line: place ?? number, reason)
  }

  /// The small cost profile with line `number` replaced; the error is there, or at line `at`.
  static func cost(
    _ number: Int, _ line: String?, _ reason: String, at place: Int? = nil
  ) -> BadFile {
    let text = SmallFile.replacing(number, with: line, in: SmallFile.cost)
    return BadFile(text, line: place ?? number, reason)
  }
}
