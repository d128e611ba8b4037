/// Reads a line of `perf script` or `trace-cmd report`, from its bytes.
///
/// `comm pid[/tid] [cpu] seconds: group:event: fields`, where comm can hold blanks, brackets and
/// colons and `[cpu]` can be missing; or `comm-tid [cpu] flags seconds: event: fields`.
struct PerfLine {
  /// What a line holds.
  enum Content: Hashable {
    /// An event that is followed.
    case event(PerfEvent)
    /// Such an event, but not one that can be read.
    case unreadable
    /// Something else: another event, a comment, a call chain.
    case other
  }

  /// Words with which the names of the events end, and which event each is.
  private static let names: [(word: [UInt8], kind: PerfEvent.Kind)] = [
    (Array("sched_switch:".utf8), .switchTo), (Array("page_fault_user:".utf8), .fault),
    (Array("sched_process_fork:".utf8), .fork), (Array("sched_process_exec:".utf8), .exec),
    (Array("sched_process_exit:".utf8), .exit),
  ]

  private let bytes: UnsafeRawBufferPointer

  /// A line without its end.
  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// What it holds.
  /// - Complexity: O(bytes)
  var content: Content {
    var start = 0
    while let (place, kind, end) = eventName(from: start) {
      if let event = event(kind, nameAt: place, fieldsAt: end) { return .event(event) }
      start = end
    }
    return start == 0 ? .other : .unreadable
  }

  /// The first name of an event from `start` on: where its word begins, and what comes after it.
  private func eventName(from start: Int) -> (place: Int, kind: PerfEvent.Kind, end: Int)? {
    var index = start
    while index < bytes.count {
      // Every name ends in a colon that a blank, or the line's end, follows.
      guard bytes[index] == UInt8(ascii: ":"), index + 1 == bytes.count || isBlank(index + 1) else {
        index += 1
        continue
      }
      for (word, kind) in Self.names where matches(word, endingAt: index + 1) {
        var place = index + 1 - word.count
        while place > 0, !isBlank(place - 1) { place -= 1 }
        return (place, kind, index + 1)
      }
      index += 1
    }
    return nil
  }

  private func matches(_ word: [UInt8], endingAt end: Int) -> Bool {
    let start = end - word.count
    guard start >= 0, start == 0 || isBlank(start - 1) || bytes[start - 1] == UInt8(ascii: ":")
    else { return false }
    for index in 0..<word.count where bytes[start + index] != word[index] { return false }
    return true
  }

  private func event(_ kind: PerfEvent.Kind, nameAt place: Int, fieldsAt start: Int) -> PerfEvent? {
    guard var (first, end) = word(before: place) else { return nil }
    if bytes[end - 1] != UInt8(ascii: ":"), number(first, end) != nil {
      // The period, which perf prints where it was asked to.
      guard let time = word(before: first) else { return nil }
      (first, end) = time
    }
    guard let time = nanoseconds(first, end) else { return nil }
    guard let (task, processor) = origin(before: first) else { return nil }
    var event = PerfEvent(kind: kind, nanoseconds: time, processor: processor, task: task)
    return fill(&event, from: start) ? event : nil
  }

  /// Who ran, and where: the words before the time.
  private func origin(before place: Int) -> (PerfEvent.Task, UInt32?)? {
    guard var (start, end) = word(before: place) else { return nil }
    var processor: UInt32?
    if !isBracketed(start, end), task(start, end) == nil {
      // Flags such as `d..2.`, which trace-cmd prints between processor and time.
      guard let before = word(before: start) else { return nil }
      (start, end) = before
      guard isBracketed(start, end) else { return nil }
    }
    if isBracketed(start, end) {
      guard let value = number(start + 1, end - 1), value <= 1 << 20 else { return nil }
      processor = UInt32(value)
      guard let before = word(before: start) else { return nil }
      (start, end) = before
    }
    return task(start, end).map { ($0, processor) }
  }

  private func isBracketed(_ start: Int, _ end: Int) -> Bool {
    end - start > 2 && bytes[start] == UInt8(ascii: "[") && bytes[end - 1] == UInt8(ascii: "]")
  }

  /// `tid`, `pid/tid`, or `comm-tid`.
  private func task(_ start: Int, _ end: Int) -> PerfEvent.Task? {
    if let thread = identifier(start, end) { return .init(thread: thread) }
    var mark = end - 1
    while mark > start, bytes[mark] != UInt8(ascii: "/"), bytes[mark] != UInt8(ascii: "-") {
      mark -= 1
    }
    guard mark > start, let thread = identifier(mark + 1, end) else { return nil }
    if bytes[mark] == UInt8(ascii: "-") { return .init(thread: thread) }
    guard let process = identifier(start, mark) else { return nil }
    return .init(thread: thread, process: process)
  }

  private func fill(_ event: inout PerfEvent, from start: Int) -> Bool {
    switch event.kind {
    case .switchTo:
      guard
        let next = field("next_pid=", start).flatMap({ identifier($0, $1) })
          ?? nextOfArrow(start)
      else { return false }
      event.other = next
    case .fork:
      guard let child = field("child_pid=", start).flatMap({ identifier($0, $1) }) else {
        return false
      }
      event.other = child
    case .fault:
      guard let address = field("address=", start).flatMap({ hexadecimal($0, $1) }) else {
        return false
      }
      event.address = address
      let code = field("error_code=", start).flatMap { hexadecimal($0, $1) }
      guard let code else { return false }
      event.isWrite = code & 2 != 0
    case .exec, .exit:
      let named = field("pid=", start)
      guard let thread = named.map({ identifier($0, $1) }) ?? event.task.thread else {
        return false
      }
      event.other = thread
      event.isLast = field("group_dead=", start).map {
        bytes[$0.0] == UInt8(ascii: "t")
          || bytes[$0.0] == UInt8(ascii: "1")
      }
    }
    return true
  }

  /// The thread after `==>`, as trace-cmd's own text has it: `comm:tid [priority]`.
  private func nextOfArrow(_ start: Int) -> Int32? {
    var index = bytes.count - 1
    while index >= start + 2,
      !(bytes[index] == UInt8(ascii: ">")
        && bytes[index - 1]
          == UInt8(
            ascii: "="))
    { index -= 1 }
    guard index >= start + 2 else { return nil }
    var end = bytes.count
    while end > index, isBlank(end - 1) { end -= 1 }
    if let (first, last) = word(before: end), first > index, isBracketed(first, last) {
      end = first
    }
    guard let (first, last) = word(before: end), first > index else { return nil }
    var mark = last - 1
    while mark > first, bytes[mark] != UInt8(ascii: ":") { mark -= 1 }
    return identifier(bytes[mark] == UInt8(ascii: ":") ? mark + 1 : first, last)
  }

  /// The value of the last field of that name, a name of which may end like another's.
  private func field(_ name: StaticString, _ start: Int) -> (Int, Int)? {
    let count = name.utf8CodeUnitCount
    var index = bytes.count - count
    while index >= start {
      if isBlank(index - 1), matches(name, count, at: index) {
        var end = index + count
        while end < bytes.count, !isBlank(end) { end += 1 }
        return end > index + count ? (index + count, end) : nil
      }
      index -= 1
    }
    return nil
  }

  private func matches(_ name: StaticString, _ count: Int, at place: Int) -> Bool {
    for index in 0..<count where bytes[place + index] != name.utf8Start[index] { return false }
    return true
  }

  /// The word that ends before `place`, blanks left out.
  private func word(before place: Int) -> (Int, Int)? {
    var end = place
    while end > 0, isBlank(end - 1) { end -= 1 }
    var start = end
    while start > 0, !isBlank(start - 1) { start -= 1 }
    return start < end ? (start, end) : nil
  }

  private func isBlank(_ index: Int) -> Bool {
    bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: "\t")
      || bytes[index] == UInt8(ascii: "\r")
  }

  /// `12.345678:` as nanoseconds; nil beyond 2^33 seconds.
  private func nanoseconds(_ start: Int, _ end: Int) -> UInt64? {
    guard bytes[end - 1] == UInt8(ascii: ":") else { return nil }
    var point = start
    while point < end, bytes[point] != UInt8(ascii: ".") { point += 1 }
    let digits = end - 1 - point - 1
    guard point > start, (1...9).contains(digits), let seconds = number(start, point),
      seconds < 1 << 33, var part = number(point + 1, end - 1)
    else { return nil }
    for _ in digits..<9 { part *= 10 }
    return seconds * 1_000_000_000 + part
  }

  /// A number of a thread or process.
  private func identifier(_ start: Int, _ end: Int) -> Int32? {
    number(start, end).flatMap(Int32.init(exactly:))
  }

  /// A decimal number of at most 18 digits.
  private func number(_ start: Int, _ end: Int) -> UInt64? {
    guard start < end, end - start <= 18 else { return nil }
    var value: UInt64 = 0
    for index in start..<end {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + UInt64(digit)
    }
    return value
  }

  /// A hexadecimal number, perhaps after `0x`.
  private func hexadecimal(_ start: Int, _ end: Int) -> UInt64? {
    var start = start
    if end - start > 2, bytes[start] == UInt8(ascii: "0"),
      bytes[start + 1] | 0x20 == UInt8(ascii: "x")
    {
      start += 2
    }
    guard start < end, end - start <= 16 else { return nil }
    var value: UInt64 = 0
    for index in start..<end {
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(bytes[index] - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(bytes[index] - 87)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt64(bytes[index] - 55)
      default: return nil
      }
    }
    return value
  }
}
