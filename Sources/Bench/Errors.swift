import Files
import Output

/// What can be wrong with an input, with where it is and what to do.
public struct InputError: Error, Hashable, CustomStringConvertible {
  /// The file, or what stands for it on the command line.
  public var file: String
  /// The line, from 1; nil where there is no such thing.
  public var line: Int?
  /// What is wrong and what to do.
  public var reason: String
  /// Whether the file is a template's base, which is no mistake among other files.
  public var isBaseDefinition = false

  /// An error in `file`.
  public init(file: String, line: Int? = nil, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// The error on one line: `file:line: reason`.
  public var description: String {
    PlainText.line(line.map { "\(file):\($0): \(reason)" } ?? "\(file): \(reason)")
  }
}

extension InputError {
  /// What is wrong with a file that cannot be read.
  init(_ error: FileError) { self.init(file: error.file, reason: error.reason) }
}
