import Bench
import Foundation
import GuestModel
import XenControl

/// A stream's runs on this host.
struct HostReplay {
  /// The stream and its sizes.
  let item: ReplayItem
  /// The kernel's file.
  let kernel: String
  /// Most time for a domain, s.
  let timeLimit: Double
  /// The file for traces; nil for none.
  let trace: GuestTrace?
  /// Where remarks go.
  let console: Console

  /// Runs the stream at each size, one domain after the other.
  func run() throws -> (runs: [HostRunResult], xenVersion: String) {
    var limits = GuestRunner.Limits()
    limits.run = timeLimit
    let runner = try GuestRunner(
      tools: .system(), hypervisor: try? .system(), clock: Interruption.clock(), limits: limits,
      journal: HostJournal(folder: HostJournal.standardFolder()))
    let folder = try Self.makeFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let module = "\(folder)/stream.replay"
    try item.stream.write(to: module)
    let results = try runner.listening(warn: console.warn) {
      try item.shadowMiB.map { size in
        try result(size, runner: runner, module: module, folder: folder)
      }
    }
    return (results, runner.info.version)
  }

  private func result(_ size: Int, runner: GuestRunner, module: String, folder: String) throws
    -> HostRunResult
  {
    let name = GuestPlan.uniqueName(item.id(size))
    let plan = GuestPlan(
      name: name,
      configuration: try item.configuration(size, domain: name, kernel: kernel, module: module),
      memoryMiB: item.stream.shape.memoryMiB, shadowMiB: size,
      hasNestedPaging: item.hasNestedPaging, lastWords: ["SB done", "SB failed"])
    let progress = console.progress("replaying at \(size) MiB", unit: "phases")
    defer { progress.finish() }
    let phases = item.stream.expected.count
    progress.update(0, phases)
    let run = try runner.run(plan, folder: folder, trace: traceFile(size)) { text in
      progress.update(ReplayTranscript(text: text).phases.count, phases)
    }
    return try HostRunResult(
      item, shadowMiB: size,
      record: HostRunRecord(
        end: HostRunRecord.End(run.end), console: run.console,
        hasNestedPaging: item.hasNestedPaging, faultCount: run.faultCount,
        perfText: run.perfText, seconds: run.seconds, megahertz: runner.info.megahertz,
        notes: run.notes),
      makePager: StandardModel.pager)
  }

  /// The trace's file at a size: `office-3mib.xentrace` of `office.xentrace`.
  private func traceFile(_ size: Int) -> GuestTrace? {
    guard var trace, item.shadowMiB.count > 1 else { return trace }
    let url = URL(fileURLWithPath: trace.file)
    let ending = url.pathExtension.isEmpty ? "" : ".\(url.pathExtension)"
    trace.file = "\(url.deletingPathExtension().relativePath)-\(size)mib\(ending)"
    return trace
  }

  /// A folder for the stream and the configurations, which only its owner may enter.
  private static func makeFolder() throws -> String {
    let base = ProcessInfo.processInfo.environment["TMPDIR"] ?? "/tmp"
    var bytes = Array("\(base)/shadowbench-XXXXXX".utf8CString)
    guard mkdtemp(&bytes) != nil else {
      throw EnvironmentError(reason: "\(base): no folder can be made here; set TMPDIR to one")
    }
    return String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension HostRunRecord.End {
  /// How a domain ended.
  init(_ end: GuestRun.End) {
    switch end {
    case .shutDown: self = .shutDown
    case .crashed: self = .crashed
    case .timedOut: self = .timedOut
    case .gone: self = .gone
    }
  }
}
