/// What a replayed stream has besides ``Operation/Code``, the same for the guest that runs it and
/// for the host that foretells what it will report.
public enum ReplayRules {
  /// Code: writes its own address to the first word of pages [operand: the first page's address;
  /// 16-bit: pages - 1].
  @inlinable public static var paint: UInt8 { 0x81 }
  /// Code: reads the entry that the next copyEntry writes [operand: its address].
  @inlinable public static var source: UInt8 { 0x82 }
  /// Access kind: the page holds a page table, so what is there is written back.
  @inlinable public static var keep: UInt8 { 0x80 }
  /// Version of the stream.
  @inlinable public static var version: UInt32 { 1 }
  /// Bytes before the first operation.
  @inlinable public static var headerBytes: Int { 512 }
  /// Flag of the header: pages are painted, so values that are read count.
  @inlinable public static var painted: UInt32 { 1 }
  /// The checksum before anything is mixed in.
  @inlinable public static var start: UInt64 { 0xcbf2_9ce4_8422_2325 }

  /// The checksum with a value mixed in; no two values give the same.
  @inlinable
  public static func mix(_ checksum: UInt64, _ value: UInt64) -> UInt64 {
    (checksum ^ value) &* 0x100_0000_01b3
  }

  /// What operation `number` writes to the page at `address`; never a present entry.
  @inlinable
  public static func stamp(_ number: UInt32, _ address: UInt64) -> UInt32 {
    let page = UInt32(truncatingIfNeeded: address &>> 12)
    return (number &* 0x9e37_79b1 ^ page &* 0x85eb_ca77) & 0xffff_ff00
  }

  /// The low half of a page table entry as the processor reads it; the high half is zero.
  @inlinable
  public static func hardware(_ entry: UInt32) -> UInt32 {
    (entry &>> 8) &<< 12 | entry & 7 | (entry & 0x38) &<< 2
  }

  /// A value that was read, as it counts: the processor may set Accessed and Dirty by itself.
  @inlinable
  public static func seen(_ value: UInt32) -> UInt32 { value & ~0x60 }

  /// An address with the bits above its 48th as the processor wants them.
  @inlinable
  public static func canonical(_ address: UInt64) -> UInt64 {
    UInt64(bitPattern: Int64(bitPattern: address &<< 16) &>> 16)
  }

  /// What counts for an access that faulted.
  @inlinable public static var faulted: UInt64 { 0xffff_ffff }
}
