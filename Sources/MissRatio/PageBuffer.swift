import Glibc

/// Zeroed memory straight from the kernel, on huge pages where it is large.
///
/// Random accesses over tens of megabytes miss the TLB on 4 KiB pages at nearly every step; pages
/// of 2 MiB make that rare. Pages that are never touched cost nothing. Indices are checked in debug
/// builds only.
@safe
struct PageBuffer<Element: BitwiseCopyable>: ~Copyable {
  /// The first element.
  let base: UnsafeMutablePointer<Element>
  /// The number of elements.
  let count: Int
  private let mapping: UnsafeMutableRawPointer
  private let mappedBytes: Int

  /// Bytes of a huge page.
  static var hugePageBytes: Int { 1 << 21 }

  /// Room for `count` zeroed elements.
  ///
  /// The C functions are `mmap` and `madvise`; it does not matter whether the advice is taken.
  init(count: Int) throws(OutOfMemory) {
    precondition(count >= 0, "a buffer's count must not be negative")
    let bytes = max(1, count) * MemoryLayout<Element>.stride
    let isLarge = bytes >= Self.hugePageBytes
    mappedBytes = isLarge ? bytes + Self.hugePageBytes : bytes
    let memory = unsafe mmap(
      nil, mappedBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
      throw OutOfMemory(bytes: bytes)
    }
    unsafe mapping = memory
    var start = unsafe memory
    if isLarge {
      unsafe start = memory.alignedUp(toMultipleOf: Self.hugePageBytes)
      _ = unsafe madvise(start, bytes, MADV_HUGEPAGE)
    }
    unsafe base = start.bindMemory(to: Element.self, capacity: max(1, count))
    self.count = count
  }

  deinit { unsafe munmap(mapping, mappedBytes) }

  /// The element at `index`, which must be in `0..<count`; its fields can be changed in place.
  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      assert(index >= 0 && index < count, "buffer index out of range")
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < count, "buffer index out of range")
      return unsafe base + index
    }
  }

  /// Makes the buffer `newCount` long, keeping its elements and zeroing the rest.
  /// - Complexity: O(count)
  mutating func grow(to newCount: Int) throws(OutOfMemory) {
    let larger = try PageBuffer(count: max(count, newCount))
    unsafe larger.base.update(from: base, count: count)
    self = larger
  }

  /// The elements from `index` on as a vector, wherever they lie.
  @inline(__always)
  func vector<Vector: SIMD & BitwiseCopyable>(at index: Int, as: Vector.Type) -> Vector
  where Vector.Scalar == Element {
    assert(index >= 0 && index + Vector.scalarCount <= count, "vector out of range")
    return unsafe UnsafeRawPointer(base + index).loadUnaligned(as: Vector.self)
  }

  /// Stores `vector` in the elements from `index` on, a multiple of the vector's length.
  @inline(__always)
  func store<Vector: SIMD & BitwiseCopyable>(_ vector: Vector, at index: Int)
  where Vector.Scalar == Element {
    assert(index >= 0 && index + Vector.scalarCount <= count, "vector out of range")
    unsafe UnsafeMutableRawPointer(base + index).storeBytes(of: vector, as: Vector.self)
  }
}

/// There is not enough memory for so many objects.
public struct OutOfMemory: Error, Hashable, CustomStringConvertible {
  /// What could not be had, bytes.
  public let bytes: Int

  /// The error in words.
  public var description: String { "out of memory: \(max(1, bytes >> 20)) MiB more are needed" }
}
