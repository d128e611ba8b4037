import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

/// What comes back of a bundle and is not what was written.
@Suite struct BundleCollectionTests {
  let host: FakeHost
  let item: ReplayItem
  var bundle: String { "\(host.folder)/b" }
  var run: String { "b/results/reference-64-bit-2mib" }

  init() throws {
    host = try FakeHost()
    item = ReplayItem(
      name: FakeHost.name, stream: try FakeHost.stream(), shadowMiB: [2], hasNestedPaging: false)
    try ReplayBundle(items: [item], kernels: [.fourLevel: "\(host.folder)/guest/replay-64-bit"])
      .write(to: "\(host.folder)/b", makePager: StandardModel.pager) { _, _ in }
    try host.makeFolder("b/results/reference-64-bit-2mib")
    try host.write(
      "\(run)/record.txt",
      """
      run reference-64-bit-2mib
      domain 9
      end shut-down
      hap 0
      seconds 1.25
      faults 0 python3
      counters yes
      xen 4.17.5
      cpu_mhz 2000.000
      finished

      """)
    let lines = FakeHost.console(item.stream).map { "(XEN) (d9) \($0)\n" }
    try host.write("\(run)/console.txt", lines.joined())
    let point = try item.model(2, makePager: StandardModel.pager)
    try host.write(
      "\(run)/xenperf.txt",
      XenperfTextTests.text(
        Dictionary(uniqueKeysWithValues: Counters.Name.allCases.map { ($0, point.counters[$0]) })))
    replace("\(run)/record.txt", "faults 0", "faults \(point.counters[.faultFixed])")
  }

  func replace(_ file: String, _ old: String, _ new: String) {
    try? host.write(file, host.text(file).replacingOccurrences(of: old, with: new))
  }

  func collect() throws -> BundleCollection {
    try BundleCollection(path: bundle, makePager: StandardModel.pager)
  }

  @Test func aWholeRunIsEqual() throws {
    let collection = try collect()
    #expect(collection.isGood && collection.faults.isEmpty)
    let result = try #require(collection.results.first)
    #expect(result.verdict == .equal && result.record.seconds == 1.25)
    #expect(result.comparison.counters.count == 28)
    #expect(collection.xenVersions == ["4.17.5"])
    #expect(result.notes.isEmpty)
    #expect(result.times.first?.seconds == 0.001)
  }

  @Test(arguments: [
    ("finished\n", "", "breaks off"), ("finished\n", "finished", "breaks off"),
    ("run reference-64-bit-2mib", "run other", "'run' must be reference-64-bit-2mib"),
    ("end shut-down", "end well", "'end' must be"), ("end shut-down\n", "", "'end' is missing"),
    ("hap 0", "hap 1", "'hap' must be 0"), ("seconds 1.25", "seconds -1", "'seconds' must be"),
    ("seconds 1.25", "seconds nan", "'seconds' must be"), ("faults ", "faults x", "'faults' must"),
    ("counters yes", "counters maybe", "yes or no"), ("end shut-down", "hap 0", "is given twice"),
    ("domain 9", "domain x", "'domain' must be"), ("cpu_mhz 2000", "cpu_mhz x", "'cpu_mhz' must"),
  ])
  func damagedRecordsAreNamed(old: String, new: String, reason: String) throws {
    replace("\(run)/record.txt", old, new)
    let collection = try collect()
    #expect(collection.results.isEmpty && !collection.isGood)
    let fault = try #require(collection.faults.first)
    #expect(fault.isDamaged && fault.description.contains("record.txt"))
    #expect(fault.description.contains(reason), "\(fault)")
  }

  @Test(arguments: ["record.txt", "console.txt", "xenperf.txt"])
  func missingAndBinaryFilesAreNamed(name: String) throws {
    let text = host.text("\(run)/\(name)")
    host.remove("\(run)/\(name)")
    let missing = try #require(try collect().faults.first)
    #expect(missing.isDamaged && missing.description.contains("/\(name): is missing"))
    try Data([0xff, 0xfe, 0x00, 0x0a]).write(
      to: URL(fileURLWithPath: "\(host.folder)/\(run)/\(name)"))
    #expect(try collect().faults.first?.description.contains("/\(name)") == true)
    for count in stride(from: 0, to: text.count - 1, by: max(1, text.count / 11)) {
      try host.write("\(run)/\(name)", String(text.prefix(count)))
      let collection = try collect()
      #expect(!collection.isGood || name == "xenperf.txt", "\(name) cut at \(count)")
      if name == "xenperf.txt" && collection.isGood {
        #expect(collection.results[0].comparison.counters.count == 28)
      }
    }
  }

  @Test func aChangedStreamOrPredictionIsRefused() throws {
    let path = "\(host.folder)/b/streams/reference-64-bit.replay"
    var data = try #require(FileManager.default.contents(atPath: path))
    data[data.count - 1] ^= 1
    try data.write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: InputError.self) { try collect() }
    #expect(error?.reason.contains("it was changed") == true)
    for text in ["", "{}", "[]", "{\"schema_version\": 9, \"streams\": [], \"runs\": []}"] {
      try host.write("b/predicted.json", text)
      let error = #expect(throws: InputError.self) { try collect() }
      #expect(error?.file.hasSuffix("predicted.json") == true)
    }
    host.remove("b/predicted.json")
    #expect(throws: InputError.self) { try collect() }
  }

  @Test func differencesAreFound() throws {
    try host.write(
      "\(run)/xenperf.txt",
      host.text("\(run)/xenperf.txt").replacingOccurrences(
        of: "calls to shadow_free ", with: "shadow_prealloc_2 T= 0\ncalls to shadow_free "))
    #expect(try collect().isGood)
    let record = host.text("\(run)/record.txt")
    try host.write(
      "\(run)/record.txt",
      record.replacingOccurrences(of: "counters yes", with: "counters no").replacingOccurrences(
        of: "faults ", with: "faults 9"))
    let collection = try collect()
    let result = try #require(collection.results.first)
    #expect(result.verdict == .different)
    #expect(result.comparison.differing.map(\.counter) == [.faultFixed])
    #expect(
      HostReplayReport.lines(collection, scenarios: nil, terminal: Terminal(isTerminal: false))
        .contains { $0.contains("shadow_fault_fixed: host 9") })
  }

  /// A run's files, changed so that they contradict each other: never taken for a run.
  @Test(arguments: [
    ("console.txt", "(d9) SB phase 1", "(d8) SB phase 1", "is no line of domain 9's"),
    ("console.txt", "(XEN) (d9) SB phase 1", "(d8) x (d9) SB phase 1", "is no line of domain 9's"),
    ("console.txt", "bytes=", "bytes=9", "bytes of a stream of"),
    ("console.txt", "tsc=2000000 ", "tsc=99000000 ", "time stamps run back"),
    ("console.txt", "SB done operations=", "SB done operations=0 x=", "more operations than"),
    ("console.txt", "SB phase 0 ", "SB phase 0 tsc=1 ", "twice"),
    (
      "console.txt", "(XEN) (d9) SB done", "(XEN) (d9) SB done checksum=0\n(XEN) (d9) SB done",
      "follow"
    ),
    ("console.txt", "SB replay", "SB reply", "lines of the guest are missing"),
    ("record.txt", "faults ", "faults 9", "only"),
    ("record.txt", "cpu_mhz 2000.000", "cpu_mhz 0.0001", "s apart"),
  ])
  func whatContradictsItselfIsNotTaken(file: String, old: String, new: String, reason: String)
    throws
  {
    replace("\(run)/\(file)", old, new)
    let collection = try collect()
    #expect(collection.results.isEmpty)
    let fault = try #require(collection.faults.first)
    #expect(fault.isDamaged && fault.description.contains(reason), "\(fault)")
  }

  @Test func theChecksumOverAllPhasesCounts() throws {
    let console = host.text("\(run)/console.txt")
    let wrong = console.hasSuffix("0\n") ? "1\n" : "0\n"
    try host.write("\(run)/console.txt", String(console.dropLast(2)) + wrong)
    let fault = try #require(try collect().faults.first)
    #expect(fault.isDamaged && fault.description.contains("checksum over all phases"))
  }

  @Test func anotherModeIsAFailure() throws {
    replace("\(run)/console.txt", "mode=64-bit", "mode=pae")
    #expect(try collect().faults.first?.description.contains("another paging mode") == true)
  }

  @Test func notesAreShown() throws {
    replace("\(run)/record.txt", "counters yes", "counters no")
    let collection = try collect()
    let lines = HostReplayReport.lines(
      collection, scenarios: nil, terminal: Terminal(isTerminal: false))
    #expect(lines.contains { $0.contains("note: no performance counters") })
  }

  @Test(arguments: [Int.max, 0, -1, 65_537])
  func anAbsurdPredictionIsRefused(size: Int) throws {
    let old = "\"shadow_mib\" : 2"
    #expect(host.text("b/predicted.json").contains(old))
    replace("b/predicted.json", old, "\"shadow_mib\" : \(size)")
    replace("b/predicted.json", "reference-64-bit-2mib", "reference-64-bit-\(size)mib")
    #expect(throws: InputError.self) { try collect() }
  }

  @Test func waysBetweenFolders() {
    #expect(BundleCollection.way(from: "/a/b", to: "/a/b") == "")
    #expect(BundleCollection.way(from: "/a", to: "/a/b") == "b/")
    #expect(BundleCollection.way(from: "/a/b/c", to: "/a/d") == "../../d/")
    #expect(BundleCollection.way(from: "/a", to: "/x/y") == "/x/y/")
  }
}
