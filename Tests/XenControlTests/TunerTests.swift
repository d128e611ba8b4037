import Testing

@testable import XenControl

/// The decisions of a search for a pool's size, from measurements alone.
@Suite struct TunerTests {
  /// A search on a guest whose rate is a function of its pool; gives its sizes, its verdict and its
  /// end.
  func search(
    from first: Int = 768, most: Int = 100_000, least: Int = 385, granule: Int = 1,
    _ change: (inout TuneSettings) -> Void = { _ in },
    guest: (_ pages: Int, _ step: Int) -> TuneMeasurement
  ) -> (sizes: [Int], verdict: TuneVerdict, pages: Int)? {
    var settings = TuneSettings(target: 350, budgetPages: most)
    change(&settings)
    let tuner = Tuner(settings: settings, granule: granule)
    var steps: [TuneStep] = []
    var pages = first
    for _ in 0..<100 {
      switch tuner.next(after: steps, Tuner.Bounds(most: most, least: least)) {
      case .measure: break
      case .set(let size): pages = size
      case .end(let verdict, let size): return (steps.map(\.pages), verdict, size)
      }
      steps.append(TuneStep(pages: pages, measurement: guest(pages, steps.count)))
    }
    return nil
  }

  /// A measurement of a guest that keeps a processor busy.
  func busy(_ rate: Double, spread: Double = 0, processors: Double = 1) -> TuneMeasurement {
    TuneMeasurement(
      [-spread, -spread, 0, spread, spread].map {
        TuneSample(rate: rate + $0, processors: processors)
      }, vcpus: 1)
  }

  @Test func aCliffIsCrossed() throws {
    let end = try #require(search { pages, _ in busy(pages < 1500 ? 9000 : 10) })
    #expect(end.sizes == [768, 1152, 1728])
    #expect(end.verdict == .targetMet)
    #expect(end.pages == 1728)
  }

  @Test func aCliffIsFoundFromBothSides() throws {
    let end = try #require(
      search({ $0.canShrink = true }) { pages, _ in busy(pages < 1500 ? 9000 : 10) })
    #expect(end.sizes == [768, 1152, 1728, 1440, 1584])
    #expect(end.verdict == .targetMet)
    #expect(end.pages == 1584)
  }

  @Test func aSlopeIsClimbedToTheTarget() throws {
    let end = try #require(search { pages, _ in busy(6_000_000 / Double(pages)) })
    #expect(end.verdict == .targetMet)
    #expect(end.sizes.last == end.pages)
    #expect(zip(end.sizes, end.sizes.dropFirst()).allSatisfy { $0 < $1 })
    #expect(6_000_000 / end.pages <= 350)
  }

  @Test func aSlopeEndsWithTheBudget() throws {
    let end = try #require(search(most: 2000) { pages, _ in busy(6_000_000 / Double(pages)) })
    #expect(end.sizes == [768, 1152, 1728, 2000])
    #expect(end.verdict == .limit)
    #expect(end.pages == 1728)
  }

  @Test func flatRatesPutTheFirstSizeBack() throws {
    let end = try #require(search { _, _ in busy(9000) })
    #expect(end.sizes == [768, 1152, 1728, 2592])
    #expect(end.verdict == .noHelp)
    #expect(end.pages == 768)
  }

  @Test func theKneeIsWhereHelpEnds() throws {
    let end = try #require(search { pages, _ in busy(pages < 1100 ? 9000 : 4000) })
    #expect(end.sizes == [768, 1152, 1728, 2592, 3888])
    #expect(end.verdict == .knee)
    #expect(end.pages == 1152)
  }

  @Test func noiseIsNoHelp() throws {
    let rates = [9000.0, 6800, 9500, 7000]
    let end = try #require(search { _, step in busy(rates[step], spread: 2000) })
    #expect(end.verdict == .noHelp)
    #expect(end.pages == 768)
    let clear = try #require(search { pages, _ in busy(pages < 1100 ? 9000 : 300, spread: 2000) })
    #expect(clear.verdict == .targetMet)
    #expect(clear.pages == 1152)
  }

  @Test func aGuestThatDoesLessIsNotHelped() throws {
    let end = try #require(
      search { _, step in busy(step == 0 ? 9000 : 300, processors: step == 0 ? 1 : 0.03) })
    #expect(end.verdict == .lessLoad)
    #expect(end.pages == 768)
    let shrunk = try #require(
      search({ $0.canShrink = true }) { _, step in
        busy(100, processors: step < 2 ? 1 : 0.3)
      })
    #expect(shrunk.sizes == [768, 512, 385])
    #expect(shrunk.verdict == .lessLoad)
    #expect(shrunk.pages == 512)
  }

  @Test func enoughAtFirstChangesNothing() throws {
    let end = try #require(search { _, _ in busy(350) })
    #expect(end == ([768], .alreadyMet, 768))
  }

  @Test func shrinkingEndsAtTheMinimum() throws {
    let end = try #require(search({ $0.canShrink = true }) { _, _ in busy(0) })
    #expect(end.sizes == [768, 512, 385])
    #expect(end.verdict == .targetMet)
    #expect(end.pages == 385)
  }

  @Test func whatIsTooSmallIsPutBack() throws {
    let end = try #require(
      search({ $0.canShrink = true }) { pages, _ in busy(pages < 700 ? 9000 : 10) })
    #expect(end.sizes == [768, 512, 640, 704])
    #expect(end.pages == 704)
  }

  @Test func withoutRoomItEndsAtOnce() throws {
    let end = try #require(search(most: 768) { _, _ in busy(9000) })
    #expect(end == ([768], .limit, 768))
  }

  @Test func nestedPagingHasNothingToGain() throws {
    let end = try #require(
      search({ $0.triesNestedPaging = true }) { _, _ in busy(0, processors: 0) })
    #expect(end.sizes == [768, 1152, 1728, 2592])
    #expect(end.verdict == .nothingToGain)
    #expect(end.pages == 768)
  }

  @Test func sizesAreWholeMebibytesWhereXenTakesNoLess() throws {
    let end = try #require(
      search(most: 2100, granule: 256, { $0.canShrink = true }) { pages, _ in
        busy(pages < 1500 ? 9000 : 10)
      })
    #expect(end.sizes == [768, 1280, 2048, 1792, 1536])
    #expect(end.pages == 1536)
    #expect(end.verdict == .targetMet)
  }

  @Test func aSizeMeasuredAgainIsNoMiss() throws {
    let settings = TuneSettings(target: 350, budgetPages: 9000)
    let steps = [(768, 9000.0), (1152, 5000), (1728, 5000), (1152, 5000)].map {
      TuneStep(pages: $0.0, measurement: busy($0.1))
    }
    let progress = try #require(TuneProgress(steps, settings))
    #expect(progress.misses == 1)
    #expect(progress.best.pages == 1152)
    let next = Tuner(settings: settings, granule: 1)
      .next(after: steps, Tuner.Bounds(most: 9768, least: 385))
    #expect(next == .set(2592))
  }

  @Test func aMinimumThatRisesEndsTheShrinking() {
    var settings = TuneSettings(target: 350, budgetPages: 9000)
    settings.canShrink = true
    let steps = [(768, 9000.0), (1152, 9000), (1728, 10)].map {
      TuneStep(pages: $0.0, measurement: busy($0.1))
    }
    let tuner = Tuner(settings: settings, granule: 1)
    #expect(tuner.next(after: steps, Tuner.Bounds(most: 9768, least: 1440)) == .set(1440))
    #expect(
      tuner.next(after: steps, Tuner.Bounds(most: 9768, least: 1441))
        == .end(.targetMet, pages: 1728))
  }

  @Test func planningTakesEveryStep() {
    var settings = TuneSettings(target: 350, budgetPages: 2000)
    settings.canShrink = true
    let plan = Tuner(settings: settings, granule: 1)
      .plan(from: 768, Tuner.Bounds(most: 2768, least: 385))
    #expect(plan.growing == [1152, 1728, 2592, 2768])
    #expect(plan.shrinking == [512, 385])
  }

  @Test func mediansAndSpreadsAreOfTheMiddle() {
    #expect(TuneMeasurement.median([]) == 0)
    #expect(TuneMeasurement.median([3]) == 3)
    #expect(TuneMeasurement.median([9, 1, 2]) == 2)
    #expect(TuneMeasurement.median([4, 1, 9, 2]) == 3)
    let measurement = TuneMeasurement(
      [10, 12, 1000, 11, 9].map { TuneSample(rate: $0, processors: 0.5) }, vcpus: 2)
    #expect(measurement.rate == 11)
    #expect(measurement.spread == 1)
    #expect(measurement.perProcessorSecond == 44)
  }
}
