import Charts
import Foundation
import FoundationXML
import OutputSupport
import Testing

@testable import Bench

/// A report is whole, harmless and always the same.
@Suite struct WebReportTests {
  /// What a parser of XML finds in a page.
  final class Page: NSObject, XMLParserDelegate {
    private(set) var elements: [(name: String, attributes: [String: String])] = []
    private(set) var text = ""

    init?(_ html: String) {
      super.init()
      let body = html.replacingOccurrences(of: "<!DOCTYPE html>\n", with: "")
      let parser = XMLParser(data: Data(body.utf8))
      parser.delegate = self
      guard parser.parse() else { return nil }
    }

    func all(_ name: String) -> [[String: String]] {
      elements.filter { $0.name == name }.map(\.attributes)
    }

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      elements.append((name, attributes))
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
  }

  static let all = (ResultFileTests.kinds + ResultFileTests.laterKinds).map(
    ResultFileTests.fixture)

  func report(_ paths: [String], title: String? = nil) throws -> HTMLReport {
    try HTMLReport(paths.map { try ResultFile(path: $0) }, title: title)
  }

  /// A changed copy of a fixture, for as long as `body` runs.
  func withChanged<Result>(
    _ kind: ResultKind, _ change: (inout [String: Any]) -> Void, _ body: (String) throws -> Result
  ) throws -> Result {
    let data = try Data(contentsOf: URL(filePath: ResultFileTests.fixture(kind)))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    change(&object)
    let path = FileManager.default.temporaryDirectory
      .appending(path: "report-\(UUID().uuidString).json").path
    try JSONSerialization.data(withJSONObject: object).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }

  @Test func aPageHasASectionForEachResult() throws {
    let page = try #require(Page(try report(Self.all).html))
    #expect(page.all("section").count == Self.all.count + 1)
    #expect(page.all("h1").count == 1)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for link in page.all("a") {
      let target = try #require(link["href"])
      #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())))
    }
    for section in page.all("section") {
      let labels = try #require(section["aria-labelledby"]).split(separator: " ").map(String.init)
      #expect(Set(labels).isSubset(of: ids))
    }
    #expect(page.text.contains("there are no shadows to run short of"))
  }

  @Test func aRecommendationSaysWhatToSetWhere() throws {
    try Folder.with([:]) { folder in
      let path = folder + "/r.json"
      let outcome = try CommandTests().shadowbench(
        "recommend", "reference:procs=24 leaves=8 rounds=6", "--sizes", "6", "-o", path)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let page = try #require(Page(try report([path]).html))
      #expect(page.text.contains("What to set, and what is there unasked"))
      #expect(page.text.contains("HVM-shadow-multiplier = "))
      #expect(page.text.contains("shadow_memory = "))
      let words = page.text.split(separator: "rule of 2008", omittingEmptySubsequences: false)
      #expect(words.dropFirst().contains { $0.drop { $0.isWhitespace }.hasPrefix("needs") })
      #expect(!words.dropFirst().contains { $0.drop { $0.isWhitespace }.hasPrefix("to set") })
      #expect(page.text.contains("(logarithmic)"))
    }
  }

  @Test func nestedPagingIsNotSaidToSuitEveryGuest() throws {
    let page = try report(Self.all).html
    #expect(page.contains("1.0 is right for every guest but those with altp2m"))
    #expect(!page.contains("1.0 is right for every guest."))
  }

  @Test func headingsFollowEachOther() throws {
    let page = try #require(Page(try report(Self.all).html))
    var before = 0
    for element in page.elements where element.name.count == 2 && element.name.hasPrefix("h") {
      guard let level = Int(element.name.dropFirst()) else { continue }
      #expect(level <= before + 1)
      before = level
    }
  }

  @Test func everyChartIsDescribedAndHasItsData() throws {
    let report = try report(Self.all)
    let page = try #require(Page(report.html))
    let drawings = page.all("svg")
    #expect(drawings.count > report.charts.count && report.charts.count > 4)
    #expect(drawings.allSatisfy { $0["role"] == "img" && $0["aria-labelledby"] != nil })
    #expect(page.all("details").count == report.charts.count)
    let names = report.charts.map(\.name)
    #expect(Set(names).count == names.count)
    for chart in report.charts { #expect(Page(chart.text) != nil, "\(chart.name)") }
  }

  @Test func aReadingForEachRow() throws {
    let page = try #require(Page(try report([ResultFileTests.fixture(.traceSummary)]).html))
    let places = try #require(page.all("svg").first?["data-points"]).split(separator: " ").count
    #expect(places == 39)
    #expect(page.all("tr").count { $0["data-reading"] != nil } == places)
  }

  @Test func aTimelineHasWhatWasCounted() throws {
    guard
      case .traceSummary(let trace) = try ResultFile(path: ResultFileTests.fixture(.traceSummary))
        .content,
      case .run(let run) = try ResultFile(path: ResultFileTests.fixture(.run)).content
    else {
      Issue.record("no trace, no run")
      return
    }
    func sums(_ figure: ReportFigure?) throws -> [Double] {
      let figure = try #require(figure)
      let drawn = figure.chart.series.map { $0.points.reduce(0) { $0 + $1.y } }
      let written = figure.table.columns.indices.dropFirst().map { column in
        figure.table.rows.reduce(0) { $0 + ($1[column].number ?? .nan) }
      }
      #expect(drawn == written)
      return drawn
    }
    let counted = try sums(TimelineFigures.trace(trace, id: "t"))
    #expect(counted.count == 4)
    #expect(counted[0] == Double(trace.timeline.map(\.fixups).reduce(0, +)) && counted[0] > 100)
    #expect(counted[1] == Double(trace.timeline.map(\.reclaims).reduce(0, +)))
    #expect(counted[3] == Double(trace.timeline.map(\.rootLoads).reduce(0, +)))
    let last = try #require(run.phases.last)
    let phases = try sums(TimelineFigures.phases(run.phases, id: "r"))
    #expect(phases.first == Double(last.counters["shadow_fault"] ?? 0) && phases[0] > 0)
    #expect(phases.last == Double(last.rootLoads))
  }

  @Test func thePageAsksForNothing() throws {
    let page = try #require(Page(try report(Self.all).html))
    let policy = try #require(
      page.all("meta").first { $0["http-equiv"] == "Content-Security-Policy" }?["content"])
    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!policy.contains("unsafe"))
    for element in page.elements {
      #expect(element.attributes["src"] == nil && element.attributes["style"] == nil)
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") })
    }
    #expect(page.all("script").count == 1 && page.all("style").count == 1)
  }

  @Test func namesAreTextAndNeverMarkup() throws {
    let name = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u{7}"
    let html = try withChanged(.recommendation) { object in
      var conditions = object["conditions"] as? [String: Any]
      conditions?["input"] = name
      conditions?["cost_profile"] = name
      object["conditions"] = conditions
      object["basis"] = [name]
    } _: {
      try report([$0], title: name).html
    }
    let page = try #require(Page(html))
    #expect(page.all("script").count == 1 && page.all("img").isEmpty)
    #expect(page.text.contains("<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"))
  }

  @Test func theSameResultsGiveTheSameBytes() throws {
    let pages = try (0..<3).map { _ in try report(Self.all) }
    #expect(Set(pages.map(\.html)).count == 1)
    #expect(Set(pages.map(\.charts)).count == 1)
  }

  @Test func twoFilesOfOneNameHaveTwoNames() throws {
    var names = ReportNames()
    #expect(names.name("a/Office 30.json") == "office-30")
    #expect(names.name("b/office-30.json") == "office-30-2")
    #expect(names.name("../../etc/<x>.json") == "x")
    #expect(names.name("2.json") == "result-2")
    #expect(names.name("….json") == "result")
  }

  @Test func intervalsBecomeErrorBars() throws {
    func page(_ intervals: [String: Any]?) throws -> Page {
      try withChanged(.sweep) { object in
        var points = object["points"] as? [[String: Any]] ?? []
        points[0]["intervals"] = intervals
        object["points"] = points
      } _: {
        try #require(Page(try report([$0]).html))
      }
    }
    func bars(_ page: Page) -> Int {
      page.all("path").count { $0["class"]?.hasSuffix("c-s0 c-error") == true }
    }
    let none = try page(nil)
    let some = try page([
      "recreation_share": [
        "median": 0.2, "low": 0.1, "high": 0.4, "confidence": 0.95, "method": "bootstrap",
      ]
    ])
    #expect(bars(none) == 0 && bars(some) == 2)
    #expect(some.text.contains("bars: interval of the median (95 %)"))
    #expect(some.text.contains("10.00 to 40.00"))
  }

  @Test func valuesOfAVerificationAreDrawn() throws {
    func page(_ values: [String: Any]?) throws -> Page {
      try withChanged(.verification) { object in
        object["results"] = [["id": "S1", "differences": [Any](), "values": values ?? [:]]]
      } _: {
        try #require(Page(try report([$0]).html))
      }
    }
    let none = try page(nil)
    #expect(none.all("svg").isEmpty && none.text.contains("verify --values"))
    let equal = try page(["shadow_fault": ["xen": 7, "model": 7]])
    #expect(equal.text.contains("all lie on the diagonal"))
    let different = try page([
      "shadow_fault": ["xen": 7, "model": 8], "shadow_alloc": ["xen": 0, "model": 0],
    ])
    #expect(different.text.contains("1 do not lie on the diagonal"))
  }

  @Test func aDomainThatCrashesIsShown() throws {
    let page = try withChanged(.sweep) { object in
      var points = object["points"] as? [[String: Any]] ?? []
      points[0]["recreation_share"] = NSNull()
      points[0]["hypervisor_share"] = NSNull()
      points[0]["crashed"] = true
      object["points"] = points
    } _: {
      try #require(Page(try report([$0]).html))
    }
    #expect(page.text.contains("crashes") && page.text.contains("∞"))
  }
}
