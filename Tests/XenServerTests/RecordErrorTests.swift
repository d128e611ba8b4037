import Foundation
import Testing
import XenServer

/// What is not read is refused, with line and reason.
@Suite struct RecordErrorTests {
  static let uuid = "uuid ( RO)   : a\n   power-state ( RO): halted\n"

  @Test(arguments: [
    ("", nil, "is empty"), ("  \n", nil, "is empty"), ("hello\n", 1, "no known format"),
    ("\u{1F}\u{8B}", 1, "no known format"),
    ("name-label ( RW): x\n", 1, "has only name-label, which do not tell what it is"),
    (uuid + "    x ( RO): 1\n    x ( RO): 2\n", 4, "has 'x' twice"),
    (uuid + "\n\n" + uuid, 5, "uuid a is there twice"),
    (
      uuid + "   memory-static-max ( RW): much\n", 3, "memory_static_max is 'much', must be a whole"
    ),
    (uuid + "   VCPUs-max ( RW): -1\n", 3, "VCPUs_max is '-1', must be a whole number of 0 to"),
    (uuid + "   is-a-template ( RW): maybe\n", 3, "must be true or false"),
    (uuid + "   HVM-shadow-multiplier ( RW): x\n", 3, "must be a number"),
    (uuid + "   platform ( RW): x\n", 3, "must be a map of text"),
  ]) func listings(_ text: String, _ line: Int?, _ reason: String) throws {
    let error = try #require(RecordFixtures.refusal(text))
    #expect(error.file == "f" && error.line == line)
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test(arguments: [
    ("<a/>", 1, "not <value>"), ("<value>x</value>", 1, "no array 'objects'"),
    ("<value>\n<struct>\n", 3, "ends within <struct>"),
    ("<!DOCTYPE a [<!ENTITY b \"c\">]><value>&b;</value>", 1, "document type"),
    ("<value>&lol;</value>", 1, "no entity of XML's own"),
    ("<value>&#0;</value>", 1, "no entity"), ("<value>a & b</value>", 1, "write &amp;"),
    ("<value><i4>x</i4></value>", 1, "no whole number"),
    ("<value><boolean>2</boolean></value>", 1, "must be 0 or 1"),
    ("<value><double>x</double></value>", 1, "no number"),
    ("<value><thing/></value>", 1, "no type of XML-RPC's"),
    ("<value>a<int>1</int></value>", 1, "holds text and <int>"),
    ("<value>\n<struct>\n<member/></struct></value>", 3, "has no name"),
    ("<value x='1'/>", 1, "attributes"), ("<value></valu>", 1, "closes <value>"),
    ("<value/><value/>", 1, "second outermost"), ("<!-- x", 1, "a comment does not end"),
    (
      "<value><struct><member><name>a</name><value/></member><member><name>a</name>", 1,
      "has 'a' twice"
    ),
    (
      "<value><struct><member><name>objects</name><value><array><data>\n<value/></data></array>"
        + "</value></member></struct></value>", 2, "lacks 'class', 'id' or 'snapshot'"
    ),
  ]) func exports(_ text: String, _ line: Int, _ reason: String) throws {
    let error = try #require(RecordFixtures.refusal(text))
    #expect(error.line == line, "\(error)")
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test(arguments: [
    ("{", 1, "lacks a name"), ("{}", 1, "neither a dump"), ("{\n\"a\": 1,\n\"a\": 2}", 3, "twice"),
    ("{\"a\": 01}", 1, "no JSON value"), ("{\"a\": 1.}", 1, "after the point"),
    ("{\"a\": 1e}", 1, "exponent"), ("{\"a\": 1e999}", 1, "too large"),
    ("{\"a\": \"\\x\"}", 1, "no escape"), ("{\"a\": \"\\ud800\"}", 1, "surrogate"),
    ("{\"a\": \"b\nc\"}", 1, "control character"), ("{\"a\": tru}", 1, "'true' was meant?"),
    ("{\"a\": [1 2]}", 1, "lacks ',' or ']'"), ("{} x", 1, "something follows"),
    ("{\"min_memory\": \"1G\"}", 1, "has no uuid"),
    ("{\"uuid\": \"u\", \"name_label\": \"n\"}", 1, "has no min_memory"),
    ("{\"uuid\": \"u\",\n\"min_memory\": \"1Q\"}", 2, "an amount such as 512M"),
    ("{\"uuid\": \"u\",\n\"derived_from\": \"b.json\"}", 2, "is not there"),
    ("{\"uuid\": \"u\",\n\"derived_from\": \"../b.json\"}", 2, "of the same folder"),
    ("{\"kind\": \"pool_records\"}", 1, "schema_version must be 1"),
    ("{\"kind\": \"pool_records\",\n\"schema_version\": 2}", 2, "schema_version must be 1"),
    ("{\"kind\": \"pool_records\", \"schema_version\": 1}", 1, "origin must be one of dump"),
    (
      "{\"kind\": \"pool_records\", \"schema_version\": 1, \"origin\": \"live\",\n\"x\": 1}", 2,
      "a dump has no 'x'"
    ),
    (
      "{\"kind\": \"pool_records\", \"schema_version\": 1, \"origin\": \"live\",\n\"objects\": "
        + "{\"VM\":\n{\"a\":\n3}}}", 4, "VM a is a whole number, must be a map"
    ),
  ]) func json(_ text: String, _ line: Int, _ reason: String) throws {
    let error = try #require(RecordFixtures.refusal(text))
    #expect(error.line == line, "\(error)")
    #expect(error.reason.contains(reason), "\(error)")
  }

  @Test func nestingHasALimit() throws {
    let json = "{\"a\": " + String(repeating: "[", count: 100_000)
    #expect(RecordFixtures.refusal(json)?.reason.contains("deeper than 64") == true)
    let xml = String(repeating: "<value><array><data>", count: 100_000)
    #expect(RecordFixtures.refusal(xml)?.reason.contains("deeper than 64") == true)
    let tags = "<value>" + String(repeating: "<struct>", count: 10)
    #expect(RecordFixtures.refusal(tags) != nil)
  }

  @Test func twoTemplatesThatDeriveFromEachOther() {
    let text = "{\"uuid\": \"u\", \"derived_from\": \"self.json\"}"
    #expect(throws: RecordError.self) {
      try RecordFile.parse(Array(text.utf8), file: "self.json") { _ in Array(text.utf8) }
    }
  }

  @Test func archivesThatAreNone() throws {
    let whole = [UInt8](
      try Data(contentsOf: URL(fileURLWithPath: RecordFixtures.path("sample.xva"))))
    func reason(_ bytes: [UInt8]) -> String {
      do {
        _ = try RecordFile.parse(bytes, file: "a.xva")
        return "read"
      } catch {
        return error.reason
      }
    }
    #expect(reason(whole) == "read")
    #expect(reason(Array(whole.prefix(1000))).contains("ends within ova.xml"))
    var damaged = whole
    damaged[0] = UInt8(ascii: "x")
    #expect(reason(damaged).contains("wrong checksum"))
    damaged[0] = UInt8(ascii: "p")
    damaged[148..<156] = ArraySlice("011131\0 ".utf8)
    #expect(!reason(damaged).contains("read"))
  }

  @Test(arguments: ["gzip", "xz", "zstd"])
  func compressedFilesAreReadAsTheyAre(_ tool: String) throws {
    let folder = NSTemporaryDirectory() + "records-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["sample.xva", "ova.xml"] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = [
        "-c", "\(tool) -c \"$1\" > \"$2\"", "sh", RecordFixtures.path(name), folder + "/x",
      ]
      try process.run()
      process.waitUntilExit()
      let packed = try RecordFile.read(folder + "/x")
      let plain = try RecordFile.read(RecordFixtures.path(name))
      #expect(packed.vms.map(\.uuid) == plain.vms.map(\.uuid))
      #expect(!packed.vms.isEmpty)
    }
    try Data([0x1F, 0x8B, 8]).write(to: URL(fileURLWithPath: folder + "/cut"))
    let error = #expect(throws: RecordError.self) { try RecordFile.read(folder + "/cut") }
    #expect(error?.reason.contains("cut short") == true)
  }

  @Test func filesThatAreNone() {
    for path in ["/nonexistent", "/"] {
      #expect(throws: RecordError.self) { try RecordFile.read(path) }
    }
  }

  @Test func bytesThatAreNoText() throws {
    let bytes = Array("uuid ( RO): a\nx ( RO): ".utf8) + [0xFF]
    do throws(RecordError) {
      _ = try RecordFile.parse(bytes, file: "f")
      Issue.record("read")
    } catch {
      #expect(error.line == 2 && error.reason.contains("not UTF-8"))
    }
  }

  /// JSON takes a bounded share of memory: values of two or three bytes would take 20 times its
  /// size.
  @Test(arguments: ["{}", "[]", #"{"a":1}"#])
  func jsonOfManySmallValues(_ value: String) throws {
    let text = "[" + String(repeating: value + ",", count: 200_000) + value + "]"
    let error = try #require(RecordFixtures.refusal(text))
    #expect(error.line == 1)
    #expect(error.reason.contains("more values than records of"), "\(error)")
  }
}
