import Testing
import XenTrace

/// A processor's time goes on: what runs back is counted, what processors do beside each other not.
@Suite struct TraceClockTests {
  private func trace(_ windows: [(processor: UInt32, cycles: [UInt64])]) -> [UInt8] {
    var bytes = TraceBytes()
    for window in windows {
      bytes.window(window.processor) { inner in
        for cycles in window.cycles { inner.record(0x81001, [], cycles: cycles) }
      }
    }
    return bytes.bytes
  }

  @Test(arguments: [5, 13, Int.max]) func aTraceTwiceRunsBackOnce(pieceBytes: Int) {
    let once = trace([(0, [100, 200]), (1, [150, 250]), (0, [300, 400])])
    #expect(Recorder.read(once, pieceBytes: pieceBytes).1.damages == 0)
    let readout = Recorder.read(once + once, pieceBytes: pieceBytes).1
    // Once on each processor.
    #expect(readout.rewinds == 2)
    #expect(readout.damages == 2)
    #expect(readout.rewoundCycles == 300)
    #expect(readout.firstDamages.map(\.kind) == [.timeRunsBack, .timeRunsBack])
    #expect(
      readout.firstDamages.map(\.offset) == [UInt64(once.count + 12), UInt64(once.count + 48)])
    #expect(readout.lostBytes == 0)
  }

  @Test func aPartTwiceRunsBack() {
    let readout = Recorder.read(trace([(0, [100, 200]), (0, [300, 400]), (0, [300, 400])])).1
    #expect(readout.rewinds == 1)
    #expect(readout.rewoundCycles == 100)
  }

  @Test func processorsOverlap() {
    let readout = Recorder.read(trace([(0, [1000, 9000]), (1, [500, 900]), (0, [9000])])).1
    #expect(readout.damages == 0)
  }

  @Test func yearsBetweenRecordsAreDamage() {
    let readout = Recorder.read(trace([(0, [100, 1 << 60]), (0, [(1 << 60) + 5])])).1
    #expect(readout.firstDamages.map(\.kind) == [.timeLeaps])
    #expect(readout.rewinds == 0)
  }
}
