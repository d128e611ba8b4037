/// What is wrong with records, with where it is and what to do.
public struct RecordError: Error, Hashable, CustomStringConvertible {
  /// The file, or what stands for it: a host's name.
  public var file: String
  /// The line, from 1; nil where there is no such thing.
  public var line: Int?
  /// What is wrong and what to do.
  public var reason: String
  /// Whether the file is a definition that others derive from, and so no mistake among others.
  public var isBase = false

  /// An error in `file`.
  public init(file: String, line: Int? = nil, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  /// The error on one line: `file:line: reason`.
  public var description: String {
    if let line { "\(file):\(line): \(reason)" } else { "\(file): \(reason)" }
  }
}

/// Limits of what is read, so that no file takes all memory or the whole stack.
public enum RecordLimits {
  /// The longest file or archive entry, bytes: 64 MiB.
  ///
  /// Exports of large pools have a few MiB.
  public static let bytes = 64 << 20
  /// The deepest nesting of values.
  ///
  /// Records have five levels.
  public static let depth = 64
  /// The most values in JSON of so many bytes, so that reading it takes a bounded share of memory.
  ///
  /// Records have 15 bytes and more a value, names included.
  static func values(inBytes bytes: Int) -> Int { 65_536 + bytes / 10 }
}
