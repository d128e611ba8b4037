/// Prompts of shells, as they stand in pasted text.
enum ShellPrompt {
  /// What is typed at the prompt that `line` begins with, `xe` and the path before it left out;
  /// empty for a prompt alone; nil for a line that is none.
  static func command(in line: String) -> String? {
    let text = line.trimmingWhitespace
    guard let typed = typed(text[...]) else { return nil }
    var words = typed.split(separator: " ")
    while let first = words.first, ["sudo", "#", "$"].contains(first) || first.hasSuffix("ssh") {
      words.removeFirst()
    }
    if let program = words.firstIndex(where: { $0 == "xe" || $0.hasSuffix("/xe") }) {
      words.removeFirst(program + 1)
    }
    return words.joined(separator: " ")
  }

  private static func typed(_ text: Substring) -> Substring? {
    if text.hasPrefix("xe ") || text.hasPrefix("/opt/xensource/bin/xe ") { return text }
    for mark in ["# ", "$ ", "% "] where text.hasPrefix(mark) {
      let rest = text.dropFirst(2).drop { $0.isWhitespace }
      return ["xe ", "sudo xe ", "ssh "].contains { rest.hasPrefix($0) } ? rest : nil
    }
    if text.hasPrefix("["), let end = text.firstIndex(of: "]"), text[..<end].contains("@") {
      return afterMark(text[text.index(after: end)...])
    }
    if text.hasPrefix("PS ") || text.dropFirst().hasPrefix(":\\"),
      let mark = text.firstIndex(of: ">")
    {
      return text[text.index(after: mark)...]
    }
    let word = text.prefix { !$0.isWhitespace }
    guard word.contains("@") || word.hasPrefix("bash-"), let last = word.last, "#$%".contains(last)
    else { return nil }
    return text[word.endIndex...]
  }

  private static func afterMark(_ rest: Substring) -> Substring? {
    let rest = rest.drop { $0.isWhitespace }
    guard let mark = rest.first, "#$%".contains(mark) else { return nil }
    return rest.dropFirst()
  }
}
