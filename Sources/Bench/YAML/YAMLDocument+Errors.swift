import Yams

extension YAMLDocument {
  /// What the parser says, as an error with its line.
  static func inputError(_ error: YamlError, file: String) -> InputError {
    switch error {
    case .scanner(let context, let problem, let mark, let yaml),
      .parser(let context, let problem, let mark, let yaml),
      .composer(let context, let problem, let mark, let yaml):
      return syntaxError(
        file: file, problem: problem, context: context, line: mark.line, text: yaml)
    case .reader(let problem, let offset, let value, let yaml):
      let line = offset.map { lineNumber(ofCharacter: $0, in: yaml) }
      let code = value >= 0 ? " (code \(value))" : ""
      return InputError(file: file, line: line, reason: "is not YAML: \(problem)\(code)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      let names = duplicates.map { YAMLValue.quoted($0) }.joined(separator: ", ")
      return InputError(
        file: file, line: context.mark.line,
        reason: "key \(names) stands more than once in the same mapping; keep one")
    default:
      return InputError(file: file, reason: "is not YAML: \(error)")
    }
  }

  private static func syntaxError(
    file: String, problem: String, context: YamlError.Context?, line: Int, text: String
  ) -> InputError {
    if problem.contains("another document") {
      return InputError(
        file: file, line: line, reason: "a second document begins here (---); expected one")
    }
    if problem.contains("nesting level") {
      return InputError(file: file, line: line, reason: "is nested too deep")
    }
    let lines = text.utf8.split(separator: 10, omittingEmptySubsequences: false)
    let last = max(1, text.utf8.last == 10 ? lines.count - 1 : lines.count)
    let place = min(line, last)
    let content = place <= lines.count ? lines[place - 1] : ""[...].utf8
    let indentation = content.prefix { $0 == 32 || $0 == 9 }
    if indentation.contains(9) {
      return InputError(
        file: file, line: place, reason: "a tab indents this line; YAML takes spaces only")
    }
    let around = context.map { " (\($0.text) at line \($0.mark.line))" } ?? ""
    return InputError(file: file, line: place, reason: "is not YAML: \(problem)\(around)")
  }

  private static func lineNumber(ofCharacter offset: Int, in text: String) -> Int {
    1 + text.prefix(offset).reduce(0) { $0 + ($1.isNewline ? 1 : 0) }
  }
}
