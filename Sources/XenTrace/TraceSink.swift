/// Takes a trace's records in the file's order.
public protocol TraceSink {
  /// Takes a record that processor `processor` wrote; padding and window headers are left out.
  mutating func take(_ record: TraceRecord, processor: Int)
}

/// A place where the file does not hold what the format says, and what was lost there.
public struct TraceDamage: Hashable, Sendable {
  /// What was wrong.
  public enum Kind: String, Sendable, CaseIterable {
    /// Bytes that are no record, or a record of no class that Xen has.
    case notARecord = "not a record"
    /// A record that runs past the end of its processor's window.
    case overrunsWindow = "a record runs past the end of its window"
    /// A window begins inside another one.
    case windowInWindow = "a window begins inside another one"
    /// A window header with a size that cannot be.
    case badWindow = "a window header that cannot be"
    /// The file ends inside a window or a record.
    case cutShort = "the file ends inside a window"
    /// The file does not begin with a window header.
    case noWindow = "records before any window header"
    /// A record of a processor is older than the one before it: parts are there twice, or two
    /// recordings in one file.
    case timeRunsBack = "a processor's time runs back"
    /// A record of a processor is 2^56 cycles, most of a year, younger than the one before it.
    case timeLeaps = "a processor's time leaps"
    /// The compressed data end early or are corrupt.
    case compression = "the compressed data are damaged"
  }

  /// What was wrong.
  public var kind: Kind
  /// Where, bytes from the start of the (decompressed) file.
  public var offset: UInt64
  /// Bytes that were passed over, or are missing.
  public var lostBytes: UInt64

  /// A damage.
  public init(kind: Kind, offset: UInt64, lostBytes: UInt64) {
    self.kind = kind
    self.offset = offset
    self.lostBytes = lostBytes
  }
}

/// What was read, and what could not be.
public struct TraceReadout: Hashable, Sendable {
  /// Bytes read, decompressed.
  public var bytes: UInt64 = 0
  /// Records, window headers and padding included.
  public var records: UInt64 = 0
  /// Window headers.
  public var windows: UInt64 = 0
  /// Padding records.
  public var paddings: UInt64 = 0
  /// Places with damage.
  public var damages: UInt64 = 0
  /// Bytes passed over or missing at those places.
  public var lostBytes: UInt64 = 0
  /// Places, of ``damages``, at which a processor's time runs back.
  public var rewinds: UInt64 = 0
  /// How far it runs back at most, cycles.
  public var rewoundCycles: UInt64 = 0
  /// The first of the places with damage.
  public var firstDamages: [TraceDamage] = []
  /// How many of them are kept.
  public static let keptDamages = 16

  /// Nothing read yet.
  public init() {}

  /// Notes a damage.
  public mutating func note(_ damage: TraceDamage) {
    damages += 1
    lostBytes += damage.lostBytes
    if firstDamages.count < Self.keptDamages { firstDamages.append(damage) }
  }
}
