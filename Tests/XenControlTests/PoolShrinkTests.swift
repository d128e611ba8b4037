import Testing

@testable import XenControl

/// When a pool of shadows may become smaller, and what is said of its cost.
@Suite struct PoolShrinkTests {
  /// Plans and checks a change of a simulated guest.
  func plan(
    _ pages: Int, force: Bool = false, domain: Int = 3, faults: Int = 25_350,
    _ guest: @escaping SimulatedGuest.Behaviour
  ) throws -> PoolPlan {
    let fake = FakeHypervisor { $0.faults[3] = faults }
    let simulated = SimulatedGuest(guest, on: fake, domain: domain)
    let plan = try fake.host.plan(.pages(pages), domain: String(domain), isForced: force)
    let checked = try fake.host.checked(plan, isForced: force, clock: simulated.outside().clock)
    #expect(fake.sent.isEmpty)
    return checked
  }

  @Test func aGuestThatFaultsKeepsItsPool() throws {
    let error = #expect(throws: HostError.self) { try plan(668) { _, _ in (9000, 1) } }
    let text = try #require(error).description
    #expect(text.contains("9000 faults/s per vCPU"))
    #expect(text.contains("by 100 pages may cost up to 1600 faults"))
    #expect(text.contains("--force"))
    #expect(error?.isUsage == true)
    let forced = try plan(668, force: true) { _, _ in (9000, 1) }
    #expect(forced.notes.contains { $0.contains("in use") && $0.contains("1600 faults") })
  }

  @Test func aGuestThatRunsWithoutFaultsKeepsItsPool() {
    #expect(throws: HostError.self) { try plan(668) { _, _ in (0, 0.5) } }
  }

  @Test func fewFaultsAreInUseToo() {
    #expect(throws: HostError.self) { try plan(668) { _, _ in (1, 0) } }
  }

  @Test func anIdleGuestMayLoseItsPool() throws {
    let idle = try plan(668) { _, _ in (0, 0.001) }
    #expect(idle.notes.contains { $0.contains("idle") && $0.contains("1600 faults") })
  }

  @Test func whatCannotBeInUseMayGo() throws {
    let fresh = try plan(385 + 7 * 10, faults: 10) { _, _ in (9000, 1) }
    #expect(fresh.notes.isEmpty)
    #expect(throws: HostError.self) { try plan(385 + 69, faults: 10) { _, _ in (9000, 1) } }
  }

  @Test func theBoundIsOfWhatXenMakesOfTheSize() throws {
    let error = #expect(throws: HostError.self) { try plan(9) { _, _ in (9000, 1) } }
    #expect(try #require(error).description.contains("by 383 pages may cost up to 6128 faults"))
  }

  @Test func growingAndNestedPagingPass() throws {
    #expect(try plan(2000) { _, _ in (9000, 1) }.notes.isEmpty)
    #expect(try plan(768) { _, _ in (9000, 1) }.notes.isEmpty)
    let nested = try plan(1400, domain: 4) { _, _ in (0, 1) }
    #expect(nested.notes.contains { $0.contains("free pages alone") })
  }

  @Test func aDomainThatEndsMeanwhileIsSaid() throws {
    let fake = FakeHypervisor()
    let guest = SimulatedGuest({ _, _ in (9000, 1) }, on: fake) { _, state in
      state.domains[3] = nil
      return true
    }
    let plan = try fake.host.plan(.pages(668), domain: "web", isForced: false)
    let error = #expect(throws: HostError.self) {
      try fake.host.checked(plan, isForced: false, clock: guest.outside().clock)
    }
    #expect(error?.isUsage == true)
    #expect(fake.sent.isEmpty)
  }
}
