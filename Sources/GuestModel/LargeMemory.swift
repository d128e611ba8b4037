#if os(Linux) && !hasFeature(Embedded)
import Glibc
#endif

/// Memory for large buffers: zeroed, straight from the kernel, on huge pages where it gives them.
///
/// Random accesses over tens of megabytes miss the TLB on 4 KiB pages at nearly every step; pages
/// of 2 MiB make that rare. Memory that is never touched costs nothing, but where a huge page is
/// taken the first touch costs all of it. Whether the kernel takes the advice is its own and the
/// process's setting; nothing that is counted depends on it. Elsewhere than on Linux, and in
/// Embedded Swift, no memory is large.
public enum LargeMemory {
  /// Bytes of a huge page, and the least that is large.
  @inlinable
  public static var hugePageBytes: Int { 1 << 21 }

  #if os(Linux) && !hasFeature(Embedded)
  /// Whether a buffer of so many bytes is to be mapped.
  @inlinable
  public static func isLarge(_ bytes: Int) -> Bool { bytes >= hugePageBytes }

  /// What is done when so many bytes cannot be had; a program that is to say so sets it once,
  /// before there is a second thread.
  nonisolated(unsafe) public static var whenExhausted: @Sendable (_ bytes: Int) -> Never = { _ in
    preconditionFailure("out of memory")
  }

  /// Maps `bytes` of zeroed memory that begins at a huge page's border, and advises huge pages.
  ///
  /// C: `mmap`, `madvise`.
  public static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
    let length = wholePages(bytes)
    let room = length + hugePageBytes
    let memory = unsafe mmap(
      nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else {
      unsafe whenExhausted(bytes)
    }
    let start = unsafe memory.alignedUp(toMultipleOf: hugePageBytes)
    let before = unsafe start - memory
    if before > 0 { unsafe munmap(memory, before) }
    unsafe munmap(start + length, room - before - length)
    _ = unsafe madvise(start, length, MADV_HUGEPAGE)
    return unsafe start
  }

  /// Gives back what ``map(_:)`` gave for as many bytes.
  ///
  /// C: `munmap`.
  public static func unmap(_ start: UnsafeMutableRawPointer, _ bytes: Int) {
    unsafe munmap(start, wholePages(bytes))
  }

  private static func wholePages(_ bytes: Int) -> Int {
    let page = Int(getpagesize())
    return (bytes + page - 1) / page * page
  }
  #else
  /// Whether a buffer of so many bytes is to be mapped: never here.
  @inlinable
  public static func isLarge(_ bytes: Int) -> Bool { false }

  /// Is not called, since nothing is large.
  public static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
    preconditionFailure("nothing is large here")
  }

  /// Is not called, since nothing is large.
  public static func unmap(_ start: UnsafeMutableRawPointer, _ bytes: Int) {
    preconditionFailure("nothing is large here")
  }
  #endif
}
