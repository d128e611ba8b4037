import GuestModel

/// What a domain said on Xen's console, gathered from several looks at its ring.
///
/// The ring is read, never cleared: it is the administrator's. What was in it before, such as the
/// lines of an earlier domain of the same number, is left out.
struct GuestConsole {
  private let domain: Int
  private var seen: Set<Substring> = []
  /// The domain's lines, in the order in which they came.
  private(set) var lines: [Substring] = []

  /// The console of `domain`, given what the ring held before it began.
  init(domain: Int, before: String) {
    self.domain = domain
    seen = Set(Self.wholeLines(before).filter { GuestLine.isOf(domain, $0) })
  }

  /// Adds what is new in the ring.
  ///
  /// A last line without an end is still being written.
  mutating func add(_ ring: String) {
    for line in Self.wholeLines(ring)
    where GuestLine.isOf(domain, line) && seen.insert(line).inserted {
      lines.append(line)
    }
  }

  /// Whether the domain has said a line that begins with one of these.
  func hasSaid(_ beginnings: [String]) -> Bool {
    lines.contains { line in
      GuestLine(line).map { said in beginnings.contains { said.text.hasPrefix($0) } } == true
    }
  }

  /// The lines as a text.
  var text: String { lines.map { $0 + "\n" }.joined() }

  /// The first line of a ring that has come around may be the end of one, and begin with what a
  /// guest wrote.
  private static func wholeLines(_ ring: String) -> ArraySlice<Substring> {
    ring.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).dropFirst().dropLast()
  }
}
