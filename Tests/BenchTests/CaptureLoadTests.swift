import OutputSupport
import Testing

@testable import Bench

/// The committed captures against the tables of their own summaries.
@Suite struct CaptureLoadTests {
  struct Sizes: Sendable {
    var capture: CommittedCapture
    var processes: Int
    var leafTables: Int
    var upperTables: Int
    var entries: Int
    var frames: Int
    var intervals: Int
    var endMilliseconds: UInt64
    /// Leaf tables touched and entries accessed in the first and last interval.
    var first: [Int]
    var last: [Int]
  }

  static let sizes = [
    Sizes(
      capture: .office30, processes: 120, leafTables: 7628, upperTables: 447 + 299 + 120,
      entries: 1_846_510, frames: 562_818, intervals: 15, endMilliseconds: 17_196,
      first: [1984, 70_206], last: [1952, 71_044]),
    Sizes(
      capture: .apache150, processes: 151, leafTables: 3926, upperTables: 604 + 453 + 151,
      entries: 623_162, frames: 43_184, intervals: 12, endMilliseconds: 13_419,
      first: [3458, 142_146], last: [3390, 138_333]),
    Sizes(
      capture: .pg200, processes: 205, leafTables: 32_325, upperTables: 820 + 615 + 205,
      entries: 2_398_334, frames: 192_887, intervals: 10, endMilliseconds: 22_486,
      first: [8549, 221_599], last: [8971, 219_563]),
  ]

  @Test("Committed captures have the sizes that their summaries state", arguments: sizes)
  func committed(_ sizes: Sizes) throws {
    let capture = try sizes.capture.load()
    #expect(capture.name == sizes.capture.rawValue)
    #expect(capture.processCount == sizes.processes)
    #expect(capture.leafTableCount == sizes.leafTables)
    #expect(capture.upperTableCount == sizes.upperTables)
    #expect(capture.presentEntryCount == sizes.entries)
    #expect(capture.distinctFrameCount == sizes.frames)
    #expect(capture.intervalCount == sizes.intervals)
    #expect(
      capture.meanIntervalNanoseconds
        == sizes.endMilliseconds * 1_000_000 / UInt64(sizes.intervals))
    #expect(capture.hasEvents)
    for (index, expected) in [(0, sizes.first), (sizes.intervals - 1, sizes.last)] {
      let touched = capture.touched(inInterval: index)
      #expect([touched.leafTables, touched.entries] == expected)
      #expect(capture.intervals[index].processCount == sizes.processes)
    }
  }

  @Test("A small capture is read as it is written")
  func small() throws {
    let capture = try SmallCapture().load()
    #expect(capture.processes.map(\.pid) == [10, 11])
    #expect(capture.processes.map(\.name) == ["init", "two words"])
    #expect(capture.processes.map(\.leafTableCount) == [3, 1])
    #expect(capture.upperTableCount == 8)
    #expect(capture.presentEntryCount == 10)
    #expect(capture.distinctFrameCount == 8)
    #expect(capture.intervals.map(\.nanoseconds) == [1_000_000_000, 1_000_000_000, 500_000_000])
    #expect(capture.bitmaps.map(\.population) == [2, 2, 1, 3, 1])
    #expect(capture.bitmaps[0].contains(0) && capture.bitmaps[0].contains(510))
    #expect(capture.eventSpanMicroseconds == 2_000_000)
    // The idle event is dropped; a fork counts as the new process's.
    #expect(capture.events.map(\.process) == [0, 1, 0, 0, 0, 1, 1, 1, 1])
    #expect(capture.events[2].isWrite && !capture.events[3].isWrite)
    #expect(capture.skippedCount == 0)
  }

  @Test("Where processes come and go, others than the map's are left out and counted")
  func strangers() throws {
    var small = SmallCapture()
    small.intervals += "A 99 200:1:0\n"
    small.events = (small.events ?? "") + "2000001,0,s,99,\n2000002,0,Q,98,x\n"
    let capture = try small.load()
    #expect(capture.skippedCount == 3)
    #expect(capture.intervals[2].visits.count == 1)
  }

  @Test("A leaf table that the map no longer has is left out and counted")
  func vanishedLeaf() throws {
    var small = SmallCapture()
    small.intervals += "A 11 200:1:0 201:1:0\n"
    #expect(try small.load().skippedCount == 1)
  }

  @Test("Events are optional")
  func withoutEvents() throws {
    var small = SmallCapture()
    small.events = nil
    #expect(try small.load().hasEvents == false)
  }

  @Test("Where events are missing, what the answer rests on says so first")
  func withoutEventsTheAnswerSaysSo() throws {
    var small = SmallCapture()
    small.events = nil
    try inTemporaryDirectory { directory in
      try small.write(in: directory)
      for more in [[], ["--json"]] {
        let outcome = try CommandTests().shadowbench(["recommend", "\(directory)/small"] + more)
        #expect(outcome.code < 2, "\(outcome.errors)")
        #expect(outcome.output.contains("The capture has no events: in which order"))
      }
    }
  }

  @Test("Comments may follow the header, and the last line may lack its end")
  func comments() throws {
    var small = SmallCapture()
    small.map = small.map.replacing("P 11", with: "# a comment\nP 11")
    small.map.removeLast()
    #expect(try small.load().processCount == 2)
  }

  @Test("Each missing file is named", arguments: ["map.txt", "intervals.txt"])
  func missing(_ suffix: String) throws {
    try inTemporaryDirectory { directory in
      if suffix != "map.txt" {
        try writeFile(directory + "/small.map.txt", Array(SmallCapture().map.utf8))
      }
      let error = #expect(throws: InputError.self) {
        try Capture.load(path: directory + "/small")
      }
      #expect(error?.file == "\(directory)/small.\(suffix).xz")
      #expect(error?.reason.contains("there is no such file") == true)
    }
  }

  @Test("A directory in a file's place is reported")
  func directory() throws {
    let error = #expect(throws: InputError.self) { try TextFile.bytes(of: "/") }
    #expect(error?.reason.contains("is a directory") == true)
  }
}
