/// What can be wrong with a file that is read, with what to do.
package struct FileError: Error, Hashable, CustomStringConvertible {
  /// The file's name as it was given.
  package var file: String
  /// What is wrong and what to do.
  package var reason: String

  /// An error in `file`.
  package init(file: String, reason: String) {
    self.file = file
    self.reason = reason
  }

  /// The error on one line: `file: reason`.
  package var description: String { "\(file): \(reason)" }
}
