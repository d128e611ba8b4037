import GuestModel
public import ShadowModel

// Not part of the product: shapes of types that other files bring. Delete this file when they land.

private func missing(_ what: String) -> InputError {
  InputError(file: what, reason: "is not in this build")
}

struct WorkloadFile: Sendable {
  var shape: GuestShape
  static func load(path: String) throws(InputError) -> WorkloadFile { throw missing(path) }
}

struct SyntheticWorkload: Workload {
  var shape: GuestShape
  init(file: WorkloadFile, shape: GuestShape, seed: UInt64) throws(InputError) {
    throw missing("workload file")
  }
  func makeMemory() -> GuestMemory { preconditionFailure("no workload") }
  func makeSource() -> any OperationSource { preconditionFailure("no workload") }
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

/// Cycles for what the hypervisor does.
public struct CostProfile: Sendable {
  /// The name.
  public var name: String
  /// The clock, GHz.
  public var gigahertz: Double
  /// A Core 2 of 2008.
  public static let core2 = CostProfile(name: "core2", gigahertz: 2.13)
  /// Reads a file.
  public static func load(path: String) throws(InputError) -> CostProfile { throw missing(path) }
  /// Cycles for what was counted.
  public func hypervisorCycles(_ counters: Counters, rootLoads: Int) -> Double {
    Double(counters[.faultFixed]) * 6000 + Double(rootLoads) * 3500
  }
}
