import GuestModel
import ShadowModel
import Testing
import XenTrace

@testable import Bench

@Suite struct TraceSummaryTests {
  @Test(arguments: TraceFixtures.all) func everyEventIsAccountedFor(path: String) throws {
    let reading = try TraceReading(path: path)
    let summary = reading.summary
    let scenario = try #require(try TraceFixtures.scenario(of: path))
    #expect(summary.count(.fixup) == UInt64(scenario.counters[.faultFixed] ?? 0))
    #expect(summary.causes[3] == UInt64(scenario.counters[.unsync] ?? 0))
    #expect(reading.modeNames.contains(scenario.shape.mode.name))
    #expect(summary.isAMD == true)
    #expect(summary.unreadable == 0)
    #expect(reading.losses.isEmpty)
    let faults = [ArcKind.fixup, .fixupPromote, .fixupReclaim, .fixupUnsync]
      .reduce(0) { $0 + summary.arcs[$1.rawValue].count }
    #expect(faults <= summary.count(.fixup))
    #expect(faults + 20 >= summary.count(.fixup))
    let timeline = summary.timeline
    #expect(timeline.buckets.reduce(0) { $0 + $1.fixups } == summary.count(.fixup))
    #expect(timeline.buckets.reduce(0) { $0 + $1.rootLoads } == summary.rootLoads)
    #expect(summary.spaces.spaces.reduce(0) { $0 + $1.rootLoads } == summary.rootLoads)
    if summary.count(.preallocUnpin) == 0 { #expect(summary.reshadowings == 0) }
  }

  @Test func histogramsFindTheMedianToAnEighth() {
    var histogram = CycleHistogram()
    for value in 1...1001 { histogram.add(UInt64(value) * 100) }
    #expect(abs(histogram.median - 50_100) < 50_100 / 8)
    #expect(histogram.mean == 50_100)
    #expect(histogram.shortest == 100)
    #expect(histogram.longest == 100_100)
    histogram.add(.max)
    #expect(histogram.longest == .max)
  }

  @Test func theTimelineHoldsAnyTrace() {
    var timeline = TraceTimeline()
    for step in 0..<1000 {
      timeline.change(at: UInt64(step) << 40) { $0.fixups += 1 }
    }
    #expect(timeline.buckets.reduce(0) { $0 + $1.fixups } == 1000)
    #expect(timeline.used <= 64)
    timeline.change(at: 0) { $0.fixups += 1 }
    #expect(timeline.buckets[0].fixups > 1)
  }

  @Test func reportsSayWhatIsThere() throws {
    let reading = try TraceReading(path: TraceFixtures.path("S10"))
    let text = TraceReport.summary(reading, gigahertz: 2).joined(separator: "\n")
    #expect(text.contains("resync_full"))
    #expect(text.contains("nothing was lost"))
    #expect(TraceReport.info(reading).contains { $0.contains("64-bit") })
    let json = try JSONResult.text(summary: reading)
    #expect(json.contains("\"schema_version\" : 2"))
    #expect(json.contains("\"reshadowings\" : 0"))
    #expect(TraceReport.csv(reading)[0] == "section,name,measure,value")
  }
}
