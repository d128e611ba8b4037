import Foundation
import Testing

@testable import XenServer

/// Listings as people paste them are read as the plain ones, or refused by line: never otherwise.
@Suite struct PastedRecordTests {
  /// What a listing is put through on its way into a file.
  struct Distortion: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var apply: @Sendable (String) -> [UInt8]

    init(_ name: String, _ apply: @escaping @Sendable (String) -> String) {
      self.init(bytes: name) { Array(apply($0).utf8) }
    }

    init(bytes name: String, _ apply: @escaping @Sendable (String) -> [UInt8]) {
      testDescription = name
      self.apply = apply
    }
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private static func each(_ text: String, _ change: (String) -> String) -> String {
    lines(text).map(change).joined(separator: "\n")
  }

  private static func wrapped(_ text: String, _ width: Int) -> String {
    each(text) { line in
      var rest = line[...]
      var parts: [Substring] = []
      while rest.count > width {
        parts.append(rest.prefix(width))
        rest = rest.dropFirst(width)
      }
      return (parts + [rest]).joined(separator: "\n")
    }
  }

  private static func folded(_ text: String, _ width: Int) -> String {
    each(text) { line in
      var rest = line[...]
      var parts: [String] = []
      while rest.count > width, let space = rest.prefix(width + 1).dropFirst(50).lastIndex(of: " ")
      {
        parts.append(String(rest[..<space]))
        rest = rest[rest.index(after: space)...]
      }
      return (parts + [String(rest)]).joined(separator: "\n")
    }
  }

  static let distortions: [Distortion] =
    [79, 80, 96, 100, 120, 132].map { width in
      Distortion("wrapped at \(width)") { wrapped($0, width) }
    } + [
      Distortion("folded at 78") { folded($0, 78) },
      Distortion("prompt") { "[root@xs1 ~]# xe vm-list params=all\n\($0)\n[root@xs1 ~]# " },
      Distortion("command") { "xe vm-list params=all\n" + $0 },
      Distortion("prose") { "Hello,\nthis is what it says:\n\n" + $0 },
      Distortion("fence") { "see\n```text\n\($0)\n```\nThanks" },
      Distortion("fence of tildes") { "~~~\n\($0)\n~~~" },
      Distortion("fence at once") { "```\($0)```" },
      Distortion("quoted") { each($0) { "> " + $0 } },
      Distortion("quoted twice") { each($0) { ">> " + $0 } },
      Distortion("script") {
        "Script started on 2026-01-01\n" + each($0) { "\u{1B}[0m\($0)\u{1B}[K\r" }
          + "\nScript done on 2026-01-01"
      },
      Distortion("titles") { "\u{1B}]0;root@xs1\u{07}\n\u{1B}(B" + $0 },
      Distortion("tabs") {
        each($0) { line in
          let spaces = line.prefix { $0 == " " }.count
          return String(repeating: "\t", count: spaces / 8) + line.dropFirst(spaces / 8 * 8)
        }
      },
      Distortion("indented") { each($0) { "      " + $0 } },
      Distortion("not indented") { each($0) { String($0.drop { $0 == " " }) } },
      Distortion(bytes: "mark") { [0xEF, 0xBB, 0xBF] + Array($0.utf8) },
      Distortion(bytes: "UTF-16 LE") {
        [0xFF, 0xFE] + $0.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
      },
      Distortion(bytes: "UTF-16 BE") {
        [0xFE, 0xFF] + $0.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
      },
      Distortion("CRLF") { $0.replacing("\n", with: "\r\n") },
      Distortion("no blank lines") {
        lines($0).filter { !$0.isEmpty }.joined(separator: "\n")
      },
      Distortion("blank lines doubled") { $0.replacing("\n", with: "\n\n") },
      Distortion("no-break spaces") { $0.replacing(" (", with: "\u{A0}(") },
      Distortion(bytes: "Latin-1") {
        Array($0.utf8).flatMap { $0 == UInt8(ascii: "X") ? [0xE9] : [$0] }
      },
      Distortion("cut lines") { each($0) { String($0.prefix(79)) } },
      Distortion("first lines lost") { lines($0).dropFirst(3).joined(separator: "\n") },
    ]

  /// Machines of which no value is cut off by `xe` itself.
  static let sample: String = {
    let path = RecordFixtures.path("vm-list.txt")
    return (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  }()

  /// What commands rest on: fields of each machine, whatever the order.
  private func essence(_ records: PoolRecords) -> [[String]] {
    let audit = MultiplierAudit(records, hasNestedPaging: true)
    return records.vms.map { vm in
      [
        vm.uuid ?? "-", vm.kind.rawValue, vm.powerState?.rawValue ?? "-",
        vm.domainType?.rawValue ?? "-", "\(vm.shadowMultiplier ?? -1)",
        "\(vm.staticMaxBytes ?? -1)", "\(vm.vcpusMax ?? -1)", "\(vm.overheadBytes ?? -1)",
        vm.residentOn ?? "-", "\(vm.platform.sorted { $0.key < $1.key })",
        "\(vm.isApplicationTemplate)",
        "\(audit.findings.first { $0.vm == vm }.map { "\($0.problems) \($0.proposal ?? -1)" } ?? "")",
      ]
    }
  }

  private func check(_ bytes: [UInt8], _ name: String, against plain: [[String]]) {
    do throws(RecordError) {
      let records = try RecordFile.parse(bytes, file: "f")
      #expect(essence(records) == plain, "\(name)")
    } catch {
      let isOfFile = ["UTF-16", "is empty"].contains { error.reason.contains($0) }
      #expect(error.line != nil || isOfFile, "\(name): \(error)")
    }
  }

  @Test(arguments: distortions) func isReadOrRefusedByLine(_ distortion: Distortion) throws {
    let plain = essence(try RecordFixtures.parse(Self.sample))
    check(distortion.apply(Self.sample), distortion.testDescription, against: plain)
  }

  @Test(arguments: distortions) func pairsAreToo(_ first: Distortion) throws {
    let plain = essence(try RecordFixtures.parse(Self.sample))
    let text = first.apply(Self.sample)
    guard let once = String(validating: text, as: UTF8.self) else { return }
    for second in Self.distortions {
      check(
        second.apply(once), "\(first.testDescription), then \(second.testDescription)",
        against: plain)
    }
  }

  /// Those that lose nothing are read.
  @Test(
    arguments: distortions.filter {
      !["Latin-1", "cut lines", "first lines lost"].contains($0.testDescription)
    }) func whatLosesNothingIsRead(_ distortion: Distortion) throws
  {
    let plain = essence(try RecordFixtures.parse(Self.sample))
    #expect(essence(try RecordFile.parse(distortion.apply(Self.sample), file: "f")) == plain)
  }

  @Test func classesAreToldApart() throws {
    let host = """
      uuid ( RO)              : 5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02
                name-label ( RW): xs1
                   address ( RO): 10.0.0.1
              memory-total ( RO): 68719476736
         host-metrics-live ( RO): true
      """
    let records = try RecordFixtures.parse(host)
    #expect(records.vms.isEmpty && records.hosts.first?.totalBytes == 64 << 30)
    let master = "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02"
    let pool = "uuid ( RO): \(master)\n   master ( RO): \(master)\n   ha-enabled ( RO): true\n"
    #expect(try RecordFixtures.parse(pool).pool?.master == "OpaqueRef:\(master)")
    #expect(try RecordFixtures.parse(pool).pool?.isHAEnabled == true)
    let bare = "uuid ( RO): 5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02\n   name-label ( RW): a\n"
    #expect(RecordFixtures.refusal(bare)?.line == 1)
    let listed = try RecordFixtures.parse("# xe template-list\n" + bare)
    #expect(listed.templates.count == 1 && listed.templates[0].shadowMultiplier == nil)
    let network = "# xe network-list\n" + bare + "   bridge ( RO): xenbr0\n"
    #expect(RecordFixtures.refusal(network)?.reason.contains("one of networks") == true)
  }
}
