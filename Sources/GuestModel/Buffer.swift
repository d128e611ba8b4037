/// A fixed run of plain values in raw memory: the storage of everything the model keeps.
///
/// It has no reference counting, no copy on write and no exclusivity checks, so a loop over it
/// costs what a C array costs. Indices are checked in debug builds only.
@frozen
@safe
public struct Buffer<Element: BitwiseCopyable>: ~Copyable {
  /// The first element.
  @usableFromInline
  var base: UnsafeMutablePointer<Element>
  @usableFromInline
  var storedCount: Int

  /// The number of elements.
  @inlinable
  public var count: Int { storedCount }

  /// Makes a buffer of `count` copies of `value`.
  /// - Complexity: O(count)
  @inlinable
  public init(repeating value: Element, count: Int) {
    precondition(count >= 0, "a buffer's count must not be negative")
    unsafe base = Self.allocate(count)
    unsafe base.initialize(repeating: value, count: count)
    storedCount = count
  }

  @inlinable
  deinit { unsafe Self.free(base, count) }

  /// The element at `index`, which must be in `0..<count`; its fields can be changed in place.
  @inlinable
  public subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      assert(index >= 0 && index < count, "buffer index out of range")
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < count, "buffer index out of range")
      return unsafe base + index
    }
  }

  /// Makes the buffer `newCount` long, keeping its elements and filling the rest with `value`.
  /// - Complexity: O(newCount)
  @inlinable
  public mutating func grow(to newCount: Int, filling value: Element) {
    guard newCount > count else { return }
    let fresh = unsafe Self.allocate(newCount)
    unsafe fresh.initialize(from: base, count: count)
    unsafe (fresh + count).initialize(repeating: value, count: newCount - count)
    unsafe Self.free(base, count)
    unsafe base = fresh
    storedCount = newCount
  }

  /// Sets `length` elements from `start` to `value`.
  /// - Complexity: O(length)
  @inlinable
  public func fill(from start: Int, count length: Int, with value: Element) {
    assert(start >= 0 && length >= 0 && start + length <= count, "buffer range out of range")
    unsafe (base + start).update(repeating: value, count: length)
  }

  /// Copies `length` elements from `source` to `destination` within the buffer.
  ///
  /// The two runs must not overlap.
  /// - Complexity: O(length)
  @inlinable
  public func copy(from source: Int, to destination: Int, count length: Int) {
    assert(source + length <= count && destination + length <= count, "range out of range")
    unsafe (base + destination).update(from: base + source, count: length)
  }

  /// An independent buffer with the same elements.
  /// - Complexity: O(count)
  @inlinable
  public func duplicate() -> Buffer<Element> {
    let copy = Buffer(uninitialized: count)
    unsafe copy.base.initialize(from: base, count: count)
    return copy
  }

  @usableFromInline
  init(uninitialized count: Int) {
    unsafe base = Self.allocate(count)
    storedCount = count
  }

  /// Room for `count` elements, on huge pages where it is large.
  @inlinable
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Element> {
    let bytes = count * MemoryLayout<Element>.stride
    guard LargeMemory.isLarge(bytes) else { return .allocate(capacity: max(1, count)) }
    return unsafe LargeMemory.map(bytes).bindMemory(to: Element.self, capacity: count)
  }

  /// Gives back what ``allocate(_:)`` gave for as many elements.
  @inlinable
  static func free(_ base: UnsafeMutablePointer<Element>, _ count: Int) {
    let bytes = count * MemoryLayout<Element>.stride
    guard LargeMemory.isLarge(bytes) else { return unsafe base.deallocate() }
    unsafe LargeMemory.unmap(base, bytes)
  }
}
