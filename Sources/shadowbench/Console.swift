import Bench
import Foundation
import Output

/// The two output streams: results on standard output, everything else on standard error.
struct Console {
  /// What standard output can show.
  let output: Terminal
  private let errors: Terminal

  /// The process's own streams.
  init() {
    let environment = ProcessInfo.processInfo.environment
    output = Terminal.detect(descriptor: 1, environment: environment)
    errors = Terminal.detect(descriptor: 2, environment: environment)
  }

  /// Writes lines of a result: an element is a line, whatever names are in it.
  func print(_ lines: [String]) throws {
    try put(shown(lines))
  }

  private func shown(_ lines: [String]) -> String {
    let styles = output.usesColor ? Terminal.sequences : []
    return lines.map { PlainText.line($0, styles: styles) + "\n" }.joined()
  }

  /// Writes a result: as text, or as JSON if asked for; and as JSON to a file that is asked for.
  ///
  /// When that is standard output, there is no text.
  func print(
    _ text: @autoclosure () throws -> [String], json: @autoclosure () throws -> String,
    as isJSON: Bool, keep file: String? = nil
  ) throws {
    guard isJSON || file != nil else { return try print(text()) }
    let result = try json()
    if let file, file == OutputFile.standardOutput { return try write(result + "\n") }
    if let file { try OutputFile.write(result + "\n", to: file) }
    if isJSON { try write(result + "\n") } else { try print(text()) }
  }

  /// Says that `file` was written: on standard error when the file is standard output.
  func print(_ lines: [String], about file: String) throws {
    if file == OutputFile.standardOutput { lines.forEach(warn) } else { try print(lines) }
  }

  /// Writes a part of a result that is JSON.
  func write(_ json: String) throws { try put(PlainText.json(json)) }

  /// Writes help and the like, which has its lines itself.
  func print(help: String) throws { try put(PlainText.lines(help) + "\n") }

  private func put(_ text: String) throws {
    do throws(OutputError) {
      try OutputFile.write(text, to: OutputFile.standardOutput)
    } catch {
      throw EnvironmentError(reason: "standard output \(error.reason)")
    }
  }

  /// Writes lines that say what was done: to standard error when standard output takes them no
  /// more.
  func account(_ lines: [String], json: @autoclosure () throws -> String, as isJSON: Bool) throws {
    let text = try isJSON ? PlainText.json(json()) + "\n" : shown(lines)
    do {
      try PatientOutput.write(text, to: 1)
    } catch {
      try? PatientOutput.write(text, to: 2)
      throw error
    }
  }

  /// Writes a remark.
  func warn(_ text: String) { Self.writeError("shadowbench: \(PlainText.line(text))\n") }

  /// A progress display on standard error, in `unit`s.
  func progress(_ label: String, unit: String = "runs") -> ProgressLine {
    let start = ContinuousClock.now
    return ProgressLine(
      label, unit: unit, terminal: errors, now: { (ContinuousClock.now - start) / .seconds(1) },
      write: Self.writeError)
  }

  /// Writes to standard error; nothing can be done when that fails.
  static let writeError: @Sendable (String) -> Void = { text in
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
