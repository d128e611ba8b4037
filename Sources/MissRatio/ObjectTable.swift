import CPrefetch

/// From an object's identifier, any 64 bits, to the position of its last access.
///
/// A hash table with linear probing, at most half full. Memory: 16 bytes a slot.
struct ObjectTable: ~Copyable {
  /// A slot.
  struct Slot: BitwiseCopyable {
    /// The object's identifier.
    var identifier: UInt64
    /// The position of its last access; 0: the slot is free.
    var position: UInt32
  }

  private var slots: PageBuffer<Slot>
  private var shift: UInt64

  /// The most objects that it may hold.
  var limit: Int { slots.count >> 1 }

  /// An empty table of `1 << scale` slots.
  init(scale: Int) throws(OutOfMemory) {
    slots = try PageBuffer(count: 1 << scale)
    shift = UInt64(64 - scale)
  }

  /// Where to look first for `identifier`.
  ///
  /// Both halves of a 128-bit product: any stride of identifiers is scattered.
  @inline(__always)
  private func home(_ identifier: UInt64) -> Int {
    let product = (identifier ^ 0x9FB2_1C65_1E98_DF25)
      .multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return Int(truncatingIfNeeded: (product.high ^ product.low) &>> shift)
  }

  /// Asks the processor for the memory that looking for `identifier` needs.
  @inline(__always)
  func prefetch(_ identifier: UInt64) {
    unsafe prefetch_for_write(slots.base + home(identifier))
  }

  /// Puts the object at `position` and gives its position before, 0 if it is new.
  /// - Complexity: O(1) expected
  @inline(__always)
  func move(_ identifier: UInt64, to position: UInt32) -> UInt32 {
    var index = home(identifier)
    while true {
      let slot = slots[index]
      if slot.identifier == identifier || slot.position == 0 {
        slots[index] = Slot(identifier: identifier, position: position)
        return slot.position
      }
      index = (index &+ 1) & (slots.count &- 1)
    }
  }

  /// Doubles the slots.
  /// - Complexity: O(slots)
  @inline(never)
  mutating func grow() throws(OutOfMemory) {
    let larger = try ObjectTable(scale: Int(65 - shift))
    let ahead = 32
    for index in 0..<slots.count {
      if index + ahead < slots.count { larger.prefetch(slots[index + ahead].identifier) }
      let slot = slots[index]
      if slot.position != 0 { _ = larger.move(slot.identifier, to: slot.position) }
    }
    self = larger
  }

  /// Gives every object the position that `renumber` gives for its own.
  /// - Complexity: O(slots)
  @inline(__always)
  func renumber(_ renumber: (Int) -> Int) {
    for index in 0..<slots.count {
      let position = slots[index].position
      if position == 0 { continue }
      slots[index].position = UInt32(truncatingIfNeeded: renumber(Int(position)))
    }
  }
}
