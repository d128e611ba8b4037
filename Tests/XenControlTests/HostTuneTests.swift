import Glibc
import Synchronization
import Testing

@testable import XenControl

/// A search for a pool's size on simulated guests: what happens around the decisions.
@Suite struct HostTuneTests {
  /// A guest whose working set fits from 1,500 pages on.
  @Sendable static func cliff(_ pages: Int, _ seconds: Double) -> (Double, Double) {
    (pages < 1500 ? 9000 : 10, 1)
  }

  @Test func theBestSizeStays() throws {
    let guest = SimulatedGuest(Self.cliff)
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .targetMet)
    #expect(guest.fake.sent == [1152, 1728])
    #expect(guest.pages == 1728)
    #expect(tune.journal.state == .ended)
    #expect(tune.journal.steps.map(\.measurement.rate) == [9000, 9000, 10])
    #expect(guest.saved.last == tune.journal)
  }

  @Test func whatDidNotHelpIsPutBack() throws {
    let guest = SimulatedGuest({ _, _ in (9000, 1) })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .noHelp)
    #expect(guest.fake.sent == [1152, 1728, 2592, 768])
    #expect(guest.pages == 768)
  }

  @Test func eachChangeIsInTheJournalBeforeItIsMade() throws {
    let guest = SimulatedGuest(Self.cliff)
    var tune = try guest.tune { $0.canShrink = true }
    _ = try tune.run(
      guest.outside(save: { journal in
        guard let pending = journal.pendingPages else { return }
        #expect(guest.fake.sent.last != pending)
        #expect(guest.pages == journal.pages)
      }))
    #expect(guest.fake.sent == [1152, 1728, 1440, 1584])
    #expect(guest.saved.compactMap(\.pendingPages) == guest.fake.sent)
  }

  /// However far it came, a search whose journal is read again ends as the one that was not ended.
  @Test func afterEveryJournalItGoesOnToTheSameEnd() throws {
    let whole = SimulatedGuest(Self.cliff)
    var first = try whole.tune { $0.canShrink = true }
    _ = try first.run(whole.outside())
    for (number, journal) in whole.saved.enumerated() where journal.state == .running {
      for isMade in [false, true] where isMade || journal.pendingPages != nil {
        let guest = SimulatedGuest(Self.cliff)
        let pages = isMade ? journal.pendingPages ?? journal.pages : journal.pages
        guest.fake.state.withLock { $0.pools[3] = pages }
        let read = try TuneJournal.read(journal.text(), file: "log")
        #expect(read == journal)
        var tune = try HostTune(guest.fake.host, resuming: read)
        #expect(try tune.run(guest.outside()) == .targetMet, "journal \(number)")
        #expect(guest.pages == 1584, "journal \(number)")
        let undone = try HostTune.undo(tune.journal, guest.fake.host, force: false) { _ in }
        #expect(undone.after.pages == 768)
      }
    }
  }

  @Test func anEndInTheMiddleOfAChangeIsUndoneAndGoneOnWith() throws {
    let guest = SimulatedGuest(Self.cliff)
    var search = try guest.tune()
    _ = try search.run(guest.outside())
    let journal = try #require(guest.saved.first { $0.pendingPages == 1728 })
    guest.fake.state.withLock { $0.pools[3] = 1300 }
    let undone = try HostTune.undo(journal, guest.fake.host, force: false) { _ in }
    #expect(undone.after.pages == 768)
    guest.fake.state.withLock { $0.pools[3] = 1300 }
    var tune = try HostTune(guest.fake.host, resuming: journal)
    #expect(try tune.run(guest.outside()) == .targetMet)
    #expect(guest.pages == 1728)
    guest.fake.state.withLock { $0.pools[3] = 1729 }
    #expect(throws: HostError.self) { try HostTune(guest.fake.host, resuming: journal) }
  }

  @Test(arguments: 1...20)
  func toldToStopItLeavesTheBestSize(wait: Int) throws {
    @Sendable func slope(_ pages: Int, _ seconds: Double) -> (Double, Double) {
      (6_000_000 / Double(pages), 1)
    }
    let guest = SimulatedGuest(slope, happening: { number, _ in number != wait })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .interrupted)
    #expect(guest.pages == tune.journal.bestPages)
    #expect(tune.journal.steps.isEmpty == (wait <= 5))
    #expect(tune.journal.state == .interrupted)
    var again = try HostTune(guest.fake.host, resuming: tune.journal)
    let rest = SimulatedGuest(slope, on: guest.fake)
    #expect(try again.run(rest.outside()) == .limit)
    let old = SimulatedGuest(slope, happening: { number, _ in number != wait })
    var restoring = try old.tune { $0.restoresOnInterrupt = true }
    #expect(try restoring.run(old.outside()) == .interrupted)
    #expect(old.pages == 768)
  }

  @Test func anIdleGuestIsNotJudged() throws {
    let guest = SimulatedGuest({ _, _ in (0, 0.001) })
    var tune = try guest.tune { $0.target = 0 }
    #expect(try tune.run(guest.outside()) == .idle)
    #expect(guest.fake.sent.isEmpty)
    let tired = SimulatedGuest({ pages, _ in pages > 768 ? (0, 0) : (9000, 1) })
    var second = try tired.tune()
    #expect(try second.run(tired.outside()) == .idle)
    #expect(tired.fake.sent == [1152, 768])
  }

  @Test func idleSamplesAreLeftOut() throws {
    let guest = SimulatedGuest({ pages, seconds in
      Int(seconds / 2).isMultiple(of: 3) ? (0, 0) : Self.cliff(pages, seconds)
    })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .targetMet)
    #expect(guest.pages == 1728)
  }

  @Test(arguments: 1...17)
  func aDomainThatEndsIsSaid(wait: Int) throws {
    for isDying in [false, true] {
      let guest = SimulatedGuest(
        Self.cliff,
        happening: { number, state in
          guard number == wait else { return true }
          if isDying { state.domains[3]?.isDying = true } else { state.domains[3] = nil }
          return true
        })
      var tune = try guest.tune()
      #expect(try tune.run(guest.outside()) == .domainGone)
      #expect(guest.saved.last?.verdict == .domainGone)
      #expect(throws: HostError.self) {
        try HostTune.undo(tune.journal, guest.fake.host, force: true) { _ in }
      }
    }
  }

  @Test func anotherDomainWithTheNumberIsNotTouched() throws {
    let guest = SimulatedGuest(
      Self.cliff,
      happening: { number, state in
        if number == 8 { state.domains[3]?.handle = "another" }
        return true
      })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .domainGone)
    #expect(guest.fake.sent == [1152])
    #expect(throws: HostError.self) {
      try HostTune.undo(tune.journal, guest.fake.host, force: true) { _ in }
    }
    #expect(guest.fake.sent == [1152])
  }

  @Test func anotherToolsChangeIsLeft() throws {
    let guest = SimulatedGuest(
      Self.cliff,
      happening: { number, state in
        if number == 8 { state.pools[3] = 5000 }
        return true
      })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .changedElsewhere)
    #expect(guest.pages == 5000)
    #expect(guest.fake.sent == [1152])
    #expect(throws: HostError.self) {
      try HostTune.undo(tune.journal, guest.fake.host, force: false) { _ in }
    }
    _ = try HostTune.undo(tune.journal, guest.fake.host, force: true) { _ in }
    #expect(guest.pages == 768)
  }

  @Test func aMigrationEndsIt() throws {
    let guest = SimulatedGuest(
      Self.cliff,
      happening: { number, state in
        if number == 8 { state.faults[3] = 0 }
        return true
      })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .migrating)
    #expect(guest.pages == 768)
    let busy = SimulatedGuest(
      Self.cliff,
      happening: { number, state in
        if number == 8 { state.failures["peek"] = EBUSY }
        return true
      })
    var second = try busy.tune()
    #expect(try second.run(busy.outside()) == .migrating)
    #expect(busy.pages == 768)
  }

  @Test func nestedPagingIsRefusedUnlessItIsTriedAnyway() throws {
    let guest = SimulatedGuest({ _, _ in (0, 0) }, domain: 4)
    #expect(throws: HostError.self) { try guest.tune() }
    #expect(guest.fake.sent.isEmpty)
    var tune = try guest.tune { $0.triesNestedPaging = true }
    #expect(try tune.run(guest.outside()) == .nothingToGain)
    #expect(guest.fake.sent == [2304, 3456, 5184, 1536])
  }
}
