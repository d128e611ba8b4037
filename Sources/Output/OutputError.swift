import Glibc

/// The environment does not allow what was asked for: a result that cannot be written.
public struct OutputError: Error, Hashable, CustomStringConvertible {
  /// The file.
  public var file: String
  /// What is wrong and what to do.
  public var reason: String

  /// A result that cannot be written to `file`.
  public init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  /// The system's own words for an error's number, after `what`.
  init(_ file: String, _ what: String, _ code: Int32) {
    self.init(file: file, reason: "\(what): \(Self.text(code))")
  }

  /// The system's own words for an error's number.
  public static func text(_ code: Int32) -> String {
    strerror(code).map { String(cString: $0) } ?? "error \(code)"
  }

  /// The error on one line.
  public var description: String { PlainText.line("\(file): \(reason)") }
}
