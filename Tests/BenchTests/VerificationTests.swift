import GuestModel
import Testing

@testable import Bench
@testable import ShadowModel

@Suite struct VerificationTests {
  func run(_ counters: [Counters.Name: Int], guest: String = "good") async throws -> Verification {
    var file = try ScenarioFile.parse(ScenarioFileTests.file(), file: "f.json")
    file.scenarios[0].counters = counters
    file.scenarios[0].guest = guest
    return try await Verification.run(
      file,
      makeWorkload: { guest, shape throws(InputError) in
        guard guest == "good" else { throw InputError(file: "guest", reason: "no such parameter") }
        return FakeWorkload(shape: shape)
      }, makePager: FakePager.factory(needed: 0) { _ in 2 })
  }

  @Test func absentCountersAreZero() async throws {
    #expect(Verification.compared.count == 28)
    let same = try await run([.fault: 120])
    #expect(same.differing == 0)
    #expect(same.comparisons == 28)
    let none = try await run([:])
    #expect(
      none.results[0].differences == [CounterDifference(counter: .fault, xen: 0, model: 120)])
  }

  @Test func countersThatTheModelDoesNotCountDiffer() async throws {
    let result = try await run([.fault: 120, .resync: 3])
    #expect(result.differing == 1)
    #expect(
      result.results[0].differences == [CounterDifference(counter: .resync, xen: 3, model: 0)])
  }

  @Test func countersThatAreNotDecidedAreNotCompared() async throws {
    #expect(try await run([.fault: 120, .faultBailRealFault: 9]).differing == 0)
  }

  @Test func aGuestThatIsRefusedNamesTheLine() async {
    await #expect(
      throws: InputError(
        file: "f.json", line: 3, reason: "scenario S1, guest: no such parameter")
    ) {
      try await run([:], guest: "bad")
    }
  }
}
