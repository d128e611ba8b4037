import GuestModel
import ShadowModel
import Testing
import XenServer

@testable import Bench

/// What is said to be set, and that it does what it says where it is set.
@Suite struct SettingTests {
  static func recommend(
    _ shape: GuestShape, rule: SizingRule = .mappedOnce, share: @escaping @Sendable (Int) -> Double
  ) async throws -> Recommendation {
    let sizing = Sizing(shape: shape, rule: rule)
    let measuring = ScriptedMeasuring(sizing: sizing, share: share)
    return try await Recommender(sizing: sizing, target: Target(), measuring: measuring)
      .recommendation(curve: [], neededPages: 2_000_000, basis: [])
  }

  /// A cliff at `pages`.
  static func cliff(_ pages: Int) -> @Sendable (Int) -> Double { { $0 < pages ? 0.2 : 0 } }

  static func lines(_ recommendation: Recommendation, _ toolstack: Toolstack? = nil) -> [String] {
    AnswerReport.lines(
      AnswerReport.Subject(
        recommendation, sizing: Sizing(shape: shape4GiB), toolstack: toolstack),
      terminal: Terminal(isTerminal: false))
  }

  @Test func whatToSetComesFirst() async throws {
    // A cliff at 20,000 pages: 22,222 with the margin, 87 MiB in whole ones (88 is the next that
    // XenServer keeps), 7.24 × 3072 pages.
    let result = try await Self.recommend(shape4GiB, share: Self.cliff(20_000))
    #expect(
      Self.lines(result) == [
        "pool  86.88 MiB = 22,242 pages: 0.00 % of guest time for re-creating shadows, target 1.00 %",
        "", "XenServer, XCP-ng",
        "  set    HVM-shadow-multiplier = 2.588235294117647: 88 MiB, 0.00 % re-creation, fits",
        "  1.0    34 MiB: 20.00 % re-creation, thrashes", "", "xl",
        "  set    shadow_memory = 87: 87 MiB, 0.00 % re-creation, fits",
        "  unset  34 MiB: 20.00 % re-creation, thrashes", "",
        "rule of 2008, each page mapped once and 50 %: no toolstack's today",
        "  needs  7.24 × mapped-once: 86.88 MiB, 0.00 % re-creation, fits",
        "  1.0    12 MiB: 20.00 % re-creation, thrashes; Xen leaves a running domain 17.00 MiB",
        "  4.0    48 MiB, the XenApp template's 4.0 by this rule: 20.00 % re-creation, thrashes",
      ])
  }

  @Test func oneIsSaidToBeEnoughWhereItIs() async throws {
    let result = try await Self.recommend(shape4GiB, share: Self.cliff(6000))
    let text = Self.lines(result).joined(separator: "\n")
    #expect(
      text.contains(
        "HVM-shadow-multiplier = 1.0, as it is unasked: 34 MiB, 0.00 % re-creation, fits"))
    #expect(text.contains("shadow_memory = 27: 27 MiB"))
  }

  @Test func xensLeastIsSaidToBeXens() async throws {
    let result = try await Self.recommend(shape4GiB, share: Self.cliff(3900))
    #expect(
      Self.lines(result)[1]
        == "      the input would do with less, but Xen leaves a running domain no less than 17.00 MiB"
    )
    let more = try await Self.recommend(shape4GiB, share: Self.cliff(4000))
    #expect(Self.lines(more)[1] == "")
  }

  @Test func aToolstackLeavesTheOtherOut() async throws {
    let result = try await Self.recommend(shape4GiB, share: Self.cliff(20_000))
    let xapi = Self.lines(result, .xapi).joined(separator: "\n")
    #expect(xapi.contains("HVM-shadow-multiplier") && !xapi.contains("shadow_memory"))
    let xl = Self.lines(result, .xl).joined(separator: "\n")
    #expect(!xl.contains("HVM-shadow-multiplier") && xl.contains("shadow_memory = 87"))
  }

  @Test func nothingThatFitsLeavesWhatIsThereUnasked() async throws {
    let result = try await Self.recommend(shape4GiB) { _ in 0.5 }
    let lines = Self.lines(result)
    #expect(lines[0] == "pool  none: no size meets the target, 1.00 % re-creation")
    #expect(!lines.joined().contains("set    "))
    #expect(lines.contains("  unset  34 MiB: 50.00 % re-creation, thrashes"))
    #expect(result.settings.xapi.multiplier == nil && result.settings.libxl.size == nil)
  }

  /// A template with a guest's memory and vCPUs, and a multiplier.
  static func template(_ shape: GuestShape, _ multiplier: Double) throws -> VMRecord {
    var vm = try #require(BuiltInTemplate.named("xenapp-2008r2-x64-v7")).record
    let bytes = XenValue.integer(Int64(shape.memoryMiB) << 20)
    for field in ["memory_static_max", "memory_dynamic_max", "memory_dynamic_min"] {
      vm.record[field] = bytes
    }
    vm.record["VCPUs_max"] = .integer(Int64(shape.vcpus))
    vm.record["VCPUs_at_startup"] = .integer(Int64(shape.vcpus))
    vm.record["HVM_shadow_multiplier"] = .float(multiplier)
    return vm
  }

  /// Guests with T of 3 to 1,040 MiB, each with knees all over its multipliers.
  @Test(arguments: [SizingRule.xapi, .mappedOnce])
  func whatIsSetInXenServerPassesItsOwnCheck(rule: SizingRule) async throws {
    var checked = 0
    for (memory, vcpus) in [
      (192, 1), (512, 1), (1279, 1), (1500, 1), (2048, 2), (4096, 2), (8191, 3), (8192, 4),
      (16_384, 4), (32_768, 8), (65_536, 16),
    ] {
      let shape = GuestShape(mode: .fourLevel, memoryMiB: memory, vcpus: vcpus)
      let base = SizingRule.xapi.basePages(shape: shape, p2mPages: 0)
      for part in stride(from: 3, to: 60, by: 4) {
        let knee = base * part / 10 + part
        let result = try await Self.recommend(shape, rule: rule, share: Self.cliff(knee))
        let setting = result.settings.xapi
        let multiplier = try #require(setting.multiplier)
        let pages = try #require(setting.size?.allocation.pages)
        if rule == .xapi { #expect(result.multiplier == multiplier) }
        #expect(multiplier >= 1 && pages % 256 == 0 && Double(pages) * 0.9 >= Double(knee - 1))
        #expect(Int(Double(base / 256) * multiplier) * 256 == pages)
        #expect(Int(Double(base / 256) * (Double(pages / 256) / Double(base / 256))) * 256 == pages)
        let advice = try #require(ExactMultiplier(poolMiB: pages / 256, baseMiB: base / 256))
        let findings = TemplateCheck.findings(
          try Self.template(shape, multiplier), paging: .shadow,
          advice: PoolAdvice(multiplier: advice, workload: "w"))
        #expect(findings.filter { $0.field == "HVM_shadow_multiplier" }.isEmpty, "\(multiplier)")
        checked += 1
      }
    }
    #expect(checked == 165)
  }

  /// The size that whole MiB lead to fails, though the one by the rule's two decimals does not.
  @Test func aDipThatOneToolstacksRoundingLeadsIntoMovesAll() async throws {
    let result = try await Self.recommend(shape4GiB) { pages in
      pages < 20_000 || pages == 87 * 256 ? 0.2 : 0
    }
    let failing = Double(87 * 256)
    for setting in [result.settings.xapi, result.settings.libxl, result.settings.mappedOnce] {
      #expect(failing <= Double(setting.size?.allocation.pages ?? 0) * 0.9)
    }
    #expect(failing <= Double(result.size?.allocation.pages ?? 0) * 0.9)
  }

  @Test func theTableHasOneRulesMultipliers() async throws {
    let result = try await Self.recommend(shape4GiB, share: Self.cliff(20_000))
    let conditions = Conditions(
      input: FakeWorkload().input, sizing: Sizing(shape: shape4GiB), policy: .xen,
      rule: ShareRule(cost: FlatCost()), target: Target())
    let lines = RecommendReport.lines(
      result, conditions: conditions,
      ample: RunPoint(allocation: Sizing(shape: shape4GiB).defaultAllocation, seed: 1),
      terminal: Terminal(isTerminal: false))
    let rows = lines.map { $0.split(separator: " ").map(String.init) }
    let row = try #require(rows.first { $0.count > 6 && $0[1...2] == ["34.00", "8,704"] })
    #expect(row[0] == "2.83", "8,704 of 3,072 pages")
    #expect(lines[0].hasPrefix("pool  86.88 MiB = 22,242 pages"))
  }

  @Test func marksAreAllThreeDefaultsAndTheTemplate() {
    let marks = SizeMark.known(Sizing(shape: shape4GiB, rule: .xenMinimum))
    #expect(marks.map(\.symbol) == ["M", "X", "L", "T"])
    #expect(marks.map(\.mebibytes) == [12, 34, 34, 136])
  }
}
