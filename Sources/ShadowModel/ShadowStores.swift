import GuestModel

/// The leaf shadows: L1 and FL1.
///
/// Entries are bits, so that a run of accesses is decided by a word. A slot holds 512 entries, one
/// page; a 2-level shadow is two slots in a row. For group g of slot s:
///
///     words[(s * 8 + g) * 4 + kind]: may be read, written, read by the user, written by the user
///
/// The frame an entry maps is not kept: it is that of the source table's entry. 320 bytes a page.
@safe
struct LeafStore: ~Copyable {
  static let wordsPerSlot = 32

  private(set) var words = Buffer<UInt64>(repeating: 0, count: 64 * LeafStore.wordsPerSlot)
  private(set) var headers = Buffer<ShadowHeader>(repeating: ShadowHeader(), count: 64)
  private(set) var end = 1
  private var freeSingles = IntStack()
  private var freePairs = IntStack()

  /// A slot, or two in a row, with all entries empty.
  mutating func take(pages: Int) -> Int {
    let slot: Int
    if let free = pages == 1 ? freeSingles.pop() : freePairs.pop() {
      slot = free
      words.fill(from: slot * Self.wordsPerSlot, count: pages * Self.wordsPerSlot, with: 0)
    } else {
      slot = end
      end += pages
      if end > headers.count {
        words.grow(to: end * 2 * Self.wordsPerSlot, filling: 0)
        headers.grow(to: end * 2, filling: ShadowHeader())
      }
    }
    return slot
  }

  mutating func give(_ slot: Int, pages: Int) {
    headers[slot].serial = 0
    if pages == 1 { freeSingles.push(slot) } else { freePairs.push(slot) }
  }

  /// The index of the first of the four words of an entry's group.
  @inline(__always)
  static func word(_ slot: Int, _ index: Int) -> Int {
    slot &* wordsPerSlot &+ (index &>> 6) &* 4
  }

  @inline(__always)
  func isSet(_ slot: Int, _ index: Int, _ kind: Int) -> Bool {
    (words[Self.word(slot, index) &+ kind] &>> UInt64(index & 63)) & 1 != 0
  }
}

/// The shadows above the leaves: L2, L3, L4.
///
/// An entry is the child's slot in bits 0 to 27, user in bit 30, writable in bit 31; 0 is empty.
/// A slot has room for 1024 entries: 4 KiB, and 64 bytes more, so that the entries of equal index,
/// where guests' processes are alike, do not all meet in the same lines of a processor's cache.
@safe
struct UpperStore: ~Copyable {
  static let entriesPerSlot = 1024
  static let wordsPerSlot = entriesPerSlot + 16
  static let writable: UInt32 = 0x8000_0000
  static let user: UInt32 = 0x4000_0000
  static let slotMask: UInt32 = 0x0fff_ffff

  private(set) var entries = Buffer<UInt32>(repeating: 0, count: 16 * UpperStore.wordsPerSlot)
  private(set) var presence = Buffer<UInt64>(repeating: 0, count: 16 * 16)
  private(set) var headers = Buffer<ShadowHeader>(repeating: ShadowHeader(), count: 16)
  private(set) var end = 1
  private var free = IntStack()

  /// A slot with all entries empty.
  mutating func take() -> Int {
    if let slot = free.pop() { return slot }
    let slot = end
    end += 1
    if end > headers.count {
      entries.grow(to: end * 2 * Self.wordsPerSlot, filling: 0)
      presence.grow(to: end * 2 * 16, filling: 0)
      headers.grow(to: end * 2, filling: ShadowHeader())
    }
    return slot
  }

  /// Gives back a slot whose entries are all empty again.
  mutating func give(_ slot: Int) {
    headers[slot].serial = 0
    free.push(slot)
  }

  @inline(__always)
  func entry(_ slot: Int, _ index: Int) -> UInt32 {
    entries[slot &* Self.wordsPerSlot &+ index]
  }

  @inline(__always)
  func setEntry(_ slot: Int, _ index: Int, _ value: UInt32) {
    entries[slot &* Self.wordsPerSlot &+ index] = value
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    let word = slot &* 16 &+ index &>> 6
    presence[word] = value == 0 ? presence[word] & ~bit : presence[word] | bit
  }
}

/// A stack of slots.
@safe
struct IntStack: ~Copyable {
  private var values = Buffer<Int>(repeating: 0, count: 32)
  private var count = 0

  mutating func push(_ value: Int) {
    if count == values.count { values.grow(to: count * 2, filling: 0) }
    values[count] = value
    count += 1
  }

  mutating func pop() -> Int? {
    guard count > 0 else { return nil }
    count -= 1
    return values[count]
  }
}
