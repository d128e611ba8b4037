import Testing
import XenTrace

@Suite struct TraceParserTests {
  static func sample() -> TraceBytes {
    var trace = TraceBytes()
    trace.window(3) {
      $0.record(0x81002, [0x4e, 0x1000], cycles: 100)
      $0.record(0x40f106, [0x67, 0, 0x8000, 0x204])
      $0.record(0x81001, [], cycles: 200)
      $0.record(0x1f002, [7, 7])
    }
    trace.window(4) { $0.record(0x1f001, [5, 0x0002_0001, 9, 0], cycles: 300) }
    return trace
  }

  @Test func recordsComeInOrderWithTheirProcessor() {
    let (recorder, readout) = Recorder.read(Self.sample().bytes)
    #expect(recorder.processors == [3, 3, 3, 4])
    #expect(recorder.cycles == [100, 0, 200, 300])
    #expect(
      recorder.events[3]
        == .lost(
          LostRecords(count: 5, vcpu: VCPUName(domain: 1, vcpu: 2), firstCycles: 9)))
    #expect(readout.records == 7)
    #expect(readout.windows == 2)
    #expect(readout.paddings == 1)
    #expect(readout.damages == 0)
    #expect(readout.bytes == UInt64(Self.sample().bytes.count))
  }

  @Test(arguments: [1, 2, 3, 5, 12, 16, 41]) func piecesDoNotMatter(pieceBytes: Int) {
    let whole = Recorder.read(Self.sample().bytes)
    let pieces = Recorder.read(Self.sample().bytes, pieceBytes: pieceBytes)
    #expect(pieces.0.events == whole.0.events)
    #expect(pieces.1 == whole.1)
  }

  @Test func aFileCutAnywhereIsReadAsFarAsItGoes() {
    let bytes = Self.sample().bytes
    for length in 0..<bytes.count {
      let (recorder, readout) = Recorder.read(Array(bytes[..<length]))
      #expect(recorder.events.count <= 4)
      #expect(readout.bytes == UInt64(length))
      let boundaries = [0, bytes.count - 40]
      #expect((readout.damages == 0) == boundaries.contains(length), "\(length)")
    }
  }

  @Test func garbageInAWindowCostsThatWindow() {
    var trace = TraceBytes()
    trace.window(0) {
      $0.record(0x81001, [], cycles: 1)
      $0.raw([1, 2, 3, 4, 5, 6, 7, 8])
    }
    trace.window(1) { $0.record(0x81001, [], cycles: 2) }
    let (recorder, readout) = Recorder.read(trace.bytes)
    #expect(recorder.cycles == [1, 2])
    #expect(
      readout.firstDamages == [TraceDamage(kind: .notARecord, offset: 24, lostBytes: 8)])
  }

  @Test func theNextWindowIsFoundAfterGarbageBetweenWindows() {
    var trace = TraceBytes()
    trace.raw([UInt8](repeating: 0xff, count: 20))
    trace.window(1) { $0.record(0x81001, [], cycles: 2) }
    let (recorder, readout) = Recorder.read(trace.bytes)
    #expect(recorder.cycles == [2])
    #expect(readout.firstDamages == [TraceDamage(kind: .noWindow, offset: 0, lostBytes: 20)])
  }

  @Test func aRecordThatLeavesItsWindowIsDamage() {
    var trace = TraceBytes()
    trace.record(0x1f003, [0, 8])
    trace.record(0x81001, [], cycles: 1)
    let (recorder, readout) = Recorder.read(trace.bytes)
    #expect(recorder.events.isEmpty)
    #expect(readout.firstDamages.first?.kind == .overrunsWindow)
  }

  @Test func aWindowInsideAWindowIsTaken() {
    var trace = TraceBytes()
    trace.record(0x1f003, [0, 100])
    trace.record(0x81001, [], cycles: 1)
    trace.window(1) { $0.record(0x81001, [], cycles: 2) }
    let (recorder, readout) = Recorder.read(trace.bytes)
    #expect(recorder.cycles == [1, 2])
    #expect(readout.firstDamages.first?.kind == .windowInWindow)
  }
}
