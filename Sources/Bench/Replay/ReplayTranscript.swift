public import GuestModel

/// What the replay guest said on Xen's console.
///
/// Lines may have Xen's prefixes (`(XEN) [12.3] (d1) `), lie between others, or be cut off.
public struct ReplayTranscript: Hashable, Sendable {
  /// A phase that was reported.
  public struct Phase: Hashable, Sendable {
    /// What the guest counted.
    public var phase: ReplayPhase
    /// The time stamp counter at its end, cycles.
    public var tsc: UInt64

    /// A phase.
    public init(phase: ReplayPhase, tsc: UInt64) {
      self.phase = phase
      self.tsc = tsc
    }
  }

  /// Where the guest found its module; nil until it said so.
  public private(set) var moduleAddress: UInt64?
  /// The module's bytes, as it was told.
  public private(set) var moduleBytes: Int?
  /// The digest of the operations that it found in the stream's header.
  public private(set) var digest: UInt64?
  /// The paging mode of the guest.
  public private(set) var mode: PagingMode?
  /// Where the loader's start_info lies.
  public private(set) var startInfo: UInt64?
  /// The phases, in the order of the lines.
  public private(set) var phases: [Phase] = []
  /// Whether it came to its end.
  public private(set) var isDone = false
  /// The checksum over all phases' checksums, at its end.
  public private(set) var checksum: UInt64?
  /// Why it gave up; nil if it did not.
  public private(set) var failure: String?

  /// What the lines say that cannot be true together, in words; empty if nothing does.
  public private(set) var contradictions: [String] = []

  /// The guest's lines in the file at `path`.
  /// - Throws: ``InputError`` when it cannot be read
  public init(contentsOf path: String) throws(InputError) {
    self.init(
      text: String(decoding: try TextFile.bytes(of: path, limit: 1 << 28), as: UTF8.self))
  }

  /// The guest's lines in a text.
  public init(text: String) {
    var marks: Set<Int?> = []
    var total: Int?
    for line in text.split(whereSeparator: \.isNewline) {
      guard let (mark, body) = Self.own(line) else { continue }
      marks.insert(mark)
      let words = body.split(separator: " ").dropFirst()
      var values: [Substring: Substring] = [:]
      for word in words {
        let parts = word.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { continue }
        if values.updateValue(parts[1], forKey: parts[0]) != nil {
          contradict("a line has '\(parts[0])' twice")
        }
      }
      noteOrder(words.first)
      switch words.first {
      case "replay": noteStart(values)
      case "phase": notePhase(words.dropFirst().first, values)
      case "done":
        checksum = values["checksum"].flatMap(Self.hexadecimal)
        isDone = checksum != nil
        total = values["operations"].flatMap { Int($0) }
      case "failed": failure = words.dropFirst().joined(separator: " ")
      default: break
      }
    }
    if marks.count > 1 { contradict("lines of \(marks.count) domains are mixed") }
    check(total)
  }

  /// The mark of the domain that says a line, and the guest's part of it: only what begins with
  /// Xen's own prefixes is the domain's; what a guest writes behind them may be anything.
  private static func own(_ line: Substring) -> (mark: Int?, body: Substring)? {
    if let said = GuestLine(line) {
      return said.text.hasPrefix("SB ") ? (said.domain, said.text) : nil
    }
    let rest = GuestLine.unprefixed(line)
    return rest.hasPrefix("SB ") ? (nil, rest) : nil
  }

  private var hasEnded = false

  /// A guest begins once, ends once, and says nothing before or after.
  private mutating func noteOrder(_ word: Substring?) {
    if hasEnded {
      contradict("lines follow its end")
    } else if word == "replay", moduleAddress != nil || !phases.isEmpty {
      contradict("it began twice, or after its first phase")
    }
    if word == "done" || word == "failed" { hasEnded = true }
  }

  /// Time goes on, and the whole is the sum of its parts.
  private mutating func check(_ total: Int?) {
    if zip(phases, phases.dropFirst()).contains(where: { $0.tsc >= $1.tsc }) {
      contradict("its time stamps run back")
    }
    if let total, moduleAddress != nil {
      let sum = phases.reduce((0, false)) { sum, phase in
        let (value, isOver) = sum.0.addingReportingOverflow(phase.phase.operations)
        return (value, sum.1 || isOver)
      }
      if sum.1 || sum.0 > total {
        contradict("its phases have more operations than the \(total) in all")
      }
    }
  }

  private mutating func contradict(_ what: String) {
    if !contradictions.contains(what) { contradictions.append(what) }
  }

  private mutating func noteStart(_ values: [Substring: Substring]) {
    moduleAddress = values["module"].flatMap(Self.address)
    moduleBytes = values["bytes"].flatMap { Int($0) }
    digest = values["digest"].flatMap(Self.hexadecimal)
    mode = values["mode"].flatMap { PagingMode(name: String($0)) }
    startInfo = values["start_info"].flatMap(Self.address)
  }

  /// Takes a phase whose line is whole.
  private mutating func notePhase(_ number: Substring?, _ values: [Substring: Substring]) {
    guard let number = number.flatMap({ Int($0) }),
      let tsc = values["tsc"].flatMap({ UInt64($0) }),
      let operations = values["operations"].flatMap({ Int($0) }),
      let accesses = values["accesses"].flatMap({ Int($0) }),
      let faults = values["faults"].flatMap({ Int($0) }),
      let checksum = values["checksum"].flatMap(Self.hexadecimal)
    else { return }
    phases.append(
      Phase(
        phase: ReplayPhase(
          number: number, operations: operations, accesses: accesses, faults: faults,
          checksum: checksum), tsc: tsc))
  }

  /// 16 digits, so that a line that was cut off has none.
  private static func hexadecimal(_ text: Substring) -> UInt64? {
    text.utf8.count == 16 ? UInt64(text, radix: 16) : nil
  }

  private static func address(_ text: Substring) -> UInt64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16) : nil
  }

  /// What differs from what the stream foretells, in words; empty if nothing does.
  public func differences(from stream: ReplayStream) -> [String] {
    var lines: [String] = []
    lines += contradictions
    if let failure { lines.append("the guest gave up: \(failure)") }
    if moduleAddress == nil { lines.append("the guest did not say that it began") }
    if let digest, digest != stream.digest { lines.append("the guest ran another stream") }
    let expected = stream.expected
    for (found, wanted) in zip(phases.map(\.phase), expected) where found != wanted {
      lines.append(
        "phase \(wanted.number): \(Self.text(found)); the stream foretells \(Self.text(wanted))")
    }
    if phases.count != expected.count {
      lines.append("\(phases.count) phases were reported, not \(expected.count)")
    }
    if !isDone {
      lines.append("the guest did not come to its end")
    } else if checksum != stream.checksum {
      lines.append("the checksum over all phases is not the one foretold")
    }
    return lines
  }

  private static func text(_ phase: ReplayPhase) -> String {
    "\(phase.operations) operations, \(phase.accesses) accesses, \(phase.faults) faults, checksum "
      + String(phase.checksum, radix: 16)
  }
}
