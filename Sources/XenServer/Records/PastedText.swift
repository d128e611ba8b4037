/// A line of a text as people paste it, without what pasting added to it.
struct PastedLine: Hashable {
  /// Its place in the file, from 1.
  var number: Int
  /// What it holds.
  var text: String
  /// Whether something stood before it that ends a listing: a prompt, a fence.
  var isAfterBreak = false
}

/// A text as people paste it: in quotes and fences, with prompts and a terminal's escapes.
///
/// Lines keep their numbers, so that errors name those of the file.
struct PastedText: Hashable {
  /// The lines that are left; blank ones are.
  private(set) var lines: [PastedLine] = []
  /// The command of `xe` that stood before the first line, such as `vm-list`; nil when none did.
  private(set) var command: String?

  /// The lines of `bytes`.
  /// - Throws: ``RecordError`` with the line that is no text, or that was wrapped after quoting
  init(_ bytes: [UInt8], file: String) throws(RecordError) {
    var rest: [PastedLine] = []
    let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    for (index, line) in content.split(separator: 0x0A, omittingEmptySubsequences: false)
      .enumerated()
    {
      guard let text = String(validating: TerminalEscapes.removed(from: line), as: UTF8.self)
      else {
        throw RecordError(
          file: file, line: index + 1,
          reason: "is not UTF-8 text; convert the file, as by 'iconv -f windows-1252 -t utf-8'")
      }
      rest.append(PastedLine(number: index + 1, text: text))
    }
    rest = try Self.unquoted(rest, file: file)
    take(Self.unfenced(rest.filter { !Self.isOfScript($0.text) }))
  }

  /// The text with empty lines for those that were left out, so that numbers stay.
  static func bytes(_ lines: [PastedLine]) -> [UInt8] {
    var bytes: [UInt8] = []
    var number = 1
    for line in lines {
      while number < line.number {
        bytes.append(0x0A)
        number += 1
      }
      bytes += line.text.utf8
    }
    return bytes + [0x0A]
  }

  /// Leaves out prompts and what is typed at them.
  private mutating func take(_ all: [PastedLine]) {
    var isAfterBreak = false
    for line in all {
      if let typed = ShellPrompt.command(in: line.text) {
        isAfterBreak = true
        if lines.allSatisfy({ $0.text.allSatisfy(\.isWhitespace) }) { command = typed }
        continue
      }
      lines.append(line)
      guard !line.text.allSatisfy(\.isWhitespace) else { continue }
      lines[lines.count - 1].isAfterBreak = line.isAfterBreak || isAfterBreak
      isAfterBreak = false
    }
  }

  /// The lines that `script` writes around a session, and those of pagers.
  private static func isOfScript(_ text: String) -> Bool {
    text.hasPrefix("Script started") || text.hasPrefix("Script done")
      || text.hasPrefix("--More--") || text == "(END)"
  }

  /// Without marks of quoting, where most lines have them.
  private static func unquoted(
    _ lines: [PastedLine], file: String
  ) throws(RecordError) -> [PastedLine] {
    var lines = lines
    for _ in 0..<8 {
      func isQuoted(_ line: PastedLine) -> Bool {
        line.text.first { !$0.isWhitespace } == ">"
      }
      let filled = lines.filter { !$0.text.allSatisfy(\.isWhitespace) }
      guard filled.count(where: isQuoted) * 2 > filled.count,
        let first = lines.firstIndex(where: isQuoted), let last = lines.lastIndex(where: isQuoted)
      else { return lines }
      lines = Array(lines[first...last])
      for index in lines.indices {
        let text = lines[index].text
        guard isQuoted(lines[index]) else {
          guard text.allSatisfy(\.isWhitespace) else {
            throw RecordError(
              file: file, line: lines[index].number,
              reason: "lacks the '>' of the lines around it: the text was wrapped after it was "
                + "quoted. Strip the marks and join this line to the one before")
          }
          continue
        }
        let quoted = text.drop { $0.isWhitespace }.dropFirst()
        lines[index].text = String(quoted.first == " " ? quoted.dropFirst() : quoted)
      }
    }
    return lines
  }

  /// What stands within fences, where there are any.
  private static func unfenced(_ lines: [PastedLine]) -> [PastedLine] {
    let marks = ["```", "~~~"]
    func trimmed(_ line: PastedLine) -> String { line.text.trimmingWhitespace }
    guard lines.contains(where: { line in marks.contains { trimmed(line).hasPrefix($0) } }) else {
      return lines
    }
    var inside: [PastedLine] = []
    var mark: String?
    var isAfterBreak = false
    for line in lines {
      let text = trimmed(line)
      if let found = marks.first(where: { text.hasPrefix($0) }), mark == nil || mark == found {
        let rest = String(text.dropFirst(3))
        let isListing = mark == nil && ListingLine(rest[...]) != nil
        mark = mark == nil ? found : nil
        isAfterBreak = true
        guard isListing else { continue }
        inside.append(PastedLine(number: line.number, text: rest, isAfterBreak: true))
        isAfterBreak = false
        continue
      }
      guard let open = mark else { continue }
      var kept = line
      if text.hasSuffix(open) {
        kept.text = String(line.text.trimmingEnd.dropLast(3))
        mark = nil
      }
      kept.isAfterBreak = isAfterBreak
      isAfterBreak = isAfterBreak && text.isEmpty
      inside.append(kept)
    }
    return inside
  }
}

extension StringProtocol {
  /// Without white space at its end.
  var trimmingEnd: String {
    guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[startIndex...last])
  }
}
