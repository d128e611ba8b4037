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
  /// Pages that faulted in the last turn that began without its root's shadow, that turn's guest
  /// time in cycles, and the root load at which it began.
  var working: [UInt64] = []
  var workingTime: UInt64 = 0
  var coldAt: Int?
  var isFilling = false
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
