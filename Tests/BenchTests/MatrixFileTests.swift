import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct MatrixFileTests {
  @Test func everyPartIsRead() throws {
    let matrix = try SweepMatrix(
      text: """
        name: all
        about: every key
        inputs:
          - a.yaml
          - {input: captures/b, mode: pae, memory_mib: 512, vcpus: 2}
        guests:
          - {}
          - {mode: 2-level, memory_mib: 256}
        rules: [xapi, libxl]
        p2m: [4k, 2m]
        policies: [fifo]
        seeds: [3, 1]
        sizes: {multipliers: [1, 2.5]}
        cost_profile: costs/p4.yaml
        cycles_per_access: 50
        target_percent: 2
        margin_percent: 20
        """, file: "dir/all.yaml")
    #expect(matrix.name == "all" && matrix.about == "every key")
    #expect(matrix.inputs.map(\.name) == ["a.yaml", "captures/b"])
    #expect(matrix.inputs.map(\.line) == [4, 5])
    #expect(matrix.sizes == .list([.multiplier(1), .multiplier(2.5)]))
    #expect(matrix.target == Target(share: 0.02, margin: 0.2))
    #expect(matrix.cyclesPerAccess == 50 && matrix.costProfile == "costs/p4.yaml")
    #expect(matrix.location(of: "a.yaml") == "dir/a.yaml")
    #expect(matrix.location(of: "/a.yaml") == "/a.yaml")
    #expect(matrix.location(of: "reference:procs=2") == "reference:procs=2")

    let cells = matrix.cells
    #expect(cells.count == 2 * 2 * 2 * 2 * 1 * 2)
    #expect(cells.map(\.index) == Array(0..<32))
    #expect(cells.prefix(4).map(\.seed) == [3, 1, 3, 1])
    #expect(cells.prefix(4).map(\.p2m) == [.smallPages, .smallPages, .superpages, .superpages])
    #expect(cells[4].rule == .libxl)
    #expect(cells[16].guest == GuestOverride(mode: .pae, memoryMiB: 512, vcpus: 2))
    #expect(cells[24].guest == GuestOverride(mode: .twoLevel, memoryMiB: 256, vcpus: 2))
  }

  @Test func defaultsAreThoseOfTheCommandLine() throws {
    let matrix = try SweepMatrix(text: "{name: a, inputs: [b]}")
    #expect(matrix.cells.count == 1)
    #expect(matrix.sizes == .spread(64) && matrix.seeds == [1] && matrix.target == Target())
    #expect(matrix.rules == [.mappedOnce] && matrix.policies == [.xen] && matrix.about == "")
    #expect(matrix.costProfile == "core2-2008" && matrix.cyclesPerAccess == 100)
  }

  @Test func idsAreStableAndDifferent() throws {
    let ids = try MatrixBench.plan().items.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(
      ids.allSatisfy { id in
        id.utf8.count < 150
          && id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" || $0 == "_" }
      })
    let more = try MatrixBench.plan(
      MatrixBench.text.replacingOccurrences(of: "first: 5, count: 2", with: "first: 4, count: 9"))
    #expect(Set(more.items.map(\.id)).isSuperset(of: ids))
    // What an id once was, it stays: results on disks are found by it.
    #expect(ids[0] == "reference-mapped-once-2m-xen-s5-4e28537e0b")
  }

  @Test func digestsFollowEverythingThatDecidesAResult() throws {
    let digests = try self.digests(from: "", to: "")
    #expect(digests.count == 16)
    #expect(try self.digests(from: "name: small", to: "name: other") == digests)
    #expect(try self.digests(from: "4000", to: "4001").isDisjoint(with: digests))
    for line in [
      "target_percent: 2", "margin_percent: 3", "cycles_per_access: 7",
      "cost_profile: \(Repository.cost("p4-2005"))",
    ] {
      #expect(try self.digests(from: "sizes:", to: "\(line)\nsizes:").isDisjoint(with: digests))
    }
  }

  private func digests(from old: String, to new: String) throws -> Set<String> {
    let text = MatrixBench.text.replacingOccurrences(of: old, with: new)
    return Set(try MatrixBench.plan(text).items.map(\.digest))
  }

  @Test func theCommittedMatrixIsGood() throws {
    let path = Repository.root + "/Workloads/matrices/screening.yaml"
    let plan = try MatrixPlan(SweepMatrix.load(path: path))
    #expect(plan.items.count == 12)
    for item in plan.items { _ = try plan.open(item.cell) }
  }

  @Test func anInputThatIsNotThereIsNamedWithItsLine() throws {
    let matrix = try SweepMatrix(text: "name: a\ninputs:\n  - nosuch\n", file: "x/m.yaml")
    #expect {
      try MatrixPlan(matrix)
    } throws: { error in
      "\(error)".hasPrefix("x/m.yaml:3: inputs: x/nosuch: no such input; tried: ")
    }
    let profile = try SweepMatrix(text: "{name: a, inputs: [\"reference:\"], cost_profile: no}")
    #expect(throws: InputError.self) { try MatrixPlan(profile) }
  }
}
