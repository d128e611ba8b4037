import Glibc
import Testing

@testable import XenControl

/// A search for a pool's size when the hypervisor, the journal or the reader fails.
@Suite struct HostTuneFailureTests {
  struct Full: Error {}

  @Test func xenThatRaisesEndsTheShrinking() throws {
    let fake = FakeHypervisor { $0.domains[3]?.memoryPages = 4 * 256 }
    let guest = SimulatedGuest(
      { _, _ in (0, 1) }, on: fake,
      happening: { _, state in
        state.domains[3]?.memoryPages = 400 * 256
        return true
      })
    var tune = try guest.tune { $0.canShrink = true }
    #expect(try tune.run(guest.outside()) == .targetMet)
    #expect(guest.fake.sent == [512])
    #expect(guest.pages == 529)
    #expect(tune.journal.leastPages == 529)
    #expect(tune.journal.steps.map(\.pages) == [768, 529])
  }

  @Test func successThatDidNothingEndsIt() throws {
    let guest = SimulatedGuest({ _, _ in (9000, 1) }, on: FakeHypervisor { $0.pagesAfterSet = 768 })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .refused)
    #expect(guest.fake.sent == [1152])
  }

  @Test func aChangeThatCannotBeFinishedEndsIt() throws {
    let guest = SimulatedGuest(HostTuneTests.cliff)
    var tune = try guest.tune()
    _ = try tune.run(guest.outside())
    let journal = try #require(guest.saved.first { $0.pendingPages == 1728 })
    let full = SimulatedGuest(
      HostTuneTests.cliff,
      on: FakeHypervisor {
        $0.pools[3] = 1300
        $0.machine.freePages = 100
      })
    var rest = try HostTune(full.fake.host, resuming: journal)
    #expect(try rest.run(full.outside()) == .limit)
    #expect(full.pages == 768)
  }

  @Test func theHostsMemoryIsKept() throws {
    let guest = SimulatedGuest(
      { _, _ in (9000, 1) }, on: FakeHypervisor { $0.machine.freePages = 64 * 256 + 500 })
    var tune = try guest.tune()
    #expect(try tune.run(guest.outside()) == .limit)
    #expect(guest.fake.sent == [1152, 1268, 768])
  }

  @Test func aChangeThatFailsOnItsWayIsPutBack() throws {
    let guest = SimulatedGuest(
      { _, _ in (9000, 1) },
      happening: { _, state in
        state.failures["set"] = ENOMEM
        return true
      })
    var tune = try guest.tune()
    let error = #expect(throws: HostError.self) { try tune.run(guest.outside()) }
    #expect(error?.isUsage == false)
    #expect(guest.fake.sent == [1152, 768])
    #expect(guest.pages == 768)
    #expect(guest.saved.last?.state == .running)
  }

  @Test(arguments: [EPERM, EACCES, EINVAL])
  func anErrorOfALivingDomainBringsTheBestSizeBack(number: Int32) throws {
    let guest = SimulatedGuest(
      { _, _ in (9000, 1) },
      happening: { wait, state in
        if wait == 8 { state.failures["peek"] = number }
        return true
      })
    var tune = try guest.tune()
    #expect(throws: HostError.self) { try tune.run(guest.outside()) }
    #expect(guest.pages == 768)
  }

  /// The n-th journal cannot be written: no change is made that the one before does not explain.
  @Test(arguments: 1...12)
  func withoutAJournalNothingChanges(failing: Int) throws {
    let guest = SimulatedGuest(HostTuneTests.cliff)
    var tune = try guest.tune { $0.canShrink = true }
    var count = 0
    #expect(throws: Full.self) {
      try tune.run(
        guest.outside(save: { _ in
          count += 1
          if count >= failing { throw Full() }
        }))
    }
    let last = guest.saved.last
    #expect(guest.pages == tune.journal.bestPages)
    #expect(last == nil ? guest.pages == 768 : true)
  }

  @Test func aReaderThatIsGoneBringsTheBestSizeBack() throws {
    let guest = SimulatedGuest({ _, _ in (9000, 1) })
    var tune = try guest.tune()
    #expect(throws: Full.self) {
      try tune.run(
        guest.outside(tell: { event in
          if case .measured(let step) = event, step.pages > 768 { throw Full() }
        }))
    }
    #expect(guest.fake.sent == [1152, 768])
  }

  @Test func whatIsNoLogIsRefused() throws {
    let text = try SimulatedGuest({ _, _ in (0, 1) }).tune().journal.text()
    #expect(try TuneJournal.read(text, file: "log").pages == 768)
    let bad = [
      "", "{}", "[1]", "\u{0}", String(text.dropLast(20)),
      text.replacingOccurrences("\"pages\" : 768", "\"pages\" : 0"),
      text.replacingOccurrences("\"first_pages\" : 768", "\"first_pages\" : 99999999999"),
      text.replacingOccurrences("\"factor\" : 1.5", "\"factor\" : 1"),
      text.replacingOccurrences("\"schema_version\" : 1", "\"schema_version\" : 2"),
      text.replacingOccurrences("\"domid\" : 3", "\"domid\" : 0"),
      text.replacingOccurrences("\"state\" : \"running\"", "\"state\" : \"walking\""),
    ]
    for (number, text) in bad.enumerated() {
      let error = #expect(throws: HostError.self, "bad log \(number)") {
        try TuneJournal.read(text, file: "log")
      }
      #expect(error?.description.hasPrefix("log: ") == true)
      #expect(error?.isUsage == true)
    }
  }

  @Test func whatHasEndedDoesNotGoOn() throws {
    let guest = SimulatedGuest(HostTuneTests.cliff)
    var tune = try guest.tune()
    _ = try tune.run(guest.outside())
    #expect(throws: HostError.self) { try HostTune(guest.fake.host, resuming: tune.journal) }
  }

  @Test func theTableAndTheLinesSayWhatWasDone() throws {
    let guest = SimulatedGuest(HostTuneTests.cliff)
    var tune = try guest.tune()
    let planned = TuneText.plan(tune, try tune.plan(), rule: .xl).joined(separator: "\n")
    #expect(planned.contains("1152, 1728, 2592, 3888"))
    #expect(planned.hasSuffix("nothing was changed"))
    #expect(guest.fake.sent.isEmpty)
    var lines: [String] = []
    let domain = tune.domain
    _ = try tune.run(guest.outside(tell: { lines.append(try TuneJSON.line($0, domain)) }))
    #expect(lines.count == 5)
    #expect(lines.allSatisfy { $0.contains("\"schema_version\":1") && !$0.contains("\n") })
    let row = TuneText.row(2, tune)
    #expect(row.count == TuneText.columns.count)
    #expect(row.first == "2" && row.last == "best, now")
    let end = TuneText.end(tune, log: "web.json", rule: .xl).joined(separator: "\n")
    #expect(end.contains("verdict    target-met"))
    #expect(end.contains("undo       shadowbench host tune --undo web.json"))
    let json = try TuneJSON.end(tune, log: "web.json", rule: .xl)
    #expect(json.contains("\"verdict\":\"target-met\"") && json.contains("\"pages\":1728"))
  }
}

extension String {
  /// The text with a part replaced, which must be there.
  fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
    guard let range = firstRange(of: part) else { return "" }
    return replacingCharacters(in: range, with: other)
  }

  private func replacingCharacters(in range: Range<Index>, with other: String) -> String {
    String(self[..<range.lowerBound]) + other + String(self[range.upperBound...])
  }
}
