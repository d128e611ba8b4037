import Foundation
import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

@Suite struct JSONResultTests {
  let sizing = Sizing(shape: shape4GiB)
  var conditions: Conditions {
    Conditions(
      input: FakeWorkload().input, sizing: sizing, policy: .xen,
      rule: ShareRule(cost: FlatCost()), target: Target())
  }

  func object(_ text: String) throws -> [String: Any] {
    try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  func job(crashesBelow: Int = 0) -> Job {
    Job(
      conditions: conditions, seeds: [1, 2],
      makePager: FakePager.factory(needed: 6000, crashesBelow: crashesBelow) {
        $0 < 6000 ? 5 : 2
      })
  }

  @Test func sweepKeepsItsContract() async throws {
    let json = try object(
      JSONResult.text(try await job().sweep(.list([.mebibytes(20), .mebibytes(40)]))))
    #expect(
      Set(json.keys) == [
        "schema_version", "kind", "input", "conditions", "needed_pages", "points", "knee",
      ])
    #expect(json["schema_version"] as? Int == 2)
    #expect(json["kind"] as? String == "sweep")
    let points = try #require(json["points"] as? [[String: Any]])
    #expect(points.count == 2)
    #expect(points[0]["shadow_mib"] as? Double == 20)
    #expect(points[0]["pages"] as? Int == 5120)
    #expect(points[0]["rule"] as? String == "mapped-once")
    #expect(points[0]["verdict"] as? String == "thrashes")
    let counters = try #require(points[0]["counters"] as? [String: Int])
    #expect(counters["shadow_fault"] == 300)
    #expect(counters["shadow_fault_fixed"] == 0)
    #expect(counters["shadow_validate_gl1e_calls"] == 0)
    #expect(counters.count == Counters.Name.allCases.count)
    #expect(
      Set(points[0].keys) == [
        "multiplier", "rule", "shadow_mib", "pages", "requested_pages", "raised", "seeds",
        "counters", "steady", "accesses", "root_loads", "peak_pages", "crashed",
        "hypervisor_share", "recreation_share", "faults_per_root_load", "samples", "intervals",
        "verdict",
      ])
  }

  @Test func runKeepsItsContract() async throws {
    let json = try object(JSONResult.text(try await job().run(.multiplier(2))))
    #expect(
      Set(json.keys) == [
        "schema_version", "kind", "input", "conditions", "point", "phases", "needed_pages",
        "verdict",
      ])
    #expect((json["phases"] as? [Any])?.count == 7)
    #expect(json["verdict"] as? String == "tight")
    let conditions = try #require(json["conditions"] as? [String: Any])
    #expect(conditions["memory_mib"] as? Int == 4096)
    #expect(conditions["cost_profile"] as? String == "flat")
  }

  @Test func recommendKeepsItsContract() async throws {
    let result = try await job().recommend(.spread(8))
    let json = try object(JSONResult.text(result.recommendation, conditions: conditions))
    for key in [
      "multiplier", "rule", "shadow_mib", "basis", "margin", "points", "schema_version", "pages",
      "target", "cost", "sensitivity", "one_size_smaller", "default_size", "knee", "conditions",
      "hvm_shadow_multiplier", "verdict", "settings",
    ] {
      #expect(json[key] != nil, "\(key)")
    }
    #expect(json["multiplier"] as? Double == 2.17)
    #expect(json["margin"] as? Double == 0.1)
    #expect(json["verdict"] as? String == "fits")
    let basis = try #require(json["basis"] as? [String])
    #expect(basis.contains("Seeds 1, 2; the worst of them counts."))
  }

  @Test func sharesOfCrashedDomainsAreNull() async throws {
    let json = try object(JSONResult.text(try await job(crashesBelow: 5000).run(.pages(1))))
    let point = try #require(json["point"] as? [String: Any])
    #expect(point["recreation_share"] is NSNull)
    #expect(point["crashed"] as? Bool == true)
    #expect(point["raised"] as? Bool == true)
  }

  @Test func noRecommendationIsNull() async throws {
    let measuring = ScriptedMeasuring { _ in 1 }
    let result = try await Recommender(sizing: sizing, target: Target(), measuring: measuring)
      .recommendation(curve: [], neededPages: 9000, basis: [])
    let json = try object(JSONResult.text(result, conditions: conditions))
    #expect(json["multiplier"] is NSNull)
    #expect(json["shadow_mib"] is NSNull)
    #expect(json["cost"] == nil)
  }

  @Test func verifyKeepsItsContract() throws {
    let json = try object(
      JSONResult.text(
        Verification(results: [
          ScenarioResult(id: "S2", differences: [.init(counter: .fault, xen: 2, model: 1)])
        ])))
    #expect(json["scenarios"] as? Int == 1)
    #expect(json["counters"] as? Int == 28)
    #expect(json["differing"] as? Int == 1)
    let results = try #require(json["results"] as? [[String: Any]])
    #expect(results[0]["id"] as? String == "S2")
    let differences = try #require(results[0]["differences"] as? [[String: Any]])
    #expect(differences[0]["counter"] as? String == "shadow_fault")
    #expect(differences[0]["xen"] as? Int == 2)
    #expect(differences[0]["model"] as? Int == 1)
  }

  @Test func nestedPagingAnswersOne() throws {
    let json = try object(JSONResult.text(nestedPaging: Sizing(shape: shape4GiB, rule: .xapi)))
    #expect(json["multiplier"] as? Double == 1)
    #expect(json["shadow_mib"] as? Double == 34)
    #expect((json["basis"] as? [String])?.count == 3)
  }

  @Test func resultsRepeatByteForByte() async throws {
    let first = try JSONResult.text(try await job().sweep(.spread(8)))
    let second = try JSONResult.text(try await job().sweep(.spread(8)))
    #expect(first == second)
  }
}
