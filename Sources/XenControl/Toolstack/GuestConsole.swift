/// What a domain said on Xen's console, gathered from several looks at its ring.
///
/// The ring is read, never cleared: it is the administrator's. What was in it before, such as the
/// lines of an earlier domain of the same number, is left out.
struct GuestConsole {
  private let mark: String
  private var seen: Set<Substring> = []
  /// The domain's lines, in the order in which they came.
  private(set) var lines: [Substring] = []

  /// The console of `domain`, given what the ring held before it began.
  init(domain: Int, before: String) {
    mark = "(d\(domain)) "
    seen = Set(Self.wholeLines(before).filter { [mark] in $0.contains(mark) })
  }

  /// Adds what is new in the ring.
  ///
  /// A last line without an end is still being written.
  mutating func add(_ ring: String) {
    for line in Self.wholeLines(ring) where line.contains(mark) && seen.insert(line).inserted {
      lines.append(line)
    }
  }

  /// The lines as a text.
  var text: String { lines.map { $0 + "\n" }.joined() }

  private static func wholeLines(_ ring: String) -> ArraySlice<Substring> {
    ring.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).dropLast()
  }
}
