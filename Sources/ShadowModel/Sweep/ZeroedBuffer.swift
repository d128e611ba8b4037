import Glibc

/// A run of plain values that are zero until written: memory that is never touched costs nothing.
///
/// As `Buffer` otherwise. A sweep reserves room for every table of the guest at once, and most
/// are never shadowed.
@safe
struct ZeroedBuffer<Element: BitwiseCopyable>: ~Copyable {
  private var base: UnsafeMutablePointer<Element>
  private(set) var count: Int

  init(count: Int) {
    unsafe base = Self.allocate(count)
    self.count = count
  }

  deinit { unsafe free(base) }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    guard let memory = unsafe calloc(max(1, count), MemoryLayout<Element>.stride) else {
      preconditionFailure("out of memory")
    }
    return unsafe memory.assumingMemoryBound(to: Element.self)
  }

  @inline(__always)
  subscript(index: Int) -> Element {
    get {
      assert(index >= 0 && index < count, "buffer index out of range")
      return unsafe base[index]
    }
    nonmutating set {
      assert(index >= 0 && index < count, "buffer index out of range")
      unsafe base[index] = newValue
    }
  }

  /// Makes the buffer `newCount` long, keeping its elements.
  mutating func grow(to newCount: Int) {
    guard newCount > count else { return }
    let fresh = unsafe Self.allocate(newCount)
    unsafe fresh.update(from: base, count: count)
    unsafe free(base)
    unsafe base = fresh
    count = newCount
  }
}
