import Foundation
import GuestModel

/// Streams and what guests reported, as text and as JSON.
public enum ReplayReport {
  /// What a stream is.
  public static func lines(_ stream: ReplayStream) -> [String] {
    let accesses = stream.expected.reduce(0) { $0 + $1.accesses }
    let faults = stream.expected.reduce(0) { $0 + $1.faults }
    return [
      "\(stream.name), seed \(stream.seed)",
      "guest: \(stream.shape.mode.name), \(stream.shape.memoryMiB) MiB, 1 vCPU; the workload's "
        + "frames moved up by \(stream.shift)",
      "stream: \(stream.operationCount) operations in \(stream.expected.count) phases, "
        + "\(accesses) accesses, \(faults) faults of its own, digest "
        + String(stream.digest, radix: 16),
    ]
  }

  /// That a guest did what its stream says.
  public static func line(_ transcript: ReplayTranscript) -> String {
    "\(transcript.phases.count) phases are as foretold, checksums included"
  }

  /// A stream as JSON.
  public static func json(_ stream: ReplayStream) throws -> String {
    try text(
      StreamRecord(
        name: stream.name, seed: stream.seed, mode: stream.shape.mode.name,
        memoryMib: stream.shape.memoryMiB, shiftFrames: stream.shift,
        operations: stream.operationCount, digest: String(stream.digest, radix: 16),
        painted: stream.isPainted, phases: stream.expected.map(PhaseRecord.init)))
  }

  /// A comparison as JSON.
  public static func json(_ transcript: ReplayTranscript, _ stream: ReplayStream) throws -> String {
    try text(
      CheckRecord(
        moduleAddress: transcript.moduleAddress, startInfo: transcript.startInfo,
        done: transcript.isDone, failure: transcript.failure,
        phases: transcript.phases.map { PhaseRecord($0.phase) },
        differences: transcript.differences(from: stream)))
  }

  private static func text(_ record: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(record), as: UTF8.self)
  }

  private struct PhaseRecord: Encodable {
    let number: Int
    let operations: Int
    let accesses: Int
    let faults: Int
    let checksum: String

    init(_ phase: ReplayPhase) {
      number = phase.number
      operations = phase.operations
      accesses = phase.accesses
      faults = phase.faults
      checksum = String(phase.checksum, radix: 16)
    }
  }

  private struct StreamRecord: Encodable {
    let schemaVersion = 1
    let name: String
    let seed: UInt64
    let mode: String
    let memoryMib: Int
    let shiftFrames: Int
    let operations: Int
    let digest: String
    let painted: Bool
    let phases: [PhaseRecord]
  }

  private struct CheckRecord: Encodable {
    let schemaVersion = 1
    let moduleAddress: UInt64?
    let startInfo: UInt64?
    let done: Bool
    let failure: String?
    let phases: [PhaseRecord]
    let differences: [String]
  }
}
