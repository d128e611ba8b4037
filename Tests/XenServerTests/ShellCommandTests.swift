import Foundation
import ShellText
import Testing
import XenServer

/// Command lines for a root shell: whatever a name holds, it is one word there, and on one line.
@Suite struct ShellCommandTests {
  static let texts = [
    "", "plain", "two words", "it's", "$(touch /tmp/x)", "`id`", "a;b", "a\nb", "a\r\nb", "\\",
    "\\n",
    "a'b\nc\\d", "\u{1B}[2J", "tab\there", "é ü 🙂", "\u{202E}gpj", "\u{2028}", "*", "~", "!x", "-x",
    "uuid=1; reboot", "x y=z", "#", "name=a\"b", "'; reboot #", "\u{85}", "a\u{7F}b",
    "'\u{301}; reboot #", "=\u{301}'", "\n'\u{301}; reboot",
  ]

  @Test(arguments: texts) func aTextIsOneWord(_ text: String) throws {
    for (text, count) in [(text, 1), ("name-label=\(text)", 1)] {
      let command = ShellCommand("printf", "%s\\0").adding(text).description
      #expect(
        !command.unicodeScalars.contains {
          [.control, .format, .lineSeparator].contains($0.properties.generalCategory)
        }, "\(command)")
      let words = try words(of: command)
      #expect(words == [text] && words.count == count, "\(command)")
    }
    let inner = ShellCommand("printf", "%s").adding(text)
    let outer = ShellCommand("printf", "%s\\0").adding("uuid=", outputOf: inner)
    // A shell drops line ends at the end of what a command prints; none of these ends with one.
    #expect(try words(of: outer.description) == ["uuid=\(text)"])
  }

  /// What bash makes of a command line that prints its arguments.
  private func words(of command: String) throws -> [String] {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", command]
    process.environment = ["LC_ALL": "C.UTF-8"]
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    var parts = String(decoding: data, as: UTF8.self).components(separatedBy: "\0")
    #expect(parts.popLast() == "")
    return parts
  }

  @Test func whatNeedsNoQuotesHasNone() {
    #expect(
      ShellCommand("xe", "vm-param-set", "uuid=0a", "HVM-shadow-multiplier=1.5").description
        == "xe vm-param-set uuid=0a HVM-shadow-multiplier=1.5")
    #expect(ShellCommand.quoted("HVM-boot-policy=BIOS order") == "HVM-boot-policy='BIOS order'")
    #expect(ShellCommand.quoted("") == "''")
  }

  @Test(arguments: [
    ("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02", true), ("5C1F2E77-8A40-4D0B-B0B6-0F6F3C3A9E02", true),
    ("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e0", false), ("", false), ("x; reboot", false),
    ("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02\n", false), ("5c1f2e778a404d0bb0b60f6f3c3a9e02", false),
    ("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e0²", false),
  ])
  func uuidsHaveTheirForm(_ text: String, _ isValid: Bool) {
    #expect(XenUUID.isValid(text) == isValid)
  }

  @Test(arguments: ["x; touch /tmp/owned #", "$(reboot)", "a\nreboot", ""])
  func aRecordsUUIDIsNoCommand(_ uuid: String) throws {
    let record = XenRecord([
      "uuid": .string(uuid), "name_label": .string("it's\nreboot"), "is_a_template": .boolean(true),
      "HVM_shadow_multiplier": .float(0.5), "HVM_boot_policy": .string("BIOS order"),
      "VCPUs_max": .integer(1), "VCPUs_at_startup": .integer(2),
      "memory_static_max": .integer(1 << 30), "platform": .map(["hap": .string("false")]),
    ])
    let template = VMRecord(reference: "r", record: record)
    #expect(throws: MultiplierChange.Obstacle.self) { try MultiplierChange(template, to: 1) }
    let fixes = TemplateCheck.findings(template, paging: .nested).compactMap(\.fix)
    #expect(!fixes.isEmpty)
    for fix in fixes {
      #expect(fix.contains(#"uuid="$(xe template-list name-label=$'it\'s\012reboot' --minimal)""#))
      #expect(!fix.contains("\n"))
      #expect(uuid.isEmpty || !fix.contains(uuid))
    }
  }

  @Test(arguments: [1e300, 1e19, 9.3e18, 1e9, .infinity, .nan, 0.5])
  func whatNoHostHasMemoryForIsNoChange(_ multiplier: Double) {
    let record = XenRecord([
      "uuid": .string("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02"), "power_state": .string("Halted"),
      "HVM_boot_policy": .string("BIOS order"),
    ])
    #expect(throws: MultiplierChange.Obstacle.self) {
      try MultiplierChange(VMRecord(reference: "r", record: record), to: multiplier)
    }
  }
}
