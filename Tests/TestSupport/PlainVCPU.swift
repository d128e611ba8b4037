import GuestModel

/// A table that is out of sync, in its slot.
struct PlainSlot {
  var table: GFN
  /// The table as its shadow knows it.
  var snapshot: [GuestEntry]
  /// O3: two shadow entries that map the table writable.
  var fixups: [PlainPlace?] = [nil, nil]
  /// O3: the place that is taken next.
  var nextFixup = 0
}

/// One virtual CPU.
final class PlainVCPU {
  var isStarted = false
  var mode = PagingMode.unpaged
  var rootFrame = GFN(0)
  /// The loaded roots: four with PAE, else the first one only.
  var loaded: [PlainShadow?] = [nil, nil, nil, nil]
  /// R1 (b): PAE's top entries as they were when the root was loaded.
  var topEntries = [GuestEntry](repeating: .empty, count: 4)
  /// P3: the out-of-sync tables of this vCPU.
  var slots: [PlainSlot?] = [nil, nil, nil]
  /// F2: where the vCPU executes, and how it fetches there.
  var code: (page: UInt64, kind: AccessKind)?
  /// W3: the virtual page number and the table of the last emulated write.
  var lastEmulated: (page: UInt64, table: GFN)?
  /// U1: the table of the last zero write.
  var lastZeroWrite: GFN?
  /// U3: it tears a process down.
  var tearsDown = false

  /// The mode of the shadows: an unpaged vCPU runs on 2-level ones.
  var shadowMode: PagingMode { mode == .unpaged ? .twoLevel : mode }

  /// R6: the shadow levels.
  var shadowLevels: Int { mode == .fourLevel ? 4 : 3 }

  /// The levels that are shadowed, from the root down.
  var levels: [PlainType.Level] { mode == .fourLevel ? [.l4, .l3, .l2, .l1] : [.l2, .l1] }

  /// The address as far as it is translated: 48 bits, or 32.
  func translated(_ address: UInt64) -> UInt64 {
    mode == .fourLevel ? address % (1 << 48) : address % (1 << 32)
  }

  /// The entry of a table at `level` that translates `address`.
  func index(_ level: PlainType.Level, _ address: UInt64) -> Int {
    let perTable = UInt64(shadowMode.entriesPerTable)
    var page = address / 4096
    switch level {
    case .l1, .fl1: break
    case .l2: page /= perTable
    case .l3: page /= perTable * perTable
    case .l4: page /= perTable * perTable * perTable
    }
    return Int(page % perTable)
  }

  /// The slot that translates `address`: PAE's top index, else 0.
  func slot(_ address: UInt64) -> Int { mode == .pae ? Int(address / (1 << 30) % 4) : 0 }
}
