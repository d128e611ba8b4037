import Charts
import Foundation
import OutputSupport
import Testing

@testable import Bench
@testable import Output

/// Names that do something to a terminal or to the order of reading, wherever a command shows them.
@Suite struct HostileNameTests {
  /// ESC, a line break, CR, C1 and a mark that turns the direction of writing.
  private static let name = "x\u{1B}[2J\nforged\r\u{9B}31m\u{202E}y"
  private static let guest = "reference:procs=4 leaves=2 touch=4 rounds=2"

  /// The command's words, the name among them.
  static let commands: [[String]] = [
    [name], ["host", name], ["--\(name)"], ["run", name], ["sweep", name], ["recommend", name],
    ["verify", name], ["compare", name, name], ["mrc", name], ["trace", "info", name],
    ["trace", "summary", name], ["trace", "predict", name], ["templates", "list", name],
    ["templates", "validate", name], ["report", name, "-o", "/proc/none"],
    ["host", "collect", name, "-o", "/proc/none"], ["baseline", "save", name, name],
    ["baseline", "check", name, name], ["replay", "check", name, name],
    ["pool", "audit", "--pool", name], ["pool", "what-if", "--pool", name],
    ["recommend", "--processes", name], ["recommend", guest, "--template", name],
    ["run", guest, "--cost-profile", name], ["run", guest, "--mode", name],
    ["run", guest, "--rule", name], ["run", guest, "-o", "/proc/\(name)"],
    ["templates", "list", "--connect", name], ["sweep", "--matrix", name],
    ["sweep", "--merge", name], ["host", "get", name], ["host", "tune", name],
  ]

  @Test(arguments: commands)
  func aMessageShowsItPlainly(words: [String]) throws {
    let outcome = try CommandTests().shadowbench(words)
    #expect(outcome.code == 2 || outcome.code == 3)
    Self.expectPlain(outcome.output + outcome.errors)
  }

  @Test(arguments: ["what-if", "audit"], [[], ["--json"]])
  func aPoolsNamesAreShownPlainly(command: String, more: [String]) throws {
    let quoted = #""x\u001b[2J\nforged\r\u009b31m\u202ey""#
    let sample = try String(
      contentsOfFile: "\(Repository.root)/Workloads/pools/sample.yaml", encoding: .utf8)
    let text = sample.replacingOccurrences(of: "name: Citrix XenApp 10", with: "name: \(quoted)")
      .replacingOccurrences(of: "name: Farm A", with: "name: \(quoted)")
      .replacingOccurrences(of: "xen2", with: quoted)
    #expect(text != sample)
    let path = NSTemporaryDirectory() + "names-\(UUID().uuidString).yaml"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try CommandTests().shadowbench(["pool", command, "--pool", path] + more)
    #expect(outcome.code < 2 && outcome.output.contains("forged"), "\(outcome.errors)")
    Self.expectPlain(outcome.output + outcome.errors)
  }

  @Test(arguments: ["list", "validate"], [[], ["--json"]])
  func aTemplatesNameIsShownPlainly(command: String, more: [String]) throws {
    let record = #"""
      {"OpaqueRef:1": {"uuid": "5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02",
       "name_label": "x\u001b[2J\nforged\r\u009b31m\u202ey", "is_a_template": true,
       "memory_static_max": "4294967296", "VCPUs_max": "2", "HVM_boot_policy": "BIOS order",
       "HVM_shadow_multiplier": 4.0, "platform": {"hap": "false"}, "other_config": {}}}
      """#
    try Self.expectPlain(of: record, ending: "json", ["templates", command], more)
  }

  @Test(arguments: [[], ["--json"]])
  func aProcesssNameIsShownPlainly(more: [String]) throws {
    let list = "process,page_table_bytes\nx\u{1B}[2Jforged\u{9B}31m\u{202E}y,409600\nb,8192\n"
    try Self.expectPlain(of: list, ending: "csv", ["recommend", "--processes"], more)
  }

  /// Runs a command on a file of `text`, which has a name with "forged" in it.
  private static func expectPlain(
    of text: String, ending: String, _ words: [String], _ more: [String]
  ) throws {
    let path = NSTemporaryDirectory() + "names-\(UUID().uuidString).\(ending)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try CommandTests().shadowbench(words + [path] + more)
    #expect(outcome.code < 2, "\(outcome.errors)")
    #expect(!outcome.output.isEmpty)
    expectPlain(outcome.output + outcome.errors)
  }

  @Test func aPageAndAWorkloadHoldNothingActive() {
    let page = Markup.tag("p", ["title": Self.name], Self.name).text
    #expect(
      !page.unicodeScalars.contains {
        PlainText.isActive($0) && !"\r\n".unicodeScalars.contains($0)
      })
    #expect(
      !WorkloadDescription.quoted(Self.name).unicodeScalars.contains(where: PlainText.isActive))
  }

  /// Nothing that a terminal obeys, and no line that a name began.
  private static func expectPlain(_ text: String) {
    #expect(!text.unicodeScalars.contains { $0 != "\n" && PlainText.isActive($0) }, "\(text)")
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("forged") }, "\(text)")
  }
}
