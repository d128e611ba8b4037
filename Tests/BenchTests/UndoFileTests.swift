import Testing
import XenServer

@testable import Bench

/// Which changes an undo file takes back.
@Suite struct UndoFileTests {
  /// The way back of a change from 4.0 to 1.5 when the machine, T = 33 MiB, has `now`.
  private func step(_ state: ChangeOutcome.State, now: Double) throws -> UndoFile.Step {
    var records = PoolRecords(format: .dump)
    func machine(_ multiplier: Double) -> XenRecord {
      XenRecord([
        "uuid": .string("5c1f2e77-8a40-4d0b-b0b6-0f6f3c3a9e02"),
        "is_a_template": .boolean(false),
        "name_label": .string("m"), "domain_type": .string("hvm"),
        "memory_static_max": .integer(4096 << 20), "VCPUs_max": .integer(1),
        "power_state": .string("Running"), "HVM_shadow_multiplier": .float(multiplier),
      ])
    }
    let change = try MultiplierChange(VMRecord(reference: "r", record: machine(4)), to: 1.5)
    try records.add(machine(now), class: "VM", reference: "r")
    let file = UndoFile(host: "h", pool: nil, outcomes: [ChangeOutcome(change, state)])
    return try #require(file.steps(records).first)
  }

  private func isTakenBack(_ state: ChangeOutcome.State, now: Double) throws -> Bool {
    if case .change(let change) = try step(state, now: now) { change.after == 4 } else { false }
  }

  @Test func whatWasMadeIsTakenBack() throws {
    #expect(try isTakenBack(.done(found: 49.0 / 33), now: 49.0 / 33))
    // The program ended, or lost the server, before it could say so.
    #expect(try isTakenBack(.notTried, now: 49.0 / 33))
    #expect(try isTakenBack(.unknown("lost"), now: 1.5))
    // The record showed the change only later.
    #expect(try isTakenBack(.differs(found: 4), now: 49.0 / 33))
  }

  @Test(arguments: [
    ChangeOutcome.State.notTried, .failed("refused"), .unknown("lost"), .done(found: 49.0 / 33),
  ])
  func whatSomeoneElseSetIsLeft(state: ChangeOutcome.State) throws {
    #expect(try !isTakenBack(state, now: 2))
    #expect(try !isTakenBack(state, now: 1))
  }

  @Test func whatIsAsItWasIsFine() throws {
    guard case .none(_, _, isFine: true) = try step(.notTried, now: 4) else {
      Issue.record("not fine")
      return
    }
  }
}
