import Files
import Foundation
import ShadowModel
import Testing
import XenTrace

@testable import Bench

/// Counts events.
private struct Tally: TraceSink {
  var shadow: [ShadowTraceEvent.Kind: Int] = [:]
  var flags: [ShadowTraceFlags.RawValue: Int] = [:]
  var controlWrites = 0
  var others: Set<UInt32> = []
  var lost = 0

  func flagged(_ flag: ShadowTraceFlags) -> Int {
    flags.reduce(0) { $0 + ($1.key & flag.rawValue != 0 ? $1.value : 0) }
  }

  mutating func take(_ record: TraceRecord, processor: Int) {
    switch TraceEvent(record) {
    case .shadow(let event):
      shadow[event.kind, default: 0] += 1
      if event.kind == .fixup { flags[event.flags.rawValue, default: 0] += 1 }
    case .controlWrite: controlWrites += 1
    case .lost: lost += 1
    case .other(let number): others.insert(number)
    default: break
    }
  }
}

@Suite struct TraceFileTests {
  @Test(arguments: TraceFixtures.all) func sumsOfEventsAreTheCounters(path: String) throws {
    var tally = Tally()
    let readout = try TraceFile.read(path, into: &tally)
    #expect(readout.damages == 0)
    #expect(tally.lost == 0)
    #expect(tally.others.allSatisfy { $0 & 0x0fff_f000 != TraceEventNumber.shadow })
    let scenario = try #require(try TraceFixtures.scenario(of: path))
    func counted(_ name: Counters.Name) -> Int { scenario.counters[name] ?? 0 }
    #expect(tally.shadow[.fixup] ?? 0 == counted(.faultFixed))
    #expect(tally.shadow[.emulate] ?? 0 == counted(.faultEmulateWrite))
    #expect(tally.shadow[.resyncFull] ?? 0 == counted(.resync))
    #expect(tally.flagged(.unsyncs) == counted(.unsync))
    #expect(tally.flagged(.addsFixup) == counted(.oosFixupAdd))
    #expect(tally.flagged(.evictsFixup) == counted(.oosFixupEvict))
    // A reclaim gives up at least one root.
    #expect(tally.shadow[.preallocUnpin] ?? 0 >= counted(.prealloc1))
    #expect((tally.shadow[.preallocUnpin] ?? 0 == 0) == (counted(.prealloc1) == 0))
  }

  @Test func plainGzipAndXZAreTheSame() throws {
    let path = TraceFixtures.path("S01")
    var gzip = Tally()
    let expected = try TraceFile.read(path, into: &gzip)
    let folder = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bytes = try InputFile.contents(of: path, limit: 1 << 24)
    try Data(bytes).write(to: URL(fileURLWithPath: folder + "/t.xentrace"))
    var plain = Tally()
    #expect(try TraceFile.read(folder + "/t.xentrace", into: &plain) == expected)
    #expect(plain.shadow == gzip.shadow)
    #expect(TraceFile.isTrace(folder + "/t.xentrace"))
    let compressed = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in stride(from: 1, to: compressed.count, by: 37) {
      try compressed[..<length].write(to: URL(fileURLWithPath: folder + "/cut"))
      var cut = Tally()
      guard let readout = try? TraceFile.read(folder + "/cut", into: &cut) else { continue }
      #expect(readout.damages > 0)
      #expect(readout.firstDamages.contains { $0.kind == .compression })
    }
  }

  @Test func whatIsNoTraceIsRefused() throws {
    var tally = Tally()
    #expect(throws: InputError.self) { try TraceFile.read("/nonexistent", into: &tally) }
    let error = #expect(throws: InputError.self) {
      try TraceFile.read(TraceFixtures.scenarios, into: &tally)
    }
    #expect(error?.reason.contains("no window header") == true)
    #expect(!TraceFile.isTrace(TraceFixtures.scenarios))
  }
}
