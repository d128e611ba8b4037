import Files
import Glibc

/// The text of a recording, read a piece at a time.
///
/// Memory does not grow with the text.
final class PerfText {
  /// What was read so far.
  struct Tally: Hashable, Sendable {
    /// Events that are followed.
    var events = 0
    /// Lines with such an event that cannot be read, and the first of them, from 1.
    var unreadable = 0
    var firstUnreadable: Int?
    /// Lines that hold no such event.
    var others = 0
  }

  /// The longest line that is read, bytes: longer ones are unreadable.
  static let lineLimit = 1 << 16
  private static let bufferBytes = 1 << 20

  private let file: InputFile
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: bufferBytes, alignment: 16)
  private var position = 0
  private var filled = 0
  private var isOver = false
  private var isInsideLongLine = false
  private var line = 0
  private(set) var tally = Tally()

  /// Opens the text at `path`.
  init(path: String) throws(InputError) {
    do { file = try InputFile(path) } catch { throw InputError(error) }
  }

  deinit { buffer.deallocate() }

  /// Whether a text that begins with `head` has an event that is followed.
  static func recognises(head: [UInt8]) -> Bool {
    head.split(separator: 10).contains { line in
      line.withUnsafeBytes { PerfLine($0).content != .other }
    }
  }

  /// The next event; nil at the end.
  func next() throws(InputError) -> PerfEvent? {
    while true {
      guard let bytes = try nextLine() else { return nil }
      line += 1
      switch PerfLine(bytes).content {
      case .event(let event):
        tally.events += 1
        return event
      case .unreadable:
        tally.unreadable += 1
        if tally.firstUnreadable == nil { tally.firstUnreadable = line }
      case .other: tally.others += 1
      }
    }
  }

  /// The next line; its bytes are there until the line after it is asked for.
  private func nextLine() throws(InputError) -> UnsafeRawBufferPointer? {
    while true {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[position..<filled])
      if let base = rest.baseAddress, let end = memchr(base, 10, rest.count) {
        let count = UnsafeRawPointer(end) - base
        position += count + 1
        if isInsideLongLine {
          isInsideLongLine = false
          continue
        }
        return UnsafeRawBufferPointer(rebasing: rest[..<count])
      }
      if isOver {
        guard !rest.isEmpty, !isInsideLongLine else { return nil }
        position = filled
        return rest
      }
      if rest.count > Self.lineLimit {
        if !isInsideLongLine {
          line += 1
          tally.unreadable += 1
          if tally.firstUnreadable == nil { tally.firstUnreadable = line }
        }
        isInsideLongLine = true
        position = filled
      }
      try refill()
    }
  }

  private func refill() throws(InputError) {
    let rest = filled - position
    if rest > 0, let base = buffer.baseAddress {
      base.copyMemory(from: base + position, byteCount: rest)
    }
    position = 0
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[rest...])
    do { filled = rest + (try file.fill(room)) } catch { throw InputError(error) }
    isOver = filled < buffer.count
    if isOver, let damage = file.damage {
      throw InputError(file: file.name, line: line + 1, reason: "\(damage); copy it again")
    }
  }
}
