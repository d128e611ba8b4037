/// How a vCPU translates addresses, as its CR0, CR4 and EFER registers say.
@frozen
public enum PagingMode: UInt8, Sendable, CaseIterable {
  /// CR0.PG is clear: Xen shadows an identity map of its own making.
  case unpaged = 0
  /// 32-bit entries, two levels; a leaf table has 1024 entries and maps 4 MiB.
  case twoLevel = 2
  /// 64-bit entries, three levels; a leaf table has 512 entries and maps 2 MiB.
  case pae = 3
  /// Long mode: 64-bit entries, four levels; a leaf table has 512 entries and maps 2 MiB.
  case fourLevel = 4

  /// The mode's name on the command line and in files.
  public var name: String {
    switch self {
    case .unpaged: "unpaged"
    case .twoLevel: "2-level"
    case .pae: "pae"
    case .fourLevel: "64-bit"
    }
  }

  /// The mode with that name on the command line and in files, nil for any other text.
  public init?(name: String) {
    switch name {
    case "2-level": self = .twoLevel
    case "pae": self = .pae
    case "64-bit": self = .fourLevel
    case "unpaged": self = .unpaged
    default: return nil
    }
  }

  /// Entries in a table.
  @inlinable
  public var entriesPerTable: Int { self == .twoLevel || self == .unpaged ? 1024 : 512 }

  /// log2 of the bytes that a leaf table, or a superpage, maps: 22 or 21.
  @inlinable
  public var leafShift: UInt64 { self == .twoLevel || self == .unpaged ? 22 : 21 }

  /// Bytes of a table entry: 4 or 8.
  @inlinable
  public var entryBytes: Int { self == .twoLevel || self == .unpaged ? 4 : 8 }
}
