/// The file of a capture that says in which order processes ran, faulted, began and ended.
///
///     microseconds,cpu,event,pid,argument
struct CaptureEvents {
  /// Events of processes of the map, in order.
  private(set) var events: [Capture.Event] = []
  /// Microseconds from the first line to the last.
  private(set) var spanMicroseconds = 0
  /// Whether processes began or ended.
  private(set) var hasChurn = false
  /// Events of processes that the map does not have: left out.
  private(set) var skippedCount = 0

  /// The first run or fault of a process that the map does not have.
  private var strangerComplaint: InputError?

  private static let times = 0...1_000_000_000_000
  private static let cpus = 0...4095

  /// No events: the capture has no such file.
  init() {}

  /// Reads the bytes of `file`.
  init(file: String, bytes: [UInt8], map: CaptureMap) throws(InputError) {
    var text = CaptureText(file: file, bytes: bytes)
    try text.readHeader("events")
    var origin: Int?
    while text.nextLine(separator: .comma) {
      guard text.words.count >= 5 else {
        throw text.failure(
          "an event line of \(text.words.count) fields: expected time in µs, cpu, event, process "
            + "and argument")
      }
      let time = try text.number(text.words[0], "the time in µs", in: Self.times)
      let previous = (origin ?? time) + spanMicroseconds
      guard time >= previous else {
        throw text.failure(
          "the time is \(time) µs: expected none before \(previous) µs, the line before")
      }
      origin = origin ?? time
      spanMicroseconds = time - (origin ?? time)
      try read(text, map: map)
    }
    // Where processes come and go, the map, made at one moment, cannot have them all.
    if let strangerComplaint, !hasChurn { throw strangerComplaint }
  }

  private mutating func read(_ text: CaptureText, map: CaptureMap) throws(InputError) {
    let fields = text.words
    let cpu = try text.number(fields[1], "the processor", in: Self.cpus)
    guard let kind = Capture.Event.Kind(rawValue: text.text(fields[2])) else {
      throw text.failure(
        "the event is '\(text.text(fields[2]))': expected s (switch), f (fault), F (fork), X (exec) "
          + "or Q (exit)")
    }
    var pid = try text.number(
      fields[3], "the process number", in: 0...CaptureMap.pids.upperBound)
    if kind == .fork {
      pid = try text.number(fields[4], "the new process's number", in: CaptureMap.pids)
    }
    if kind == .fork || kind == .exec || kind == .exit { hasChurn = true }
    let fault = kind == .fault ? try readFault(text) : nil
    guard let process = map.processOfPID[pid] else {
      if pid != 0 { skip(pid, kind, text) }
      return
    }
    var event = Capture.Event(
      microseconds: spanMicroseconds, cpu: cpu, kind: kind, process: process)
    if let fault {
      event.leafNumber = UInt32(fault.leafNumber)
      event.entry = UInt16(fault.entry)
      event.isWrite = fault.errorCode & 2 != 0
    }
    events.append(event)
  }

  private mutating func skip(_ pid: Int, _ kind: Capture.Event.Kind, _ text: CaptureText) {
    skippedCount += 1
    guard strangerComplaint == nil, kind == .run || kind == .fault else { return }
    strangerComplaint = text.failure(
      "process \(pid) is not in the map, and no event says that processes come and go: expected a "
        + "process of the map, or 0 for any other")
  }

  private func readFault(
    _ text: CaptureText
  ) throws(InputError) -> (leafNumber: Int, entry: Int, errorCode: Int) {
    let parts = text.split(text.words[4], by: .colon)
    guard parts.count == 3 else {
      throw text.failure(
        "the fault is at '\(text.text(text.words[4]))': expected leaf:entry:error code")
    }
    return (
      try text.number(
        parts[0], "the fault's leaf table", in: CaptureMap.leafNumbers, hexadecimal: true),
      try text.number(parts[1], "the fault's entry", in: 0...511),
      try text.number(parts[2], "the fault's error code", in: 0...0xFFFF, hexadecimal: true)
    )
  }
}
