public import GuestModel

/// What the replay guest said on Xen's console.
///
/// Lines may have a prefix (Xen's `(d1) `), lie between others, or be cut off.
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

  /// The guest's lines in a text.
  public init(text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      guard let start = Self.start(of: line) else { continue }
      let words = line[start...].split(separator: " ").dropFirst()
      var values: [Substring: Substring] = [:]
      for word in words {
        let parts = word.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { values[parts[0]] = parts[1] }
      }
      switch words.first {
      case "replay": noteStart(values)
      case "phase": notePhase(words.dropFirst().first, values)
      case "done":
        isDone = values["checksum"].flatMap(Self.hexadecimal) != nil
        checksum = values["checksum"].flatMap(Self.hexadecimal)
      case "failed": failure = words.dropFirst().joined(separator: " ")
      default: break
      }
    }
  }

  /// Where the guest's part of a line begins: at its start, or behind a blank.
  private static func start(of line: Substring) -> Substring.Index? {
    if line.hasPrefix("SB ") { return line.startIndex }
    var place = line.startIndex
    while let blank = line[place...].firstIndex(of: " ") {
      place = line.index(after: blank)
      if line[place...].hasPrefix("SB ") { return place }
    }
    return nil
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
