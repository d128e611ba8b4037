public import Foundation

/// What a child process came to.
public struct ChildOutcome {
  /// Its exit code.
  public var code: Int32
  /// Its standard output.
  public var output: String
  /// Its standard error.
  public var errors: String

  /// Waits for the end of `process`, which writes to two pipes, and reads both meanwhile.
  public init(of process: Process, output: Pipe, errors: Pipe) {
    let complaint = Box()
    let handle = errors.fileHandleForReading
    let reader = DispatchWorkItem { complaint.data = handle.readDataToEndOfFile() }
    DispatchQueue.global().async(execute: reader)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    reader.wait()
    process.waitUntilExit()
    code = process.terminationStatus
    self.output = String(decoding: text, as: UTF8.self)
    self.errors = String(decoding: complaint.data, as: UTF8.self)
  }

  /// What a program comes to without anything on its standard input.
  /// - Parameters:
  ///   - environment: what differs from this process's own
  ///   - folder: where it runs; nil for where this process does
  public init(
    running program: URL, _ arguments: [String], environment: [String: String] = [:],
    folder: String? = nil
  ) throws {
    let process = Process()
    let (output, errors) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    self.init(of: process, output: output, errors: errors)
  }

  /// Bytes that another thread reads.
  private final class Box: @unchecked Sendable {
    var data = Data()
  }
}
