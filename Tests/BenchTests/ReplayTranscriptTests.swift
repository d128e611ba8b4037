import Foundation
import GuestModel
import Testing

@testable import Bench

/// What the guest says, read from a console that others write to as well.
struct ReplayTranscriptTests {
  /// The lines of a guest that does what its stream says.
  static func lines(_ stream: ReplayStream) -> [String] {
    func digits(_ value: UInt64) -> String {
      let text = String(value, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let count = stream.operations.count
    var lines = [
      "SB replay 1 mode=\(stream.shape.mode.name) module=0x00120000 bytes=\(stream.bytes.count) "
        + "digest=\(digits(stream.digest)) start_info=0x00123000 modules=0x00123038"
    ]
    for phase in stream.expected {
      lines.append(
        "SB phase \(phase.number) tsc=\(UInt64.max - 1000 + UInt64(phase.number)) operations=\(phase.operations) "
          + "accesses=\(phase.accesses) faults=\(phase.faults) checksum=\(digits(phase.checksum))")
    }
    lines.append("SB done operations=\(count) checksum=\(digits(stream.checksum))")
    return lines
  }

  @Test("Lines with prefixes and between others are taken")
  func interleaved() throws {
    let stream = try ReplayStreamTests.stream(.pae)
    let text = Self.lines(stream).map { "(XEN) HVM restore\n(d12) \($0)\r\n" }.joined()
    let transcript = ReplayTranscript(text: text)
    #expect(transcript.differences(from: stream) == [])
    #expect(transcript.moduleAddress == 0x12_0000)
    #expect(transcript.startInfo == 0x12_3000)
    #expect(transcript.mode == .pae)
    #expect(transcript.phases.first?.tsc == UInt64.max - 1000)
  }

  @Test("A text that is cut off anywhere is no success")
  func truncated() throws {
    let stream = try ReplayStreamTests.stream(.twoLevel)
    let text = Self.lines(stream).joined(separator: "\n")
    for length in stride(from: 0, to: text.count, by: 7) {
      let transcript = ReplayTranscript(text: String(text.prefix(length)))
      #expect(!transcript.differences(from: stream).isEmpty, "\(length)")
    }
  }

  @Test("Another checksum, a missing phase, a failure, another stream are told")
  func differences() throws {
    let stream = try ReplayStreamTests.stream(.fourLevel)
    let lines = Self.lines(stream)
    var changed = lines
    changed[1] = changed[1].replacingOccurrences(of: "faults=0", with: "faults=1")
    #expect(
      ReplayTranscript(text: changed.joined(separator: "\n")).differences(from: stream).count == 1)
    var short = lines
    short.remove(at: 1)
    #expect(
      !ReplayTranscript(text: short.joined(separator: "\n")).differences(from: stream).isEmpty)
    let failed = ReplayTranscript(text: "(d1) SB failed exception vector=13 operation=7")
    #expect(failed.failure == "exception vector=13 operation=7")
    let other = try ReplayStreamTests.stream(.fourLevel, "procs=2 leaves=2 touch=4 rounds=1")
    #expect(
      ReplayTranscript(text: lines.joined(separator: "\n")).differences(from: other)
        .contains("the guest ran another stream"))
  }

  @Test("Kernels are looked for where it is said, and the error says where")
  func kernels() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let guest = folder.appendingPathComponent(".build/guest")
    try FileManager.default.createDirectory(at: guest, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data().write(to: guest.appendingPathComponent("replay-pae"))
    let program = folder.appendingPathComponent(".build/triple/debug/shadowbench").path
    let found = try ReplayKernel.find(mode: .pae, in: nil, environment: [:], program: program)
    #expect(found.hasSuffix(".build/guest/replay-pae"))
    let error = #expect(throws: InputError.self) {
      try ReplayKernel.find(
        mode: .fourLevel, in: nil, environment: ["SHADOWBENCH_GUEST": "/nowhere"],
        program: program)
    }
    #expect(error?.reason.contains("/nowhere") == true)
    #expect(error?.reason.contains("make guest") == true)
  }
}
