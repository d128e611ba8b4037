import Testing

@testable import Bench

@Suite struct BadWorkloadTests {
  static let values: [BadFile] = [
    .workload(2, nil, "the key 'name' is missing", at: 2),
    .workload(2, "name:", "name: expected text, found nothing"),
    .workload(2, "name: \"  \"", "name: expected text"),
    .workload(2, "name: [a]", "name: expected text, found a list of 1"),
    .workload(2, "nmae: small", "unknown key 'nmae'; did you mean name?"),
    .workload(2, "name: small\ncolour: red", "unknown key 'colour'; known are name", at: 3),
    .workload(3, "about: {a: b}", "about: expected text, found keys and values"),
    .workload(4, nil, "the key 'expect' is missing", at: 2),
    .workload(5, "guest: 5\nx:", "unknown key 'x'", at: 6),
    .workload(6, "  mode: 32-bit", "expected one of 64-bit, pae, 2-level, found '32-bit'"),
    .workload(6, "  mode: unpaged", "found 'unpaged'"),
    .workload(6, "  mode: 64bit", "did you mean 64-bit?"),
    .workload(6, nil, "guest: the key 'mode' is missing", at: 6),
    .workload(7, "  memory_mib: 8", "expected a whole number from 16 to 65536, found '8'"),
    .workload(7, "  memory_mib: 100000", "found '100000'"),
    .workload(7, "  memory_mib: 64.5", "guest.memory_mib: expected a whole number"),
    .workload(7, "  memory_mib: \"64\"", "expected a whole number from 16 to 65536, found '64'"),
    .workload(7, "  memory_mib: 0x40", "found '0x40'"),
    .workload(7, "  memory_mib: 99999999999999999999999", "found '9999"),
    .workload(7, "  memory_mib: 1e400", "found '1e400'"),
    .workload(7, "  memory_mb: 64", "did you mean memory_mib?"),
    .workload(8, "  vcpus: 0", "guest.vcpus: expected a whole number from 1 to 64, found '0'"),
    .workload(8, "  vcpus: two", "found 'two'"),
    .workload(10, "  users: 3\n  count: 5", "either users and per_user, or count", at: 10),
    .workload(10, nil, "per_user needs users", at: 10),
    .workload(11, nil, "processes: the key 'per_user' is missing", at: 10),
    .workload(11, "  per_user: -4", "processes.per_user: expected a whole number from 1 to 1000"),
    .workload(13, "    - share: 0.7", "must sum to 1, they sum to 1.2"),
    .workload(13, "    - share: 0", "leaf_tables[1].share: expected a number from 0.001 to 1"),
    .workload(14, "      count: many", "leaf_tables[1].count: expected a whole number"),
    .workload(14, "      number: 6", "unknown key 'processes.leaf_tables[1].number'"),
    .workload(15, "    - 5", "leaf_tables[2]: expected the keys share, count, found '5'"),
    .workload(15, "    - {share: 0.5, count: 9000}", "9000 leaf tables do not fit", at: 12),
    .workload(16, "  upper_tables: 2", "2 is not from 3 to 64, as mode 64-bit has"),
    .workload(17, "  entries_per_leaf: 600", "600 is more than the 512 of a table"),
    .workload(17, "  entries_per_leaf: {low: 5}", "entries_per_leaf: the key 'value' is missing"),
    .workload(17, "  entries_per_leaf: {value: 5, low: 6}", "5 is not between low and high"),
    .workload(17, "  entries_per_leaf: {value: 5, mark: X}", "expected one of V, H, M, E"),
    .workload(17, "  entries_per_leaf: {value: 99, mark: H}", "mark H needs a source"),
    .workload(17, "  entries_per_leaf: {value: 9, unit: k}", "unknown key"),
    .workload(17, "  entries_per_leaf: {value: 9, source: }", "source: expected text"),
  ]

  static let activity: [BadFile] = [
    .workload(19, "  entries_share: 1.5", "expected a number from 0 to 1, found '1.5'"),
    .workload(19, "  entries_share: .nan", "found '.nan'"),
    .workload(19, "  entries_share: nan", "found 'nan'"),
    .workload(19, "  entries_share: .inf", "found '.inf'"),
    .workload(19, "  entries_share: infinity", "found 'infinity'"),
    .workload(19, "  entries_share: true", "found 'true'"),
    .workload(19, "  entries_share: null", "found 'null'"),
    .workload(20, "  sharers: 13", "sharing.sharers: 13 is more than the 12 processes"),
    .workload(23, "  active_processes: 13", "13 is more than the 12 processes there are"),
    .workload(24, "  turnover: 0.5", "0.5 leaves no overlap of 0.75"),
    .workload(25, "  leaves_touched: 9", "9 is more than the 8 leaf tables of a process"),
    .workload(25, nil, "activity: the key 'leaves_touched' is missing", at: 23),
    BadFile(
      "name: a\n", line: 1,
      "the keys 'about', 'expect', 'guest', 'processes', 'activity' are missing"),
    .workload(26, "  entries_touched: 101", "101 is more than the 100 entries"),
    .workload(27, "  blocks_touched: 33", "expected a number from 1 to 32"),
    .workload(30, "  root_loads: 7", "7 a second cannot run 8 active processes; at least 8"),
    .workload(30, "  root_loads: 2_000", "found '2_000'"),
    .workload(34, "  schedule: cyclic", "one of round-robin, random, hot, single, tree"),
    .workload(34, "  schedule: roundrobin", "did you mean round-robin?"),
    .workload(34, "  schedule: [hot]", "found a list of 1"),
    .workload(36, "  leaf_tables: 1025", "expected a whole number from 0 to 1024"),
    .workload(38, "  private_directory: yes", "expected true or false, found 'yes'"),
    .workload(38, "  private_directory: true", "is for mode pae only, not 64-bit"),
    .workload(40, "  warm_up_seconds: -1", "run.warm_up_seconds: expected a whole number"),
    .workload(41, "  seconds: 0", "run.seconds: expected a whole number from 1 to 3600, found '0'"),
  ]

  static let syntax: [BadFile] = [
    BadFile("", line: 1, "is empty"),
    BadFile("# only this\n\n", line: 1, "is empty"),
    BadFile("hello", line: 1, "expected the keys name, about"),
    BadFile("- 1\n- 2\n", line: 1, "found a list of 2"),
    BadFile("[]", line: 1, "found a list of 0"),
    BadFile("\u{0}", line: 1, "control characters are not allowed"),
    .workload(2, "name: small\nname: large", "key 'name' stands more than once", at: 2),
    .workload(7, "  memory_mib: 64\n  mode: pae", "key 'mode' stands more than once", at: 6),
    .workload(7, "\tmemory_mib: 64", "a tab indents this line"),
    .workload(7, "  memory_mib: \"64", "did not find expected key", at: 17),
    .workload(7, "   memory_mib: 64", "mapping values are not allowed"),
    .workload(7, "  memory_mib: [64", "is not YAML", at: 8),
    .workload(7, "  memory_mib: @64", "cannot start any token"),
    .workload(2, "name: &a small", "anchors (&) and aliases (*) are not accepted"),
    .workload(3, "about: *a", "found undefined alias"),
    .workload(2, "? [a, b]\n: c", "a key must be plain text"),
    BadFile(SmallFile.workload + "---\na: b\n", line: 42, "a second document begins here"),
    .workload(2, "name: " + String(repeating: "[", count: 900), "is not YAML", at: 4),
    .workload(
      2, "name: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
      "is nested more than 64 deep"),
    .workload(
      2, "name: " + String(repeating: "[", count: 20000) + String(repeating: "]", count: 20000),
      "is nested too deep"),
  ]

  @Test(arguments: values + activity)
  func badValueIsNamedWithItsLine(_ bad: BadFile) {
    check(bad)
  }

  @Test(arguments: syntax)
  func badSyntaxIsNamedWithItsLine(_ bad: BadFile) {
    check(bad)
  }

  private func check(_ bad: BadFile) {
    do throws(InputError) {
      _ = try WorkloadFile(text: bad.text, file: "bad.yaml")
      Issue.record("accepted")
    } catch {
      #expect(error.file == "bad.yaml")
      #expect(error.line == bad.line)
      #expect(error.reason.contains(bad.reason), "\(error)")
    }
  }

  @Test func figuresThatDoNotFitTogether() {
    let tooMany = SmallFile.replacing(10, with: "  users: 3000")
    #expect(throws: InputError.self) { try WorkloadFile(text: tooMany) }
    let pae = SmallFile.replacing(6, with: "  mode: pae")
    #expect(throws: InputError.self) { try WorkloadFile(text: pae) }
    let single = SmallFile.replacing(
      10, with: "  users: 1", in: SmallFile.replacing(11, with: "  per_user: 2"))
    #expect(throws: InputError.self) { try WorkloadFile(text: single) }
  }

  @Test func aliasesDoNotMultiply() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    text += "? *a29\n: b\n"
    #expect(throws: InputError.self) { try WorkloadFile(text: text) }
  }
}
