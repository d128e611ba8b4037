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
    unsafe base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
    unsafe base.initialize(repeating: value, count: count)
    storedCount = count
  }

  @inlinable
  deinit { unsafe base.deallocate() }

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
    let fresh = UnsafeMutablePointer<Element>.allocate(capacity: newCount)
    unsafe fresh.initialize(from: base, count: count)
    unsafe (fresh + count).initialize(repeating: value, count: newCount - count)
    unsafe base.deallocate()
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
    unsafe base = UnsafeMutablePointer<Element>.allocate(capacity: max(1, count))
    storedCount = count
  }
}
