import Testing

@testable import Bench

@Suite struct BadMatrixTests {
  static let matrix = """
    name: small
    about: a test
    inputs:
      - a.yaml
      - input: b
        memory_mib: 128
    guests:
      - {}
      - {vcpus: 1, mode: pae}
    rules: [mapped-once]
    p2m: [2m]
    policies: [xen, fifo]
    seeds: [1, 2]
    sizes: 3
    cost_profile: core2-2008
    cycles_per_access: 100
    target_percent: 1
    margin_percent: 10

    """

  /// The matrix with line `number` replaced; the error is there, or at line `at`.
  static func bad(_ number: Int, _ line: String?, _ reason: String, at place: Int? = nil)
    -> BadFile
  {
    let text = SmallFile.replacing(number, with: line, in: matrix)
    return BadFile(text, line: place ?? number, reason)
  }

  static let files: [BadFile] = [
    BadFile("", line: 1, "is empty"),
    BadFile("hello", line: 1, "expected the keys name, about"),
    BadFile("name: a\ninputs: [b\n", line: 2, "is not YAML"),
    bad(1, nil, "the key 'name' is missing", at: 1),
    bad(1, "name:", "name: expected text, found nothing"),
    bad(2, "abuot: x", "unknown key 'abuot'; did you mean about?"),
    bad(2, "name: again", "key 'name' stands more than once", at: 1),
    bad(2, "about: &a x", "anchors (&) and aliases (*) are not accepted"),
    bad(3, "inputs: all\nx:", "unknown key 'x'", at: 4),
    BadFile("name: a\ninputs: b\n", line: 2, "inputs: expected a list, found 'b'"),
    BadFile("name: a\ninputs: []\n", line: 2, "inputs: expected a list of 1 to 10000"),
    BadFile("name: a\n", line: 1, "the key 'inputs' is missing"),
    bad(4, "  - \"\"", "inputs[1]: expected text, found ''"),
    bad(4, "  - [a, b]", "inputs[1]: expected text, found a list of 2"),
    bad(4, "  - b\n  - b", "'b' stands twice", at: 5),
    bad(5, "  - path: b", "unknown key 'inputs[2].path'; known are input, mode"),
    bad(5, "  - vcpus: 1", "inputs[2]: the key 'input' is missing"),
    bad(6, "    memory_mib: 0", "memory_mib: expected a whole number from 1 to 65536, found '0'"),
    bad(6, "    memory: 4", "unknown key 'inputs[2].memory'"),
    bad(8, "  - {vcpus: 129}", "guests[1].vcpus: expected a whole number from 1 to 128"),
    bad(8, "  - {mode: 32-bit}", "expected one of 64-bit, pae, 2-level, found '32-bit'"),
    bad(8, "  - {mode: pae, vcpus: 1}", "'this guest' stands twice", at: 9),
    bad(8, "  - big", "guests[1]: expected the keys mode, memory_mib, vcpus, found 'big'"),
    bad(10, "rules: [xapi, xapi]", "rules[2]: 'xapi' stands twice"),
    bad(10, "rules: [xap]", "did you mean xapi?"),
    bad(10, "rules: xapi", "rules: expected a list, found 'xapi'"),
    bad(11, "p2m: [1g]", "p2m[1]: expected one of 2m, 4k, found '1g'"),
    bad(12, "policies: [lru]", "expected one of xen, fifo, found 'lru'"),
    bad(12, "policies: [xen, fifo, xen]", "policies: expected a list of 1 to 2"),
    bad(13, "seeds: [1, 1]", "seeds[2]: 'seed 1' stands twice"),
    bad(13, "seeds: [-1]", "seeds[1]: expected a whole number from 0 to 4294967295, found '-1'"),
    bad(13, "seeds: 5", "seeds: expected a list, found '5'"),
    bad(13, "seeds: {first: 1}", "seeds: the key 'count' is missing"),
    bad(13, "seeds: {count: 0}", "seeds.count: expected a whole number from 1 to 10000"),
    bad(14, "sizes: 0", "sizes: expected a whole number from 1 to 1024, found '0'"),
    bad(14, "sizes: [1, 2]", "sizes: expected a whole number from 1 to 1024"),
    bad(14, "sizes: {mib: [1]}", "unknown key 'sizes.mib'; known are multipliers, shadow_mib"),
    bad(14, "sizes: {pages: [1], shadow_mib: [2]}", "give one of multipliers, shadow_mib, pages"),
    bad(14, "sizes: {pages: [0]}", "sizes.pages[1]: expected a whole number from 1 to"),
    bad(14, "sizes: {multipliers: [x]}", "sizes.multipliers[1]: expected a number from 0.001"),
    bad(14, "sizes: {shadow_mib: 4}", "sizes.shadow_mib: expected a list, found '4'"),
    bad(14, "sizes: {}", "give one of multipliers"),
    bad(15, "cost_profile: [a]", "cost_profile: expected text"),
    bad(16, "cycles_per_access: 0", "cycles_per_access: expected a number from 0.001"),
    bad(17, "target_percent: 0", "target_percent: expected a number from 0.0001 to 100000"),
    bad(18, "margin_percent: 91", "margin_percent: expected a number from 0 to 90, found '91'"),
    BadFile(
      "name: a\ninputs: [b, c, d, e, f, g, h, i, j, k, l]\nseeds: {count: 10000}\n", line: 1,
      "the matrix has more than 100000 cells"),
  ]

  @Test(arguments: files)
  func badMatrixIsNamedWithItsLine(_ bad: BadFile) {
    do throws(InputError) {
      _ = try SweepMatrix(text: bad.text, file: "bad.yaml")
      Issue.record("accepted: \(bad.text)")
    } catch {
      #expect(error.file == "bad.yaml")
      #expect(error.line == bad.line, "\(error)")
      #expect(error.reason.contains(bad.reason), "\(error)")
    }
  }

  @Test func theMatrixIsGoodBeforeItIsMadeBad() throws {
    #expect(try SweepMatrix(text: Self.matrix).cells.count == 16)
  }

  @Test func truncatedFilesNeverTrap() {
    let bytes = Array(Self.matrix.utf8)
    for length in 0...bytes.count {
      do throws(InputError) {
        let text = try TextFile.text(of: Array(bytes[..<length]), file: "f")
        _ = try SweepMatrix(text: text, file: "f").cells.map(\.id)
      } catch {
        #expect(!error.reason.isEmpty)
      }
    }
  }
}
