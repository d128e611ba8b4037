import Testing
import XenServer

/// Each rule: broken by one field, and silent when it is as it should be.
@Suite struct TemplateCheckTests {
  /// A template that breaks no rule on hosts with shadow paging but for its age.
  static func template(_ changes: [String: XenValue?] = [:]) throws -> VMRecord {
    var vm = try #require(BuiltInTemplate.named("xenapp-2008r2-x64-v7")).record
    vm.record["name_label"] = .string("Virtual Apps on Windows Server 2022")
    for (field, value) in changes { vm.record[field] = value }
    return vm
  }

  static func with(_ key: String, _ text: String?, in field: String) throws -> [String: XenValue?] {
    var members = try #require(try template().record[field]?.strings)
    members[key] = text
    return [field: .map(members.mapValues { .string($0) })]
  }

  static func rules(
    _ changes: [String: XenValue?], _ paging: HostPaging = .shadow, rounded: Bool = false,
    advice: PoolAdvice? = nil
  ) throws -> [TemplateRule: Severity] {
    let findings = TemplateCheck.findings(
      try template(changes), paging: paging, isRounded: rounded, advice: advice)
    for finding in findings {
      #expect(!finding.why.isEmpty && !finding.expected.isEmpty)
      if let fix = finding.fix { #expect(fix.hasPrefix("xe template-param-")) }
    }
    return Dictionary(findings.map { ($0.rule, $0.severity) }) { max($0, $1) }
  }

  @Test func aSoundTemplateBreaksNothing() throws { #expect(try Self.rules([:]).isEmpty) }

  @Test func multipliers() throws {
    func rules(_ value: Double, _ paging: HostPaging = .shadow, rounded: Bool = false) throws
      -> [TemplateRule: Severity]
    {
      let value = value.isFinite ? XenValue.float(value) : .string("\(value)")
      return try Self.rules(["HVM_shadow_multiplier": value], paging, rounded: rounded)
    }
    #expect(try rules(4, .nested) == [.multiplierWithoutUse: .warning])
    #expect(try rules(1, .nested).isEmpty)
    #expect(try rules(1) == [.multiplierUnexpected: .warning])
    #expect(try rules(.nan) == [.multiplierInvalid: .error])
    #expect(try rules(.infinity) == [.multiplierInvalid: .error])
    #expect(try rules(0.5001) == [.multiplierInvalid: .error])
    // T is 10.
    #expect(try rules(2.25) == [.multiplierUnexpected: .warning, .multiplierNotKept: .note])
    let wide = ["memory_static_max": XenValue.integer(4096 << 20), "memory_dynamic_max": nil]
    var odd = wide.merging(["memory_dynamic_min": nil]) { $1 }
    odd["HVM_shadow_multiplier"] = .float(33.0 / 34)
    #expect(try Self.rules(odd)[.multiplierDrifted] == .error)
    odd["HVM_shadow_multiplier"] = .float(49.0 / 34)
    #expect(try Self.rules(odd)[.multiplierDrifted] == .warning, "sixteen digits make it 48")
    odd["HVM_shadow_multiplier"] = .float(88.0 / 34)
    #expect(try Self.rules(odd)[.multiplierDrifted] == nil, "a server keeps it")
    #expect(try Self.rules(odd)[.multiplierNotKept] == nil)
    odd["HVM_shadow_multiplier"] = .float(2.588)
    #expect(try Self.rules(odd, rounded: true)[.multiplierDrifted] == nil, "as xe prints it")
    odd["HVM_shadow_multiplier"] = .float(1.44)
    #expect(try Self.rules(odd)[.multiplierNotKept] == .note)
    // 11·(15/11) is just below 15.
    var losing = odd.merging(["memory_static_max": .integer(1279 << 20)]) { $1 }
    losing["VCPUs_max"] = .integer(1)
    losing["VCPUs_at_startup"] = .integer(1)
    losing["HVM_shadow_multiplier"] = .float(1.364)
    #expect(try Self.rules(losing, rounded: true)[.multiplierDrifted] == .warning)
    odd["HVM_shadow_multiplier"] = .float(0.971)
    #expect(try Self.rules(odd, rounded: true)[.multiplierDrifted] == .error)
    #expect(try Self.rules(odd)[.multiplierInvalid] == .error)
    #expect(try Self.rules(["HVM_shadow_multiplier": nil]) == [.missingField: .note])
  }

  @Test func theModelsAdvice() throws {
    func rules(_ poolMiB: Int) throws -> [TemplateRule: Severity] {
      let multiplier = try #require(ExactMultiplier(poolMiB: poolMiB, baseMiB: 10))
      return try Self.rules([:], advice: PoolAdvice(multiplier: multiplier, workload: "w"))
    }
    #expect(try rules(41) == [.poolTooSmall: .warning])
    #expect(try rules(40).isEmpty && rules(20).isEmpty)
    #expect(try rules(19) == [.poolTooLarge: .note])
    let wanted = try #require(ExactMultiplier(poolMiB: 33, baseMiB: 10))
    #expect(
      try Self.rules(
        ["HVM_shadow_multiplier": .float(wanted.value)],
        advice: PoolAdvice(multiplier: wanted, workload: "w")
      ).isEmpty, "what the model advises is not unexpected")
  }

  @Test func theTypeOfDomain() throws {
    #expect(try Self.rules(["HVM_boot_policy": .string("")]) == [.notHVM: .error])
    #expect(try Self.rules(["domain_type": .string("pvh")]) == [.notHVM: .error])
    #expect(try Self.rules(["domain_type": .string("x")])[.notHVM] == .error)
    #expect(try Self.rules(["domain_type": .string("unspecified")]).isEmpty)
  }

  @Test func memoryAndVCPUs() throws {
    func mib(_ count: Int64) -> XenValue { .integer(count << 20) }
    #expect(try Self.rules(["memory_static_min": mib(2048)]) == [.memoryOrder: .error])
    #expect(try Self.rules(["memory_dynamic_min": mib(600)]) == [.memoryDynamic: .warning])
    #expect(try Self.rules(["memory_static_max": nil])[.missingField] == .error)
    let huge = mib(2_000_000)
    let large: [String: XenValue?] = [
      "memory_static_max": huge, "memory_dynamic_max": huge, "memory_dynamic_min": huge,
    ]
    #expect(try Self.rules(large)[.memoryLimit] == .warning)
    #expect(try Self.rules(["VCPUs_at_startup": .integer(3)]) == [.vcpusOrder: .error])
    #expect(try Self.rules(["VCPUs_max": .integer(33)])[.vcpusLimit] == .warning)
    #expect(try Self.rules(["VCPUs_max": nil])[.missingField] == .error)
  }

  @Test func platformFlags() throws {
    func rules(_ key: String, _ text: String?, _ paging: HostPaging = .nested) throws
      -> [TemplateRule: Severity]
    {
      var changes = try Self.with(key, text, in: "platform")
      changes["HVM_shadow_multiplier"] = .float(paging == .nested && key != "hap" ? 1 : 4)
      return try Self.rules(changes, paging)
    }
    #expect(try rules("viridian", "false") == [.viridianOff: .warning])
    #expect(try rules("viridian", nil) == [.viridianOff: .warning])
    #expect(try rules("nx", "false") == [.nxOff: .warning])
    #expect(try rules("hap", "false") == [.hapOff: .warning])
    #expect(try rules("nested-virt", "true") == [.nestedVirtualisation: .warning])
    #expect(try rules("exp-nested-hvm", "1", .shadow) == [.nestedVirtualisation: .error])
  }

  @Test func marksAndAge() throws {
    var changes = try Self.with("application_template", nil, in: "other_config")
    changes["name_label"] = .string("Citrix XenApp x64")
    #expect(try Self.rules(changes) == [.applicationMark: .warning, .endOfLife: .warning])
    #expect(try Self.rules(["name_label": .string("Windows 7 (32-bit)")])[.endOfLife] == .warning)
  }

  @Test func aTemplateThatXenServerBringsHasNoErrors() {
    for template in BuiltInTemplate.all {
      for paging in HostPaging.allCases {
        let findings = template.findings(paging: paging)
        #expect(findings.allSatisfy { $0.severity < .error }, "\(template.id): \(findings)")
        #expect(!template.isApplicationTemplate || findings.contains { $0.rule == .endOfLife })
      }
    }
  }

  @Test func theGravestComesFirstWithItsLine() throws {
    let records = try RecordFixtures.read("template-list.txt")
    let farm = try #require(records.templates.first { $0.nameLabel == "Old XenApp farm" })
    let findings = TemplateCheck.findings(farm, paging: .nested, isRounded: true)
    #expect(findings.map(\.rule) == [.multiplierDrifted, .viridianOff, .nxOff, .hapOff])
    let drift = try #require(findings.first)
    #expect(drift.found == "0.944" && drift.expected == "4.0" && drift.why.contains("17/18"))
    #expect(drift.line == farm.record.place?.line(of: "HVM_shadow_multiplier"))
    #expect(
      drift.fix
        == "xe template-param-set uuid=5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02 "
        + "HVM-shadow-multiplier=4.0")
  }
}
