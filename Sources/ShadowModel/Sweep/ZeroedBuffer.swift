import Glibc
import GuestModel

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

  deinit { unsafe Self.free(base, count) }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    if LargeMemory.isLarge(bytes) {
      return unsafe LargeMemory.map(bytes).bindMemory(to: Element.self, capacity: count)
    }
    guard let memory = unsafe calloc(max(1, count), MemoryLayout<Element>.stride) else {
      unsafe LargeMemory.whenExhausted(bytes)
    }
    return unsafe memory.assumingMemoryBound(to: Element.self)
  }

  private static func free(_ base: UnsafeMutablePointer<Element>, _ count: Int) {
    let bytes = count * MemoryLayout<Element>.stride
    guard LargeMemory.isLarge(bytes) else { return unsafe Glibc.free(base) }
    unsafe LargeMemory.unmap(base, bytes)
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
    unsafe Self.free(base, count)
    unsafe base = fresh
    count = newCount
  }
}
