import GuestModel
import ShadowModel
import Testing

@testable import Bench

/// A trace is replayed at its own size first, and what it does not show is not known.
@Suite struct SelfCheckTests {
  private func tally(_ counts: [Counters.Name: Int]) -> TraceTally {
    var tally = TraceTally()
    for (name, count) in counts { tally.counters[name] = count }
    tally.rootLoads = 100
    return tally
  }

  private func replay(_ counts: [Counters.Name: Int], pages: Int = 768) -> TracedReplay {
    let sizing = Sizing(shape: GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1))
    var point = RunPoint(allocation: sizing.allocation(pages: pages), seed: 1)
    for (name, count) in counts { point.counters[name] = count }
    point.rootLoads = 100
    return TracedReplay(point: point, promotions: 0, unpins: counts[.prealloc1] ?? 0)
  }

  private func check(
    model: [Counters.Name: Int], trace: [Counters.Name: Int], given: Int? = nil, shown: Int? = 768,
    unseenLoads: Double = 0, neverCold: Int = 0
  ) -> SelfCheck {
    var evidence = TraceEvidence(tally: tally(trace))
    evidence.unseenLoads = unseenLoads
    evidence.neverCold = neverCold
    evidence.spaces = 62
    return SelfCheck(
      replay(model), size: TracedPages(given: given, shown: shown), evidence: evidence)
  }

  private func point(_ pages: Int, _ counts: [Counters.Name: Int] = [:]) -> RunPoint {
    replay(counts, pages: pages).point
  }

  @Test(arguments: [
    (10_000, SelfCheck.Outcome.explained), (10_190, .explained), (10_210, .doubtful),
    (9_790, .doubtful), (11_010, .unexplained), (6_400, .unexplained),
  ])
  func theResidualDecides(model: Int, outcome: SelfCheck.Outcome) {
    let check = check(
      model: [.fault: model, .faultFixed: 10_000], trace: [.fault: 10_000, .faultFixed: 10_000])
    #expect(check.outcome == outcome)
    #expect(check.residual["shadow_fault"] == model - 10_000)
    #expect(check.residual["shadow_fault_fixed"] == 0)
  }

  @Test func aFewOfAKindDecideNothing() {
    let check = check(
      model: [.fault: 10_000, .unsync: 3], trace: [.fault: 10_000, .unsync: 4])
    #expect(check.outcome == .explained)
  }

  @Test func whatTheModelLacksIsInEverySize() {
    let check = check(model: [.fault: 9_900], trace: [.fault: 10_000])
    var point = RunPoint(allocation: replay([:]).point.allocation, seed: 1)
    point.counters[.fault] = 5_000
    #expect(check.correction.applied(to: point).counters[.fault] == 5_100)
  }

  @Test func anAmplePoolThatSawNothingColdIsNoEvidence() {
    let check = check(
      model: [:], trace: [:], shown: nil, unseenLoads: 1, neverCold: 62)
    let evidence = check.evidence(point(385), least: 385)
    #expect(!evidence.isKnown)
    #expect(evidence.reason?.contains("62 of 62 address spaces") == true)
  }

  @Test func aGivenSizeIsEvidenceForItselfAndMore() {
    let check = check(
      model: [:], trace: [:], given: 2048, shown: nil, unseenLoads: 1, neverCold: 62)
    func isKnown(_ pages: Int) -> Bool {
      check.evidence(point(pages), least: 385).isKnown
    }
    #expect(isKnown(2048))
    #expect(isKnown(4096))
    #expect(!isKnown(2047))
  }

  @Test func whatOnlyHitsTakesItsPages() {
    #expect(TracedPages(given: 768, shown: 663).gap == 105)
    #expect(TracedPages(given: nil, shown: 663).gap == 0)
    #expect(TracedPages(given: nil, shown: nil).source == .unknown)
    let check = check(model: [:], trace: [:], given: 768, shown: 663)
    #expect(!check.evidence(point(400), least: 490).isKnown)
  }

  @Test func whoSeesLittleOfThePoolKnowsNoOtherSize() {
    let check = check(model: [:], trace: [:], given: 512, shown: 135)
    let evidence = check.evidence(point(1_024), least: 512)
    #expect(!evidence.isKnown && !evidence.decides)
    #expect(evidence.reason?.contains("135 pages in use of a pool of 512") == true)
    #expect(check.evidence(point(512), least: 512).isKnown)
  }

  @Test func shadowsOfNoGuestTableAreNotInTheTrace() async throws {
    let path = "\(Repository.root)/Tests/Fixtures/xentrace/S10.xentrace.gz"
    let check = try #require(try await TracedJob(path: path).job.run(.multiplier(1)).check)
    #expect(try #require(check.residual["faults_making_shadows"]) <= 1)
  }

  @Test func aGuestThatDriftsHasAVerdictButNoCounts() {
    var evidence = TraceEvidence(tally: tally([.fault: 100]))
    evidence.isSample = true
    for part in 0..<256 {
      evidence.tally.counters[.fault] += 50 + part
      evidence.tally.counters[.faultFixed] += 50 + part
      evidence.tally.noteRootLoad()
    }
    evidence.drift = TraceDrift(evidence.tally)
    #expect(evidence.drift != nil)
    let check = SelfCheck(
      replay([:]), size: TracedPages(given: 768, shown: 768), evidence: evidence)
    let larger = check.evidence(point(1_024), least: 385)
    #expect(!larger.isKnown && larger.decides)
    #expect(larger.reason?.hasPrefix("the guest was not steady") == true)
  }

  @Test func aSizeIsNotFitWhereItIsNotKnown() {
    let sizing = Sizing(shape: GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1))
    let run = RunPoint(allocation: sizing.allocation(pages: 385), seed: 1)
    var result = SizeResult(runs: [run], ample: [run], rule: ShareRule(cost: CostProfile.core2))
    result.evidence = .unknown("nothing was seen")
    #expect(Target().verdict(on: result, among: []) == .notKnown)
    result.evidence = .known
    #expect(Target().verdict(on: result, among: []) == .fits)
    result.runs[0].counters[.prealloc1] = 1
    #expect(Target().verdict(on: result, among: []) == .tight)
  }

  @Test func anAmpleTraceSaysNothingOfSmallerSizes() async throws {
    let path = "\(Repository.root)/Tests/Fixtures/linux/xa-s2048.xentrace.xz"
    let job = try TracedJob(path: path).job
    let (recommendation, ample) = try await job.recommend(.spread(4))
    #expect(recommendation.multiplier == nil)
    #expect(recommendation.settings.xapi.multiplier == nil)
    let lines = RecommendReport.lines(
      recommendation, conditions: job.conditions, ample: ample,
      terminal: Terminal(isTerminal: false, width: 100))
    #expect(lines[0].hasPrefix("pool  not known: nothing was given up in the trace"))
    let text = lines.joined(separator: "\n")
    for word in ["fits", "would do with less", "sensitivity"] { #expect(!text.contains(word)) }
    let json = try JSONResult.text(recommendation, conditions: job.conditions)
    #expect(json.contains("\"multiplier\" : null"))
    #expect(json.contains("\"pages\" : null"))
    #expect(json.contains("\"reason\""))
  }

  @Test(arguments: LinuxRun.traced.filter { $0.counters["shadow_prealloc_1"] == 0 })
  func anAmpleTraceOfLinuxGetsNoSizeBelowWhatItSaw(run: LinuxRun) async throws {
    let job = try TracedJob(path: run.path, memoryMiB: run.memoryMib, vcpus: run.vcpus).job
    let recommendation = try await job.recommend(.spread(4)).recommendation
    #expect(recommendation.check != nil)
    if recommendation.multiplier == nil { #expect(recommendation.reason != nil) }
    for point in recommendation.curve where point.evidence?.isKnown == false {
      #expect(job.conditions.target.verdict(on: point, among: recommendation.curve) == .notKnown)
    }
  }
}
