import Testing

@testable import XenServer

/// What XenAPI itself answers is read in all its shapes, and what is no record is refused by name.
@Suite struct AnsweredRecordTests {
  static let record = """
    {"uuid": "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02", "name_label": "m", "power_state": "Halted",
     "is_a_template": false, "HVM_shadow_multiplier": Infinity, "HVM_boot_policy": "BIOS order",
     "memory_static_max": "8589934592", "VCPUs_max": "4", "platform": {"hap": "0"},
     "other_config": {}, "ha_restart_priority": ""}
    """

  @Test(arguments: [
    record, "[\(record)]", "{\"OpaqueRef:1\": \(record)}", "{\"VM\": {\"OpaqueRef:1\": \(record)}}",
    "{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": {\"OpaqueRef:1\": \(record)}}",
    "{\"Status\": \"Success\", \"Value\": {\"OpaqueRef:1\": \(record)}}",
    "{\"result\": {\"Status\": \"Success\", \"Value\": [\(record)]}, \"id\": 1, \"error\": null}",
    "```json\n\(record)\n```", "# curl https://xs1/jsonrpc\n\(record)",
  ]) func shapes(_ text: String) throws {
    let records = try RecordFixtures.parse(text)
    let vm = try #require(records.vms.first)
    #expect(records.vms.count == 1 && vm.staticMaxBytes == 8 << 30 && vm.vcpusMax == 4)
    #expect(vm.shadowMultiplier == .infinity && vm.flag("hap") == false)
    #expect(try RecordFixtures.parse(RecordDump.text(records)) == records)
  }

  @Test func xmlRPC() throws {
    let text = """
      <?xml version="1.0"?><methodResponse><params><param><value><struct>
      <member><name>Status</name><value>Success</value></member>
      <member><name>Value</name><value><struct><member><name>OpaqueRef:1</name><value><struct>
      <member><name>uuid</name><value>u</value></member>
      <member><name>power_state</name><value>Running</value></member>
      <member><name>HVM_shadow_multiplier</name><value><double>1.5</double></value></member>
      </struct></value></member></struct></value></member></struct></value></param></params>
      </methodResponse>
      """
    #expect(try RecordFixtures.parse(text).vms.map(\.shadowMultiplier) == [1.5])
  }

  @Test(arguments: [
    (
      "{\"Status\": \"Failure\",\n\"ErrorDescription\": [\"SESSION_INVALID\"]}", 2,
      "SESSION_INVALID"
    ),
    ("{\"Status\": \"Success\", \"Value\":\n[\"OpaqueRef:1\"]}", 2, "VM.get_all_records"),
    ("<?xml version=\"1.0\"?>\n<database><manifest/></database>", 1, "xe vm-list params=all"),
    (
      "[{\"type\": \"VM\", \"uuid\": \"u\", \"CPUs\": {\"max\": 1}, \"memory\": {}}]", 1,
      "Xen Orchestra"
    ),
  ]) func refusals(_ text: String, _ line: Int, _ reason: String) throws {
    let error = try #require(RecordFixtures.refusal(text))
    #expect(error.line == line && error.reason.contains(reason), "\(error)")
  }

  @Test func nullsAreLeftOutOfDefinitions() throws {
    let base = #"{"platform": {"viridian": "true", "device-model": "a"}, "VCPUs_max": 2}"#
    let text = """
      {"uuid": "u", "name_label": "n", "derived_from": "base.json", "min_memory": "1G",
       "platform": {"device-model": null, "secureboot": "auto"}, "reference_label": null,
       "disks": null}
      """
    let records = try RecordFile.parse(Array(text.utf8), file: "t.json") { _ in Array(base.utf8) }
    let template = try #require(records.templates.first)
    #expect(template.platform["device-model"] == nil && template.flag("viridian") == true)
    #expect(template.platform["secureboot"] == "auto" && template.vcpusMax == 2)
    let error = RecordFixtures.refusal(#"{"reference_label": "b", "min_memory": "1G"}"#)
    #expect(error?.isBase == true)
  }
}
