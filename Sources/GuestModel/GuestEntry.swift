/// A guest frame number: which 4 KiB page of the guest's physical memory.
@frozen
public struct GFN: Hashable, Comparable, Sendable {
  /// The number; below 2^24, so guests up to 64 GiB.
  public var rawValue: UInt32

  /// The most frames a guest can have: 2^24, 64 GiB.
  @inlinable public static var limit: Int { 1 << 24 }

  /// Wraps a frame number.
  @inlinable
  public init(_ rawValue: UInt32) { self.rawValue = rawValue }

  /// Wraps a frame number.
  @inlinable
  public init(_ number: Int) { self.rawValue = UInt32(truncatingIfNeeded: number) }

  /// The frame as an index.
  @inlinable
  public var index: Int { Int(rawValue) }

  /// Whether the left frame lies below the right one.
  @inlinable
  public static func < (left: GFN, right: GFN) -> Bool { left.rawValue < right.rawValue }

  /// The frame `offset` frames further.
  @inlinable
  public static func + (frame: GFN, offset: Int) -> GFN { GFN(frame.index &+ offset) }
}

/// One entry of a guest page table: a frame and the flags that decide what Xen does about it.
///
/// The same form serves all paging modes. No-execute, global and cache bits are left out: they do
/// not change what Xen's shadow code counts.
@frozen
public struct GuestEntry: Hashable, Sendable {
  /// The frame in bits 8 to 31, the flags in bits 0 to 7.
  public var rawValue: UInt32

  /// The flag bits of an entry.
  ///
  /// Computed, as all constants that other modules use where it matters: a stored one is reached
  /// by a call from there.
  public enum Flag {
    /// The entry translates.
    @inlinable public static var present: UInt32 { 1 }
    /// Writes are allowed.
    @inlinable public static var writable: UInt32 { 2 }
    /// User mode is allowed.
    @inlinable public static var user: UInt32 { 4 }
    /// The entry was used.
    @inlinable public static var accessed: UInt32 { 8 }
    /// The page was written.
    @inlinable public static var dirty: UInt32 { 16 }
    /// The entry of a directory maps a superpage.
    @inlinable public static var superpage: UInt32 { 32 }
    /// All of them.
    @inlinable public static var all: UInt32 { 63 }
  }

  /// An entry from its raw form.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// An entry that maps `frame` with `flags`, bits of ``Flag``.
  @inlinable
  public init(frame: GFN, flags: UInt32) {
    rawValue = frame.rawValue &<< 8 | (flags & Flag.all)
  }

  /// The entry of a fresh table: nothing.
  @inlinable public static var empty: GuestEntry { GuestEntry(rawValue: 0) }

  /// The frame that the entry names.
  @inlinable
  public var frame: GFN { GFN(rawValue &>> 8) }

  /// The flags, bits of ``Flag``.
  @inlinable
  public var flags: UInt32 { rawValue & Flag.all }

  /// Whether all of `flags` are set.
  @inlinable
  public func has(_ flags: UInt32) -> Bool { rawValue & flags == flags }
}
