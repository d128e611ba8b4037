import GuestModel

/// A page table as the lockstep knows it.
struct LockstepTable {
  /// The frame it has in the model.
  let frame: GFN
  /// The generation of an address space that it belongs to; -1 for one that all share.
  let owner: Int
  /// The leaf that it translates; nil for a table above the leaves.
  let leaf: UInt64?
  /// The frame in which the traced guest has it, once that is known.
  var realFrame: UInt64?
  /// What the traced guest's entries were last seen to be: ``unknown``, 0 for absent.
  var values: [UInt32] = []

  /// Whether its shadow was there when it was first faulted in; nil if it never was.
  var wasThere: Bool?
  /// Entries that faulted before their address space was first given up, and those that were
  /// known only later.
  var early: [UInt16] = []
  /// Entries of which anything was ever seen.
  var everKnown: [Bool] = []
  var later: [UInt16] = []
  /// Entries that faults and the prefetching after them filled since the shadow was made, those
  /// included of which nothing was known then; a bit each.
  var filled: [UInt64] = []

  /// The shadow is about to be made.
  mutating func emptyShadow() { filled = [] }

  /// Whether the entry at `place` was filled.
  func isFilled(_ place: Int) -> Bool {
    !filled.isEmpty && filled[place >> 6] >> UInt64(place & 63) & 1 == 1
  }

  /// A fault fills the entry at `place`, and prefetching up to 31 after it in its half page, until
  /// one that is filled, or at which `stops`.
  mutating func fill(_ place: Int, entries: Int, stops: (Int) -> Bool) {
    if filled.isEmpty { filled = [UInt64](repeating: 0, count: entries / 64) }
    filled[place >> 6] |= 1 << UInt64(place & 63)
    var next = place + 1
    while next < place + 32, next & 511 != 0, !isFilled(next), !stops(next) {
      filled[next >> 6] |= 1 << UInt64(next & 63)
      next += 1
    }
  }

  static let unknown = UInt32.max
}

/// An address space: a CR3, and which process has it.
struct LockstepSpace {
  /// CR3 without the bits that are no address; nil before the first root load.
  let address: UInt64?
  /// The root table, an index of the tables.
  let root: Int
  /// Which generation it is in: a number that no other has.
  var owner: Int
  /// Whether its process ended, so that the next load begins a new one.
  var isEnded = false
  /// Whether it is in the generation in which the trace began.
  var isFirst = true
  /// Turns of this generation.
  var turns = 0
  /// Top-level slots of its own that have a table.
  var ownSlots: Set<Int> = []
  /// Shared slots linked since the root's shadow was made.
  var linkedSlots: Set<UInt64> = []
  /// Shared slots that were linked before the root was first given up.
  var earlyLinks: Set<UInt64> = []
  /// The last visits that found its shadows given up, the visit served, and whether that is one.
  var coldVisits: [ColdVisit] = []
  var visit: Int32 = -1
  var isFilling = false
  /// Its first visit, and the faults on its own tables then: those that went to the guest, and
  /// those that were fixed.
  var firstVisit: Int32?
  var firstGuestFaults = 0
  var firstFixes = 0
  /// Whether its process began within the trace: then its first faults are the guest's.
  var isBegun: Bool { firstGuestFaults > 0 && firstGuestFaults * 2 >= firstFixes }
  /// Times that its root had to be made.
  var coldTurns = 0
  /// Whether its root was resident when the trace began; nil while that is open.
  var wasResident: Bool?
  /// Whether its root has been given up.
  var wasGivenUp = false
  /// Its leaf tables, and those of its first generation.
  var leaves: [Int] = []
  var firstLeaves: [Int] = []
}

/// A place above the leaves: by owner, the shift of the table's entries, and the address above it.
struct LockstepUpper: Hashable {
  var owner: Int
  var shift: UInt64
  var prefix: UInt64
}
