public import GuestModel

/// A capture's processes, run again: their page tables, and what they touched, in order.
///
/// `docs/CAPTURES.md` says which rules make operations of a capture, and what is made up.
public struct CaptureWorkload: Workload {
  /// The capture.
  public let capture: Capture
  /// The guest.
  public let shape: GuestShape
  /// Where all randomness comes from.
  public let seed: UInt64
  /// Rounds, each of one interval; beyond the last interval they begin again at the first.
  public let rounds: Int
  let layout: CaptureLayout
  let masks: CaptureMasks
  let schedule: CaptureSchedule

  /// The most vCPUs of a guest with shadow paging.
  static let vcpuLimit = 128
  static let roundLimit = 1_000_000

  /// Lays `capture` out in a guest of `shape`.
  ///
  /// Throws when the tables do not fit in its memory or addresses, or a setting makes no sense.
  /// - Parameter rounds: how many; nil for the intervals that the capture has.
  public init(
    capture: Capture, shape: GuestShape, seed: UInt64 = 1, rounds: Int? = nil
  ) throws(InputError) {
    let rounds = rounds ?? capture.intervalCount
    let memoryLimit = GFN.limit / 256
    let settings = [
      ("memory", shape.memoryMiB, 1...memoryLimit, "MiB"),
      ("vCPUs", shape.vcpus, 1...Self.vcpuLimit, "vCPUs"),
      ("rounds", rounds, 1...Self.roundLimit, "rounds"),
    ]
    for (what, value, limits, unit) in settings where !limits.contains(value) {
      throw InputError(
        file: capture.path,
        reason: "\(what): \(value) \(unit): expected \(limits.lowerBound) to \(limits.upperBound)")
    }
    guard shape.mode != .unpaged else {
      throw InputError(
        file: capture.path,
        reason: "an unpaged guest has no processes: expected mode 64-bit, pae or 2-level")
    }
    self.capture = capture
    self.shape = shape
    self.seed = seed
    self.rounds = rounds
    layout = try CaptureLayout(capture, shape: shape)
    masks = CaptureMasks(capture)
    schedule = CaptureSchedule(capture, layout: layout, vcpus: shape.vcpus)
  }

  /// The page tables of all processes, with the kernel half that they share.
  public func makeMemory() -> GuestMemory { layout.makeMemory(capture) }

  /// The operations, the same ones every time.
  public func makeSource() -> any OperationSource { CaptureSource(self) }
}
