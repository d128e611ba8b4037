import Testing
import XenServer

@Suite struct HeartbeatTests {
  private let hosts = ["a", "b", "c", "d"]

  private func survivors(_ heartbeat: Heartbeat) -> [String] {
    heartbeat.fates().filter { $0.value.survives }.keys.sorted()
  }

  @Test func theLargestPartitionSurvives() {
    let fates = Heartbeat(hosts: hosts, partitions: [["a"], ["b", "c", "d"]]).fates()
    #expect(fates["a"] == .fencedOutsideBestPartition)
    #expect(["b", "c", "d"].allSatisfy { fates[$0] == .inBestPartition })
  }

  @Test func ofEqualPartitionsTheOneWithTheLowestHost() {
    #expect(
      survivors(Heartbeat(hosts: hosts, partitions: [["b", "c"], ["a", "d"]])) == ["a", "d"])
  }

  @Test func hostsInNoPartitionAreAlone() {
    #expect(survivors(Heartbeat(hosts: hosts, partitions: [["c", "d"]])) == ["c", "d"])
    #expect(survivors(Heartbeat(hosts: hosts, partitions: [])) == ["a"])
  }

  @Test func whoLosesTheStateFileAloneFences() {
    let fates = Heartbeat(hosts: hosts, storageLost: ["a", "b"]).fates()
    #expect(fates["a"] == .fencedWithoutStorage && fates["c"] == .inBestPartition)
    // Those that are left are the best partition, however few.
    let split = Heartbeat(
      hosts: hosts, partitions: [["a", "b", "c"], ["d"]], storageLost: ["a", "b", "c"])
    #expect(survivors(split) == ["d"])
  }

  @Test func allGoOnWithoutTheStateFileWhileAllSeeEachOther() {
    let all = Set(hosts)
    #expect(survivors(Heartbeat(hosts: hosts, storageLost: all)) == hosts)
    #expect(
      survivors(Heartbeat(hosts: hosts, partitions: [["a", "b", "c"], ["d"]], storageLost: all))
        .isEmpty)
    let fates = Heartbeat(hosts: hosts, dead: ["d"], storageLost: all).fates()
    #expect(fates["d"] == .dead && fates["a"] == .fencedWithoutStorage)
    #expect(fates["d"]?.fences == false && fates["d"]?.survives == false)
  }

  @Test func theDeadCountInNoPartition() {
    let heartbeat = Heartbeat(
      hosts: hosts, dead: ["c"], partitions: [["a", "c"], ["b", "d"]])
    #expect(survivors(heartbeat) == ["b", "d"])
  }
}
