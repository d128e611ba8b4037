/// A command line that may be pasted into a root shell: each of its words is one word there,
/// whatever text it was made of, and it is one line.
///
/// All command lines that the program prints are made of it.
public struct ShellCommand: Hashable, Sendable, CustomStringConvertible {
  /// A word of a command.
  private enum Word: Hashable, Sendable {
    /// Text as it is.
    case text(String)
    /// Text, then what another command prints.
    indirect case output(String, ShellCommand)
  }

  private var words: [Word]

  /// The command of those words.
  public init(_ words: String...) { self.words = words.map { .text($0) } }

  /// The command of those words.
  public init(words: [String]) { self.words = words.map { .text($0) } }

  /// The command with more words.
  public func adding(_ more: String...) -> ShellCommand {
    var command = self
    command.words += more.map { .text($0) }
    return command
  }

  /// The command with one more word: `prefix`, then what `other` prints.
  public func adding(_ prefix: String, outputOf other: ShellCommand) -> ShellCommand {
    var command = self
    command.words.append(.output(prefix, other))
    return command
  }

  /// The command line, for the shell of a control domain (bash).
  public var description: String {
    words.map { word in
      switch word {
      case .text(let text): Self.quoted(text)
      case .output(let prefix, let command): Self.quoted(prefix) + "\"$(\(command))\""
      }
    }.joined(separator: " ")
  }

  /// `text` as one word: as it is where no shell sees anything in it, else in quotes; of
  /// `name=text` only the text is.
  public static func quoted(_ text: String) -> String {
    // By scalars all along: a mark that combines with a quote does not hide it from a shell.
    let scalars = text.unicodeScalars
    if let sign = scalars.firstIndex(of: "="), scalars[..<sign].allSatisfy(isPlain) {
      let value = scalars[scalars.index(after: sign)...]
      return String(scalars[...sign]) + (value.isEmpty ? "" : inQuotes(value))
    }
    return inQuotes(scalars[...])
  }

  private static func inQuotes(_ scalars: Substring.UnicodeScalarView) -> String {
    if !scalars.isEmpty, scalars.allSatisfy(isPlain) { return String(scalars) }
    guard scalars.contains(where: isInvisible) else {
      let parts = scalars.split(separator: "'", omittingEmptySubsequences: false)
      return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
    }
    // Line ends, and what a terminal acts on or does not show, by number.
    var quoted = "$'"
    for scalar in scalars {
      if isInvisible(scalar) {
        for byte in String(scalar).utf8 {
          let digits = String(byte, radix: 8)
          quoted += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
      } else {
        if scalar == "'" || scalar == "\\" { quoted += "\\" }
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "@", "%", "+", ",": true
    default: false
    }
  }

  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
    default: false
    }
  }
}
