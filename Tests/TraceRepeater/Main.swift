import Bench
import Foundation
import XenTrace

/// Writes a long trace to standard output: a real one, repeated, with times, roots and frames
/// renumbered in each copy.
@main
enum TraceGenerator {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let mebibytes = Int(arguments[2]), mebibytes > 0 else {
      FileHandle.standardError.write(Data("usage: tracegen TRACE MEBIBYTES > FILE\n".utf8))
      exit(2)
    }
    var template = Template()
    _ = try TraceFile.read(arguments[1], into: &template)
    template.close()
    var written = 0
    var copy: UInt64 = 0
    while written < mebibytes << 20 {
      let bytes = template.copy(copy)
      try FileHandle.standardOutput.write(contentsOf: Data(bytes))
      written += bytes.count
      copy += 1
    }
  }
}

/// A trace as one window, with the places where a copy differs.
private struct Template: TraceSink {
  private var bytes: [UInt8] = []
  private var times: [Int] = []
  private var roots: [Int] = []
  private var frames: [Int] = []
  private var first: UInt64 = .max
  private var last: UInt64 = 0

  /// Copies that have roots of their own before they repeat.
  private static let families: UInt64 = 16

  init() {
    for word: UInt32 in [0x2001_f003, 0, 0] { append(word) }
  }

  mutating func take(_ record: TraceRecord, processor: Int) {
    append(record.header)
    if record.hasTime {
      times.append(bytes.count)
      first = min(first, record.cycles)
      last = max(last, record.cycles)
      append(UInt32(truncatingIfNeeded: record.cycles))
      append(UInt32(truncatingIfNeeded: record.cycles >> 32))
    }
    let start = bytes.count
    switch TraceEvent(record) {
    case .controlWrite(3, _): roots.append(start + 4)
    case .shadow(let event) where event.kind.rawValue >= 12: frames.append(start)
    default: break
    }
    for index in 0..<record.wordCount { append(record.word(index)) }
  }

  /// Writes the window's size.
  mutating func close() { put(UInt64(bytes.count - 12), 8, words: 1) }

  mutating func copy(_ number: UInt64) -> [UInt8] {
    var result = self
    let later = number * (last - first + 1000)
    let family = number % Self.families
    for place in times { result.put(get(place, words: 2) + later, place, words: 2) }
    for place in roots { result.put(get(place, words: 1) + family << 27, place, words: 1) }
    for place in frames { result.put(get(place, words: 1) + family << 15, place, words: 1) }
    return result.bytes
  }

  private mutating func append(_ word: UInt32) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private func get(_ place: Int, words: Int) -> UInt64 {
    (0..<(words * 4)).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64($1 * 8) }
  }

  private mutating func put(_ value: UInt64, _ place: Int, words: Int) {
    for index in 0..<(words * 4) {
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> UInt64(index * 8))
    }
  }
}
