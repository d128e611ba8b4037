/// Where the domain's memory lies in the machine, as far as that decides anything (O2): the machine
/// frame of a guest frame, modulo 3.
public enum MemoryPlacement: Hashable, Sendable {
  /// Extents of 2 MiB, each below the one before: how a toolstack fills a fresh PVH domain.
  case descending
  /// One run of machine frames that begins at a multiple of 3.
  case contiguous
  /// By how much, 0 to 2, the machine frames of each 2 MiB extent are off from its guest frames,
  /// modulo 3: one number for each extent of the guest's memory.
  case offsets([UInt8])

  /// Guest frames of an extent: 2 MiB.
  public static var extentFrames: Int { 512 }

  /// The home slot of an out-of-sync table in a guest frame, 0 to 2.
  @inlinable
  public func home(ofFrame frame: Int) -> Int {
    let extent = frame / Self.extentFrames
    switch self {
    // 2 more for each extent is 1 less, modulo 3.
    case .descending: return (frame + 2 * extent) % 3
    case .contiguous: return frame % 3
    case .offsets(let offsets): return (frame + Int(offsets[extent])) % 3
    }
  }
}

extension MemoryPlacement {
  /// The placement of that name, or the offsets of that many digits, 0 to 2 each; nil if it is
  /// neither.
  public init?(text: String) {
    switch text {
    case "descending": self = .descending
    case "contiguous": self = .contiguous
    default:
      let digits = text.utf8.map { $0 &- UInt8(ascii: "0") }
      guard !digits.isEmpty, digits.allSatisfy({ $0 < 3 }) else { return nil }
      self = .offsets(digits)
    }
  }

  /// What ``init(text:)`` reads.
  public var text: String {
    switch self {
    case .descending: "descending"
    case .contiguous: "contiguous"
    case .offsets(let offsets): offsets.map { String($0) }.joined()
    }
  }

  /// Whether it says where every frame of a guest with `memoryMiB` lies, and no other.
  public func fits(memoryMiB: Int) -> Bool {
    guard case .offsets(let offsets) = self else { return true }
    return offsets.count == (memoryMiB + 1) / 2
  }
}
