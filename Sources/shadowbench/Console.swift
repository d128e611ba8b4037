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

  /// Writes lines of a result.
  func print(_ lines: [String]) throws { try write(lines.joined(separator: "\n") + "\n") }

  /// Writes a result: as text, or as JSON if asked for; and as JSON to a file that is asked for.
  func print(
    _ text: @autoclosure () -> [String], json: @autoclosure () throws -> String,
    as isJSON: Bool, keep file: String?
  ) throws {
    guard isJSON || file != nil else { return try print(text()) }
    let result = try json()
    if let file { try OutputFile.write(result + "\n", to: file) }
    try print(isJSON ? [result] : text())
  }

  /// Writes a part of a result.
  func write(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw EnvironmentError(reason: "standard output cannot be written: \(error)")
    }
  }

  /// Writes lines that say what was done: to standard error when standard output takes them no more.
  func account(_ lines: [String]) throws {
    let text = lines.joined(separator: "\n") + "\n"
    do {
      try PatientOutput.write(text, to: 1)
    } catch {
      try? PatientOutput.write(text, to: 2)
      throw error
    }
  }

  /// Writes a remark.
  func warn(_ text: String) { Self.writeError("shadowbench: \(text)\n") }

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
