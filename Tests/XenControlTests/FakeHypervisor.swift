import Glibc
import Synchronization
import XenServer

@testable import XenControl

/// A hypervisor in memory, with Xen's rules for pools.
final class FakeHypervisor: Sendable {
  struct State {
    var machine = Machine(
      totalPages: 524_288, freePages: 100_000, hasNestedPaging: true, hasShadowPaging: true)
    var domains: [Int: DomainInfo] = [:]
    var pools: [Int: Int] = [:]
    var faults: [Int: Int] = [:]
    var store: [String: String] = [:]
    /// Error numbers that the next calls of a name end with.
    var failures: [String: Int32] = [:]
    /// What setting a pool does, in place of Xen's rules.
    var pagesAfterSet: Int?
    /// Sizes that were sent, pages.
    var sent: [Int] = []
  }

  let state: Mutex<State>
  let isExact: Bool

  init(isExact: Bool = true, _ change: (inout State) -> Void = { _ in }) {
    var state = State()
    state.domains[0] = DomainInfo(
      id: 0, mode: .pv, hasNestedPaging: false, vcpus: 1, memoryPages: 131_072)
    state.domains[3] = DomainInfo(
      id: 3, mode: .pvh, hasNestedPaging: false, vcpus: 1, memoryPages: 65_536)
    state.domains[4] = DomainInfo(
      id: 4, mode: .hvm, hasNestedPaging: true, vcpus: 2, memoryPages: 262_144)
    state.domains[5] = DomainInfo(
      id: 5, mode: .pv, hasNestedPaging: false, vcpus: 1, memoryPages: 65_536)
    state.pools = [3: 768, 4: 1536]
    state.faults = [3: 25_350]
    state.store = [
      "/local/domain/0/name": "Domain-0", "/local/domain/3/name": "web",
      "/local/domain/3/memory/static-max": "262144", "/local/domain/4/name": "db",
    ]
    change(&state)
    self.state = Mutex(state)
    self.isExact = isExact
  }

  var host: Host { Host(calls) }

  var calls: HypervisorCalls {
    HypervisorCalls(
      version: { () throws(HostError) in XenVersion(major: 4, minor: 17, extra: ".7") },
      machine: { () throws(HostError) in self.state.withLock { $0.machine } },
      domainFrom: { (id) throws(HostError) in
        self.state.withLock { state in
          state.domains.keys.filter { $0 >= id }.min().flatMap { state.domains[$0] }
        }
      },
      allocationMiB: { (id) throws(HostError) in (try self.pool("get", id) + 255) / 256 },
      setAllocationMiB: { (id, mebibytes) throws(HostError) in
        try self.set(id, mebibytes * 256)
        return (try self.pool("get", id) + 255) / 256
      },
      exact: isExact
        ? HypervisorCalls.ExactCalls(
          pages: { (id) throws(HostError) in try self.pool("get", id) },
          setPages: { (id, pages) throws(HostError) in try self.set(id, pages) }) : nil,
      faultCount: { (id) throws(HostError) in
        try self.check("peek", id)
        return self.state.withLock { $0.faults[id] ?? 0 }
      },
      readStore: { path in self.state.withLock { $0.store[path] } })
  }

  var sent: [Int] { state.withLock { $0.sent } }

  private func check(_ name: String, _ id: Int) throws(HostError) {
    let (failure, isThere) = state.withLock { ($0.failures[name], $0.domains[id] != nil) }
    if let failure { throw .call(name, domain: id, errno: failure) }
    if !isThere { throw .call(name, domain: id, errno: ESRCH) }
  }

  private func pool(_ name: String, _ id: Int) throws(HostError) -> Int {
    try check(name, id)
    return state.withLock { $0.pools[id] ?? 0 }
  }

  private func set(_ id: Int, _ pages: Int) throws(HostError) {
    state.withLock { state in
      state.sent.append(pages)
      guard let domain = state.domains[id] else { return }
      let least =
        domain.hasNestedPaging
        ? 0 : 128 * domain.vcpus + max(domain.memoryPages / 256, 6) + 1
      let before = state.pools[id] ?? 0
      let after = state.pagesAfterSet ?? max(pages, least)
      state.pools[id] = after
      state.machine.freePages -= after - before
    }
    try check("set", id)
  }
}
