import GuestModel
import Testing

@testable import Bench

@Suite struct InputTests {
  let resolver = InputResolver(readers: [
    InputReader(
      expectation: "fake:NAME", accepts: { $0.hasPrefix("fake:") },
      open: { request throws(InputError) in
        let shape = request.shape(
          default: GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1))
        return FakeWorkload(shape: shape).input
      }),
    InputReader(
      expectation: "a file", accepts: { _ in false },
      open: { request throws(InputError) in
        throw InputError(file: request.name, reason: "never")
      }),
  ])

  @Test func whatTheCommandLineSaysOutranksTheInput() throws {
    let request = InputRequest("fake:x", mode: .pae, vcpus: 3)
    let input = try resolver.open(request)
    #expect(input.shape == GuestShape(mode: .pae, memoryMiB: 256, vcpus: 3))
  }

  @Test func anUnknownInputListsWhatWasTried() {
    #expect(
      throws: InputError(file: "x", reason: "no such input; tried: fake:NAME; a file")
    ) {
      try resolver.open(InputRequest("x"))
    }
  }
}
