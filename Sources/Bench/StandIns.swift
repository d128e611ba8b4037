import GuestModel

// Not part of the product: shapes of types that other files bring. Delete this file when they land.

private func missing(_ what: String) -> InputError {
  InputError(file: what, reason: "is not in this build")
}

struct Capture: Sendable {
  static func load(path: String) throws(InputError) -> Capture { throw missing(path) }
}

struct CaptureWorkload: Workload {
  var shape: GuestShape
  init(capture: Capture, shape: GuestShape, seed: UInt64, rounds: Int?) throws(InputError) {
    throw missing("capture")
  }
  func makeMemory() -> GuestMemory { preconditionFailure("no workload") }
  func makeSource() -> any OperationSource { preconditionFailure("no workload") }
}
