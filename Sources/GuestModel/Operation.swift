/// How an access reaches memory: bits of an operation, and the shadow words that decide a hit.
@frozen
public struct AccessKind: OptionSet, Hashable, Sendable {
  /// The bits.
  public var rawValue: UInt8
  /// Wraps the bits.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// A write; otherwise a read.
  @inlinable public static var write: AccessKind { AccessKind(rawValue: 1) }
  /// From user mode; otherwise from supervisor mode.
  @inlinable public static var user: AccessKind { AccessKind(rawValue: 2) }
  /// An instruction fetch.
  @inlinable public static var fetch: AccessKind { AccessKind(rawValue: 4) }
  /// A supervisor read.
  @inlinable public static var read: AccessKind { [] }
}

/// One thing that a guest, or its host, does and that Xen's shadow code notices.
///
/// Its binary form is 16 bytes, little endian: a head word (code in bits 0 to 7, access kind in
/// 8 to 15, a 16-bit field in 16 to 31, a 32-bit field in 32 to 63) and an operand word.
@frozen
public struct Operation: Hashable, Sendable, BitwiseCopyable {
  /// The head word.
  public var head: UInt64
  /// The operand word.
  public var operand: UInt64

  /// What an operation does.
  ///
  /// The operand, and the 16-bit and 32-bit fields, are given in brackets.
  public enum Code: UInt8, Sendable, CaseIterable {
    /// A CR3 write [operand: frame of the root table; with PAE the one whose first 32 bytes hold
    /// the four entries].
    case loadRoot = 1
    /// An access to one page [operand: virtual address]. A fetch also says where the vCPU executes
    /// from now on.
    case access = 2
    /// Accesses to up to 64 adjacent pages, in address order [operand: a bit per page; 32-bit:
    /// address >> 18].
    case accessMask = 3
    /// A write of a table entry [operand: virtual address of the entry; 32-bit: the entry].
    case writeEntry = 4
    /// As writeEntry, with the value read from memory [16-bit: source index, flags to add << 10;
    /// 32-bit: source frame].
    case copyEntry = 5
    /// Writes of consecutive entries within one page [16-bit: count - 1; 32-bit: first entry].
    case fillEntries = 6
    /// As fillEntries, each entry naming the next frame.
    case fillAscending = 7
    /// INVLPG [operand: virtual address].
    case invalidatePage = 8
    /// A write to CR0, CR4 or EFER that makes Xen look at the paging mode again [16-bit: the mode
    /// from now on].
    case setMode = 9
    /// The host changes the domain's allocation [operand: pages].
    case setAllocation = 10
    /// The operations that follow are another vCPU's [16-bit: its number]. Its first one starts it,
    /// unpaged.
    case onVCPU = 11
    /// A phase begins [32-bit: its number; operand: guest time since the last mark, nanoseconds].
    case mark = 12
    /// The guest tells that a process ends: HVMOP_pagetable_dying [operand: frame of its root
    /// table, as for loadRoot].
    case pagetableDying = 13
    /// A hypercall that flushes the TLBs of vCPUs: HVMOP_flush_tlbs, Hyper-V's flushes [operand: a
    /// bit for each vCPU, up to 64].
    case flushTLBs = 14
    /// An entry of a page table is another one, by a write that nothing noticed [operand: the
    /// table's frame; 16-bit: index; 32-bit: the entry].
    case changeEntry = 24
    /// The shadows of a page table go, since its frame became something else [operand: the table's
    /// frame].
    case unshadow = 25
  }

  /// An operation from its two words.
  @inlinable
  public init(head: UInt64, operand: UInt64) {
    self.head = head
    self.operand = operand
  }

  /// An operation from its fields.
  @inlinable
  public init(
    _ code: Code, kind: AccessKind = [], short: UInt16 = 0, long: UInt32 = 0, operand: UInt64 = 0
  ) {
    head =
      UInt64(code.rawValue) | UInt64(kind.rawValue) &<< 8 | UInt64(short) &<< 16
      | UInt64(long) &<< 32
    self.operand = operand
  }

  /// The code's raw value.
  @inlinable
  public var rawCode: UInt8 { UInt8(truncatingIfNeeded: head) }
  /// What the operation does, nil for a code that this version does not know.
  @inlinable
  public var code: Code? { Code(rawValue: rawCode) }
  /// The access kind.
  @inlinable
  public var kind: AccessKind { AccessKind(rawValue: UInt8(truncatingIfNeeded: head &>> 8)) }
  /// The 16-bit field.
  @inlinable
  public var short: UInt16 { UInt16(truncatingIfNeeded: head &>> 16) }
  /// The 32-bit field.
  @inlinable
  public var long: UInt32 { UInt32(truncatingIfNeeded: head &>> 32) }

  /// A CR3 write.
  public static func loadRoot(_ root: GFN) -> Operation {
    Operation(.loadRoot, operand: UInt64(root.rawValue))
  }
  /// An access to the page at `address`.
  public static func access(_ address: UInt64, _ kind: AccessKind) -> Operation {
    Operation(.access, kind: kind, operand: address)
  }
  /// Accesses to the pages whose bits are set in `mask`; bit 0 is the page at `address`, which
  /// must be a multiple of 256 KiB.
  public static func accessMask(_ address: UInt64, _ mask: UInt64, _ kind: AccessKind)
    -> Operation
  {
    Operation(
      .accessMask, kind: kind, long: UInt32(truncatingIfNeeded: address &>> 18), operand: mask)
  }
  /// A supervisor write of `entry` at `address`.
  public static func writeEntry(_ address: UInt64, _ entry: GuestEntry) -> Operation {
    Operation(.writeEntry, kind: .write, long: entry.rawValue, operand: address)
  }
  /// A supervisor write at `address` of the entry at `index` of the table in `source`, with
  /// `flags` added.
  public static func copyEntry(
    _ address: UInt64, from source: GFN, index: Int, adding flags: UInt32
  ) -> Operation {
    Operation(
      .copyEntry, kind: .write,
      short: UInt16(truncatingIfNeeded: UInt32(index & 1023) | (flags & 63) &<< 10),
      long: source.rawValue, operand: address)
  }
  /// Supervisor writes of `count` entries from `address` up, all equal or each naming the next
  /// frame.
  ///
  /// They must not leave the page.
  public static func fillEntries(
    _ address: UInt64, count: Int, first: GuestEntry, ascending: Bool
  ) -> Operation {
    Operation(
      ascending ? .fillAscending : .fillEntries, kind: .write,
      short: UInt16(truncatingIfNeeded: count - 1), long: first.rawValue, operand: address)
  }
  /// INVLPG of `address`.
  public static func invalidatePage(_ address: UInt64) -> Operation {
    Operation(.invalidatePage, operand: address)
  }
  /// A control register write that leaves the vCPU in `mode`.
  public static func setMode(_ mode: PagingMode) -> Operation {
    Operation(.setMode, short: UInt16(mode.rawValue))
  }
  /// The host sets the allocation.
  public static func setAllocation(pages: Int) -> Operation {
    Operation(.setAllocation, operand: UInt64(max(0, pages)))
  }
  /// The next operations are those of vCPU `number`.
  public static func onVCPU(_ number: Int) -> Operation {
    Operation(.onVCPU, short: UInt16(truncatingIfNeeded: number))
  }
  /// The process whose root table is in `root` ends.
  public static func pagetableDying(_ root: GFN) -> Operation {
    Operation(.pagetableDying, operand: UInt64(root.rawValue))
  }
  /// A hypercall flushes the TLBs of the vCPUs whose bits are set.
  public static func flushTLBs(_ vcpus: UInt64) -> Operation {
    Operation(.flushTLBs, operand: vcpus)
  }
  /// The table in `frame` loses its shadows.
  public static func unshadow(_ frame: GFN) -> Operation {
    Operation(.unshadow, operand: UInt64(frame.rawValue))
  }
  /// Entry `index` of the table in `table` has become `entry`: what its shadows had of it goes.
  public static func changeEntry(_ table: GFN, _ index: Int, _ entry: GuestEntry) -> Operation {
    Operation(
      .changeEntry, short: UInt16(truncatingIfNeeded: index), long: entry.rawValue,
      operand: UInt64(table.rawValue))
  }
  /// A phase begins, `nanoseconds` of guest time after the last one.
  public static func mark(_ phase: UInt32, nanoseconds: UInt64) -> Operation {
    Operation(.mark, long: phase, operand: nanoseconds)
  }
}
