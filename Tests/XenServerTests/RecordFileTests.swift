import Testing
import XenServer

/// Every format: what is in a file is in its records, and in a dump of them.
@Suite struct RecordFileTests {
  static let files = [
    "template-list.txt", "vm-list.txt", "ova.xml", "ova-pretty.xml", "sample.xva",
    "guest-templates/xenapp-2008-r2.json",
  ]

  @Test(arguments: files) func aDumpReadsAsTheSameRecords(_ file: String) throws {
    let records = try RecordFixtures.read(file)
    let dump = RecordDump.text(records)
    let again = try RecordFixtures.parse(dump)
    #expect(again == records)
    #expect(RecordDump.text(again) == dump)
  }

  @Test func aListingOfTemplates() throws {
    let records = try RecordFixtures.read("template-list.txt")
    #expect(records.format == .xeText && records.hasRoundedFractions)
    #expect(records.templates.count == 4 && records.vms.count == 4)
    let xenApp = try #require(records.templates.first)
    #expect(xenApp.uuid == "81b93df5-29b9-462a-baad-465c0da2d6d1")
    #expect(xenApp.nameLabel == "Citrix XenApp on Windows Server 2008 R2 (64-bit)")
    #expect(xenApp.kind == .template && xenApp.isDefaultTemplate && xenApp.isApplicationTemplate)
    #expect(xenApp.shadowMultiplier == 4 && xenApp.powerState == .halted)
    #expect(xenApp.memoryShape == MemoryShape(memoryMiB: 1024, vcpus: 2, multiplier: 4))
    #expect(xenApp.staticMinBytes == 512 << 20 && xenApp.overheadBytes == 42 << 20)
    #expect(xenApp.platform["device_id"] == "0002" && xenApp.platform["viridian"] == "true")
    #expect(xenApp.otherConfig["disks"]?.hasPrefix("<provision><disk bootable=") == true)
    #expect(xenApp.allowedOperations?.contains("changing_shadow_memory") == true)
    #expect(xenApp.residentOn == nil)
    #expect(xenApp.record["ha_always_run"] == .boolean(false))
    #expect(xenApp.record["domid"] == .string("-1"))
    #expect(xenApp.record["memory_target"] == nil, "the listing does not say it")
    let description = try #require(xenApp.record["name_description"]?.string)
    #expect(description.hasSuffix("booted.\n\nSee also: the notes; they: go on"))
    #expect(xenApp.record.place?.line == 1)
    #expect(xenApp.record.place?.line(of: "name_label") == 2)
    let etch = try #require(records.templates.first { $0.nameLabel == "Debian Etch 4.0" })
    #expect(etch.domainType == .pv)
  }

  @Test func aListingOfMachines() throws {
    let vms = try RecordFixtures.read("vm-list.txt").vms
    #expect(vms.map(\.kind) == [.controlDomain, .machine, .machine])
    let running = try #require(vms.first { $0.nameLabel == "XenApp 01" })
    #expect(running.powerState == .running && running.haAlwaysRun && running.order == 1)
    #expect(running.haRestartPriority == "restart")
    #expect(running.residentOn == "OpaqueRef:9d3c7b52-1111-4a6e-8a62-000000000001")
    #expect(running.otherConfig["note"] == "a; b", "a piece without a key belongs to the last")
    let odd = try #require(vms.last)
    #expect(odd.memoryShape == MemoryShape(memoryMiB: 8191, vcpus: 3, multiplier: 1.5))
  }

  @Test(arguments: ["ova.xml", "ova-pretty.xml", "sample.xva"])
  func exportsInEachForm(_ file: String) throws {
    let records = try RecordFixtures.read(file)
    #expect(records.format == (file == "sample.xva" ? .exportArchive : .exportXML))
    let template = try #require(records.templates.first)
    #expect(template.reference == "Ref:0" && records[class: "SR", "Ref:1"] != nil)
    #expect(template.nameLabel == "Citrix XenApp x64")
    #expect(template.record["name_description"] == .string("From <5.5> & before"))
    #expect(template.memoryShape == MemoryShape(memoryMiB: 512, vcpus: 1, multiplier: 4))
    #expect(template.staticMinBytes == 16 << 20)
    #expect(template.record["domain_type"] == nil, "5.5 had no such field, so there is none")
    #expect(template.domainType == .hvm)
    #expect(template.isDefaultTemplate, "by other_config, before there was a field")
    #expect(
      template.record["a_field_of_another_age"]
        == .map(["x": .list([.string("1"), .boolean(true), .float(2.5)])]))
  }

  @Test func aTemplateDefinitionAndWhatItDerivesFrom() throws {
    let records = try RecordFixtures.read("guest-templates/xenapp-2008-r2.json")
    let template = try #require(records.templates.first)
    #expect(template.memoryShape == MemoryShape(memoryMiB: 1024, vcpus: 2, multiplier: 4))
    #expect(template.staticMinBytes == 512 << 20 && template.vcpusAtStartup == 2)
    #expect(template.isApplicationTemplate && template.isDefaultTemplate)
    #expect(template.platform["viridian"] == "true" && template.platform["nx"] == "true")
    #expect(template.otherConfig["install-methods"] == "cdrom")
    #expect(template.otherConfig["disks"]?.contains("size=\"25769803776\"") == true)
    let restrictions = TemplateRestrictions(xml: template.recommendations)
    #expect(restrictions.memoryMax == 1536 << 30 && restrictions.vcpusMax == 32)
    #expect(template.record["number_of_vbds"] == .integer(255), "what is not known is kept")
  }

  @Test func fractionsStayFractionsAndWholeNumbersWhole() throws {
    let text = """
      {"kind": "pool_records", "origin": "live", "schema_version": 1, "objects":
      {"VM": {"a": {"HVM_shadow_multiplier": 4, "new": 1.0, "newer": 1, "big": 1e300,
      "text": "\\u00e9\\ud83d\\ude00\\n\\"\\\\"}}, "new_class": {"r": {"x": null}}}}
      """
    let dump = RecordDump.text(try RecordFixtures.parse(text))
    #expect(dump.contains("\"HVM_shadow_multiplier\": 4.0"))
    #expect(dump.contains("\"new\": 1.0,") && dump.contains("\"newer\": 1,"))
    #expect(dump.contains("\"big\": 1e+300") && dump.contains("\"é😀\\n\\\"\\\\\""))
    #expect(dump.contains("\"new_class\": {") && dump.contains("\"x\": null"))
  }

  @Test(arguments: ["NaN", "Infinity", "-inf"]) func numbersThatAreNone(_ text: String) throws {
    let json = """
      {"kind": "pool_records", "origin": "live", "schema_version": 1, "objects":
      {"VM": {"a": {"HVM_shadow_multiplier": "\(text)"}}}}
      """
    let records = try RecordFixtures.parse(json)
    let multiplier = try #require(records.vms.first?.shadowMultiplier)
    #expect(!multiplier.isFinite)
    #expect(try RecordFixtures.parse(RecordDump.text(records)) == records)
  }
}
