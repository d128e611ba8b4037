/// What `perf script` prints about a Linux guest: switches, page faults, and processes that come and
/// go.
struct PerfEvents {
  enum Kind: UInt8 {
    case switchTo, fault, fork, exec, exit
  }
  /// An event; `task` is a process where the text gives it, else a thread.
  struct Event {
    var kind: Kind
    var processor: Int
    /// Nanoseconds since the first event.
    var nanoseconds: UInt64
    /// Who it is about: the next task, the one that faulted, the child, the one that ends.
    var task: Int
    /// The address of a fault.
    var address: UInt64 = 0
    /// Whether a fault was a write.
    var isWrite = false
  }

  /// The events, in the file's order.
  private(set) var events: [Event] = []
  /// Lines with an event that is known but cannot be read.
  private(set) var unreadable = 0
  private(set) var firstUnreadable: Int?
  private var start: UInt64?
  private var processes: [Int: Int] = [:]

  /// The longest text that is read, bytes, decompressed.
  private static let byteLimit = 1 << 29

  /// Reads the file at `path`, plain or compressed.
  static func load(path: String) throws(InputError) -> PerfEvents {
    let bytes = try TextFile.bytes(of: path, limit: byteLimit)
    var events = PerfEvents()
    for (number, line) in bytes.split(
      separator: 10, omittingEmptySubsequences: false
    ).enumerated() {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw InputError(file: path, line: number + 1, reason: "is not UTF-8 text")
      }
      events.add(text, line: number + 1)
    }
    guard events.events.contains(where: { $0.kind == .fault }) else {
      throw InputError(
        file: path, line: events.firstUnreadable,
        reason: "holds no page_fault_user event; record with perf record -e "
          + "sched:sched_switch,exceptions:page_fault_user,sched:sched_process_exec,"
          + "sched:sched_process_exit -a, then perf script")
    }
    return events
  }

  private static let names: [(text: String, kind: Kind)] = [
    ("sched_switch:", .switchTo), ("page_fault_user:", .fault),
    ("sched_process_fork:", .fork), ("sched_process_exec:", .exec),
    ("sched_process_exit:", .exit),
  ]

  /// Whether text that begins with `head` names one of the events.
  static func recognises(head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    return names.contains { text.contains($0.text) }
  }

  /// `comm pid [cpu] seconds: group:event: fields`; comm can hold blanks, pid can be `pid/tid`.
  mutating func add(_ line: String, line number: Int) {
    guard let name = Self.names.first(where: { line.contains($0.text) }) else { return }
    let fields = line.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let place = fields.firstIndex(where: { $0.hasPrefix("[") && $0.hasSuffix("]") }),
      place >= 1, place + 2 < fields.count,
      let processor = Int(fields[place].dropFirst().dropLast()),
      let time = Self.nanoseconds(fields[place + 1])
    else {
      noteUnreadable(number)
      return
    }
    let tasks = fields[place - 1].split(separator: "/").compactMap { Int($0) }
    if tasks.count == 2 { processes[tasks[1]] = tasks[0] }
    let first = start ?? time
    start = first
    var event = Event(
      kind: name.kind, processor: processor,
      nanoseconds: time > first ? time - first : 0, task: tasks.last ?? 0)
    guard fill(&event, fields[(place + 2)...]) else {
      noteUnreadable(number)
      return
    }
    event.task = processes[event.task] ?? event.task
    events.append(event)
  }

  private mutating func noteUnreadable(_ line: Int) {
    unreadable += 1
    if firstUnreadable == nil { firstUnreadable = line }
  }

  private func fill(_ event: inout Event, _ fields: ArraySlice<String>) -> Bool {
    func value(_ name: String) -> Substring? {
      fields.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1)
    }
    switch event.kind {
    case .switchTo:
      guard let next = value("next_pid").flatMap({ Int($0) }) else { return false }
      event.task = next
    case .fork:
      guard let child = value("child_pid").flatMap({ Int($0) }) else { return false }
      event.task = child
    case .fault:
      guard let address = value("address").flatMap(Self.hexadecimal) else { return false }
      event.address = address
      event.isWrite = (value("error_code").flatMap(Self.hexadecimal) ?? 0) & 2 != 0
    case .exec, .exit:
      if let task = value("pid").flatMap({ Int($0) }) { event.task = task }
    }
    return true
  }

  /// `12.345678:` as nanoseconds.
  private static func nanoseconds(_ text: String) -> UInt64? {
    guard text.hasSuffix(":") else { return nil }
    let parts = text.dropLast().split(separator: ".")
    guard parts.count == 2, let seconds = UInt64(parts[0]), seconds < 1 << 33,
      parts[1].count <= 9, let part = UInt64(parts[1])
    else { return nil }
    return seconds * 1_000_000_000
      + (0..<(9 - parts[1].count)).reduce(part) { value, _ in value * 10 }
  }

  private static func hexadecimal(_ text: Substring) -> UInt64? {
    UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : text, radix: 16)
  }
}
