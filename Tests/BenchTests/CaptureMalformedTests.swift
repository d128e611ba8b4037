import Testing

@testable import Bench

/// Lines that are not as the format wants them: each is named, with its file, line and fault.
@Suite struct CaptureMalformedTests {
  /// A change to the small capture that spoils it.
  struct Fault: Sendable, CustomTestStringConvertible {
    /// The file: `map.txt`, `intervals.txt` or `events.csv`.
    var file: String
    /// What is replaced; empty for the whole file.
    var old: String
    var new: String
    var line: Int
    /// A part of the reason.
    var reason: String

    init(_ file: String, _ old: String, _ new: String, line: Int, _ reason: String) {
      self.file = file
      self.old = old
      self.new = new
      self.line = line
      self.reason = reason
    }

    var testDescription: String { "\(file) '\(old.prefix(20))' → '\(new.prefix(30))'" }
  }

  static let map = [
    Fault("map.txt", "", "", line: 1, "the file is empty"),
    Fault("map.txt", "#ptcap 1 map: small\n", "", line: 1, "begins with 'P'"),
    Fault("map.txt", "#ptcap 1", "#ptcap 2", line: 1, "format is '2'"),
    Fault("map.txt", "map: small", "events", line: 1, "announces 'events'"),
    Fault("map.txt", "", "#ptcap 1 map\n", line: 1, "names no process"),
    Fault("map.txt", "P 10", "Q 10", line: 2, "begins with 'Q': expected P or L"),
    Fault("map.txt", "P 10 init 3", "\nP 10 init 3", line: 2, "begins with ''"),
    Fault("map.txt", "P 10 init 3 2 2 0\n", "", line: 2, "before the first process"),
    Fault("map.txt", "init 3 2 2 0", "init 3 2 0", line: 2, "6 fields"),
    Fault("map.txt", "P 10", "P 0", line: 2, "process number is '0'"),
    Fault("map.txt", "P 10", "P -10", line: 2, "'-10': expected a whole number from 1"),
    Fault("map.txt", "P 10", "P 99999999999999999999999", line: 2, "'999999999999"),
    Fault("map.txt", "P 11", "P 10", line: 6, "process 10 is there twice"),
    Fault("map.txt", "init 3", "init 4", line: 2, "announces 4 leaf tables: its lines have 3"),
    Fault("map.txt", "init 3 2", "init 3 1", line: 2, "announces 1 L2 tables"),
    Fault("map.txt", "init 3 2 2", "init 3 2 1", line: 2, "announces 1 L3 tables"),
    Fault("map.txt", "init 3 2 2 0", "init 3 2 9999 0", line: 2, "'9999'"),
    Fault("map.txt", "L 201", "L 20g", line: 4, "leaf table is '20g'"),
    Fault("map.txt", "L 3ffffff", "L 4000000", line: 5, "from 0 to 3ffffff"),
    Fault("map.txt", "L 201", "L 200", line: 4, "200 follows 200"),
    Fault("map.txt", "L 201 1 1 5+1@5w", "L 201 1", line: 4, "3 fields"),
    Fault("map.txt", "L 201 1", "L 201 513", line: 4, "present entries is '513'"),
    Fault("map.txt", "L 201 1 1", "L 201 2 1", line: 4, "the runs have 1"),
    Fault("map.txt", "L 201 1 1", "L 201 1 0", line: 4, "0 entries are announced as writable"),
    Fault("map.txt", "5+1@5w", "5+1", line: 4, "the run is '5+1'"),
    Fault("map.txt", "5+1@5w", "5@1+5", line: 4, "the run is '5@1+5'"),
    Fault("map.txt", "5+1@5w", "512+1@5w", line: 4, "offset is '512'"),
    Fault("map.txt", "5+1@5w", "5+0@5w", line: 4, "count is '0'"),
    Fault("map.txt", "5+1@5w", "5+1@w", line: 4, "has no frame"),
    Fault("map.txt", "5+1@5w", "5+1@18446744073709551616w", line: 4, "'18446744073709551616'"),
    Fault("map.txt", "5+1@5w", "5+1@5x", line: 4, "frame is '5x'"),
    Fault("map.txt", "510+2@3w", "510+3@3w", line: 3, "ends at entry 513"),
    Fault("map.txt", "510+2@3w", "1+2@3w", line: 3, "begins before entry 2"),
  ]

  static let intervals = [
    Fault("intervals.txt", "", "", line: 1, "the file is empty"),
    Fault("intervals.txt", "#ptcap 1 intervals", "I", line: 1, "begins with 'I:'"),
    Fault("intervals.txt", "", "#ptcap 1 intervals\n", line: 1, "no interval"),
    Fault("intervals.txt", "I 0 1000 2\n", "", line: 2, "before the first interval"),
    Fault("intervals.txt", "I 0 1000 2", "I 0 1000", line: 2, "3 fields"),
    Fault("intervals.txt", "I 0", "I 1", line: 2, "number is 1: expected 0"),
    Fault("intervals.txt", "I 1 2000", "I 1 1000", line: 5, "ends at 1000 ms"),
    Fault("intervals.txt", "I 1 2000", "I 1 1e3", line: 5, "'1e3'"),
    Fault("intervals.txt", "I 2 2500 1", "I 2 2500 65537", line: 7, "'65537'"),
    Fault("intervals.txt", "I 2", "B 2", line: 7, "begins with 'B': expected I or A"),
    Fault("intervals.txt", "A 11", "A 10", line: 4, "process 10 is there twice"),
    Fault("intervals.txt", "A 11", "A 12", line: 4, "process 12 is not in the map"),
    Fault("intervals.txt", "A 10 200:4:1 3ffffff:1:0", "A 10", line: 8, "2 fields"),
    Fault("intervals.txt", "200:4:1", "200:4", line: 8, "the leaf table is '200:4'"),
    Fault("intervals.txt", "200:4:1", "200:4:1:2:3", line: 8, "the leaf table is '200:4:1:2:3'"),
    Fault("intervals.txt", "200:4:1", "200:513:1", line: 8, "accessed entries is '513'"),
    Fault("intervals.txt", "200:4:1", "200:4:-1", line: 8, "dirty entries is '-1'"),
    Fault("intervals.txt", "200:4:1", "zz:4:1", line: 8, "leaf table is 'zz'"),
    Fault("intervals.txt", "200:4:1", "3ffffff:4:1", line: 8, "3ffffff follows 3ffffff"),
    Fault("intervals.txt", "200:4:1", "200:4:1:ff", line: 8, "has 2 hexadecimal digits"),
    Fault("intervals.txt", "200:1:0:80", "200:1:0:8x", line: 4, "holds '8x' as byte 0"),
    Fault("intervals.txt", "200:1:0:80", "200:1:0:81", line: 4, "its bitmap has 2"),
  ]

  static let events = [
    Fault("events.csv", "", "", line: 1, "the file is empty"),
    Fault("events.csv", "#ptcap 1 events; small\n", "", line: 1, "begins with '0,0,s,10,'"),
    Fault("events.csv", "0,0,s,10,", "0,0,s,10", line: 2, "4 fields"),
    Fault("events.csv", "0,0,s,10,", "x,0,s,10,", line: 2, "time in µs is 'x'"),
    Fault("events.csv", "0,0,s,10,", "0,-1,s,10,", line: 2, "processor is '-1'"),
    Fault("events.csv", "0,0,s,10,", "0,0,z,10,", line: 2, "event is 'z'"),
    Fault("events.csv", "0,0,s,10,", "0,0,s,,", line: 2, "process number is ''"),
    Fault("events.csv", "0,0,s,10,", "300,0,s,10,", line: 3, "the time is 200 µs"),
    Fault("events.csv", "300,1,s,11,", "300,1,s,12,", line: 4, "process 12 is not in the map"),
    Fault("events.csv", "300,1,s,11,", "300,1,F,11,", line: 4, "new process's number is ''"),
    Fault("events.csv", "200:9:6", "200:9", line: 3, "the fault is at '200:9'"),
    Fault("events.csv", "200:9:6", "4000000:9:6", line: 3, "leaf table is '4000000'"),
    Fault("events.csv", "200:9:6", "200:512:6", line: 3, "entry is '512'"),
    Fault("events.csv", "200:9:6", "200:9:g", line: 3, "error code is 'g'"),
    Fault(
      "events.csv", "300,1,s,11,", "2000000000000,1,s,11,", line: 4, "time in µs is '2000000000000"),
  ]

  @Test("A malformed line is named", arguments: map + intervals + events)
  func malformed(_ fault: Fault) throws {
    var small = SmallCapture()
    small.events = SmallCapture.quietEvents
    switch fault.file {
    case "map.txt": small.map = spoil(small.map, fault)
    case "intervals.txt": small.intervals = spoil(small.intervals, fault)
    default: small.events = spoil(SmallCapture.quietEvents, fault)
    }
    try inTemporaryDirectory { directory in
      try small.write(in: directory)
      let error = #expect(throws: InputError.self) {
        try Capture.load(path: directory + "/small")
      }
      #expect(error?.file == "\(directory)/small.\(fault.file)")
      #expect(error?.line == fault.line)
      #expect(error?.reason.contains(fault.reason) == true, "\(error?.reason ?? "")")
    }
  }

  private func spoil(_ text: String, _ fault: Fault) -> String {
    if fault.old.isEmpty { return fault.new }
    guard let range = text.firstRange(of: fault.old) else {
      Issue.record("'\(fault.old)' is not in the small capture")
      return text
    }
    return text.replacingCharacters(in: range, with: fault.new)
  }
}

extension String {
  fileprivate func replacingCharacters(in range: Range<Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}
