import Foundation
import NUMA
import Testing

@testable import Bench

@Suite struct NodePlacementTests {
  /// A machine with two processors on each node, and what was asked of it.
  final class Machine: @unchecked Sendable {
    private let lock = NSLock()
    private var log: [String] = []
    var nodes = 2
    var isAvailable = true
    var allowed: Set<Int> = Set(0..<64)
    var memoryAllowed: Set<Int> = Set(0..<64)
    var refusesPinning = false
    var current: Int? = 3

    var calls: [String] { lock.withLock { log } }
    private func note(_ call: String) { lock.withLock { log.append(call) } }

    var library: NUMALibrary {
      NUMALibrary(
        isAvailable: { self.isAvailable },
        highestNode: { self.nodes - 1 },
        cpus: { $0 < self.nodes ? [2 * $0, 2 * $0 + 1] : nil },
        memoryBytes: { $0 < self.nodes ? 8 << 30 : nil },
        allowsMemory: { self.memoryAllowed.contains($0) },
        currentCPU: { self.current },
        nodeOfCPU: { $0 / 2 },
        affinity: { self.allowed.intersection(Set(0..<2 * self.nodes)) },
        pinThread: { cpus in
          self.note("pin \(cpus.sorted())")
          return !self.refusesPinning
        },
        prefer: { self.note("prefer \($0)") })
    }
  }

  let machine = Machine()

  func placement(_ request: NodeRequest, pieces: Int = 1) throws -> NodePlacement {
    try NodePlacement(request, pieces: pieces, library: machine.library)
  }

  @Test func oneNodeIsSaidAndLeftAlone() throws {
    machine.nodes = 1
    for request in [NodeRequest.auto, .node(0), .node(7)] {
      let placement = try placement(request, pieces: 3)
      #expect(placement.policy == "not pinned: there is one node")
      placement.enter(0)
    }
    #expect(machine.calls.isEmpty)
  }

  @Test func withoutLibnumaNothingIsAsked() throws {
    machine.isAvailable = false
    let placement = try placement(.node(1))
    #expect(placement.policy == "not pinned: libnuma is not available")
    #expect(placement.topology == NodeTopology(machine.library))
    #expect(placement.topology.nodes.isEmpty && !placement.topology.isAvailable)
    placement.enter(0)
    #expect(machine.calls.isEmpty)
  }

  @Test func offIsOff() throws {
    let placement = try placement(.off)
    #expect(placement.policy == "off" && placement.topology.nodes.count == 2)
    placement.enter(0)
    NodePlacement.anywhere.enter(0)
    #expect(machine.calls.isEmpty)
  }

  @Test func onePieceStaysOnItsNode() throws {
    let placement = try placement(.auto)
    #expect(placement.policy == "node 1")
    placement.enter(0)
    placement.enter(1)
    #expect(
      machine.calls == ["pin [2, 3]", "pin [2, 3]", "prefer 1", "pin [2, 3]", "prefer 1"])
    machine.current = nil
    #expect(try self.placement(.auto).policy == "node 0")
  }

  @Test func severalPiecesAreSpread() throws {
    machine.nodes = 3
    let placement = try placement(.auto, pieces: 2)
    #expect(placement.policy == "spread over nodes 0, 1, 2")
    #expect(machine.calls == ["pin [0, 1]", "pin [0, 1, 2, 3, 4, 5]"])
    for piece in 0..<4 { placement.after(1).enter(piece) }
    #expect(
      machine.calls.filter { $0.hasPrefix("prefer") }
        == ["prefer 1", "prefer 2", "prefer 0", "prefer 1"])
  }

  @Test func aNodeIsChosenByNumber() throws {
    let placement = try placement(.node(1), pieces: 5)
    #expect(placement.policy == "node 1" && placement.nodes.map(\.number) == [1])
    #expect(throws: NodePlacement.NoSuchNode.self) { try self.placement(.node(2)) }
  }

  @Test func processorsThatAreNotOursAreLeftAlone() throws {
    machine.nodes = 3
    machine.allowed = [1, 2, 3, 4]
    machine.memoryAllowed = [0, 2]
    let placement = try placement(.auto, pieces: 2)
    #expect(placement.nodes.map(\.number) == [0, 2])
    #expect(placement.nodes.map(\.cpus) == [[1], [4]])
  }

  @Test func whereItIsNotAllowedItIsSaid() throws {
    machine.refusesPinning = true
    let placement = try placement(.node(1))
    #expect(placement.policy == "not pinned: this process may not choose its processors")
    placement.enter(0)
    #expect(machine.calls == ["pin [2, 3]"])
  }

  @Test func processorsAreThoseThatMayBeUsed() {
    #expect(machine.library.usableProcessors == 4)
    machine.allowed = [2]
    #expect(machine.library.usableProcessors == 1)
    machine.isAvailable = false
    #expect(machine.library.usableProcessors >= 1)
  }

  @Test(arguments: ["", "on", "-1", "1.5", "4096", "auto "])
  func badRequestsAreRefused(text: String) {
    #expect(NodeRequest(text) == nil)
  }

  @Test func thisMachineHasANode() throws {
    #expect(NodeRequest("0") == .node(0) && NodeRequest("off") == .off)
    let placement = try NodePlacement(.auto, pieces: 1)
    guard placement.topology.isAvailable else { return }
    #expect(!placement.topology.nodes.isEmpty)
    let library = NUMALibrary.system
    let cpu = try #require(library.currentCPU())
    #expect(library.nodeOfCPU(cpu) != nil)
    let affinity = try #require(library.affinity())
    #expect(!affinity.isEmpty && library.pinThread(affinity) && !library.pinThread([]))
    #expect(library.cpus(4000) == nil)
  }

  @Test func theEnvironmentTellsIt() throws {
    let environment = RunEnvironment(
      try placement(.node(1)), hugePageSetting: "madvise")
    #expect(environment.numa.nodes.map(\.cpus) == [2, 2])
    #expect(environment.numa.nodes.map(\.memoryMib) == [8192, 8192])
    #expect(environment.transparentHugePages == "madvise")
    #expect(environment.pageSizeBytes >= 4096)
    let text = try JSONResult.encode(environment)
    #expect(text.contains("\"policy\" : \"node 1\"") && text.contains("\"page_size_bytes\""))
    #expect(RunEnvironment.chosen("always [madvise] never\n") == "madvise")
    for text in ["", "always", "["] { #expect(RunEnvironment.chosen(text) == nil) }
  }
}
