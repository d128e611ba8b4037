import GuestModel
import Testing

@testable import Bench

/// Captures damaged at every byte: each is refused or runs, none traps.
@Suite struct CaptureFuzzTests {
  static let replacements = Array("09f: \n,@".utf8) + [0, 255]

  enum File: CaseIterable {
    case map, intervals, events
  }

  @Test(
    "A capture cut at any byte, or with any byte changed, never traps", arguments: File.allCases)
  func damaged(_ file: File) throws {
    let small = SmallCapture()
    let texts = [small.map, small.intervals, small.events ?? ""].map { Array($0.utf8) }
    let index = File.allCases.firstIndex(of: file) ?? 0
    var refused = 0
    var ran = 0
    func attempt(_ bytes: [UInt8]) {
      var damaged = texts
      damaged[index] = bytes
      if runs(damaged) { ran += 1 } else { refused += 1 }
    }
    for position in texts[index].indices {
      attempt(Array(texts[index][..<position]))
      for replacement in Self.replacements where replacement != texts[index][position] {
        var bytes = texts[index]
        bytes[position] = replacement
        attempt(bytes)
      }
    }
    #expect(refused > 0 && ran > 0)
  }

  /// Whether the files make a capture; if they do, it is run to its end.
  private func runs(_ files: [[UInt8]]) -> Bool {
    do {
      let map = try CaptureMap(file: "map", bytes: files[0])
      let events = try CaptureEvents(file: "events", bytes: files[2], map: map)
      let intervals = try CaptureIntervals(
        file: "intervals", bytes: files[1], map: map, allowsStrangers: events.hasChurn)
      let capture = Capture(path: "small", map: map, events: events, intervals: intervals)
      let workload = try CaptureWorkload(
        capture: capture, shape: GuestShape(mode: .pae, memoryMiB: 1, vcpus: 1), rounds: 4)
      #expect(workload.makeMemory().tableCount > 1)
      #expect(operations(of: workload).count > 4)
      return true
    } catch {
      #expect(!error.reason.isEmpty)
      return false
    }
  }
}
