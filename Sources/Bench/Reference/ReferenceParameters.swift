/// The reference guest's command line: `name=value` pairs, decimal.
///
/// The guest is the one that runs inside a real Xen to record counters; the parameters mean the
/// same here as there.
public struct ReferenceParameters: Hashable, Sendable {
  /// Address spaces.
  public var procs = 64
  /// Private leaf tables of an address space.
  public var leaves = 16
  /// Pages touched in each leaf table in one turn.
  public var touch = 32
  /// Rounds of `procs` turns.
  public var rounds = 4
  /// Whose turn: 0 round robin, 1 random, 2 seven times in eight from the first quarter.
  public var sched = 0
  /// Which pages: 0 evenly spread, 1 the first ones, 2 random.
  public var pattern = 0
  /// Adjacent leaf tables touched in a turn, at a random place; 0: all.
  public var window = 0
  /// How often the touching is repeated inside a turn.
  public var repeats = 1
  /// Whether touches write.
  public var write = 0
  /// Whether entries are built with Accessed, and in leaf tables Dirty, set.
  public var ad = 0
  /// Whether the private mappings are superpages.
  public var superpages = 0
  /// Leaf tables of the region that all processes share.
  public var kleaves = 0
  /// Pages touched in each of them per turn.
  public var ktouch = 8
  /// PAE: whether each process has its own directory for that region.
  public var kpriv = 0
  /// Mappings that the running process takes away and puts back in one turn.
  public var remap = 0
  /// A process is ended and begun anew every so many turns; 0: never.
  public var churn = 0
  /// Seed of the guest's random numbers.
  public var seed = 1

  /// The defaults.
  public init() {}

  
  private static let keys: [(name: String, field: any WritableKeyPath<ReferenceParameters, Int> & Sendable, range: ClosedRange<Int>)] = [
    ("procs", \.procs, 1...2048), ("leaves", \.leaves, 1...256), ("touch", \.touch, 1...1024),
    ("rounds", \.rounds, 0...1_000_000), ("sched", \.sched, 0...2),
    ("pattern", \.pattern, 0...2), ("window", \.window, 0...256),
    ("repeat", \.repeats, 0...1_000_000), ("write", \.write, 0...1), ("ad", \.ad, 0...1),
    ("super", \.superpages, 0...1), ("kleaves", \.kleaves, 0...256),
    ("ktouch", \.ktouch, 1...1024), ("kpriv", \.kpriv, 0...1),
    ("remap", \.remap, 0...1_000_000), ("churn", \.churn, 0...1_000_000),
    ("seed", \.seed, 0...4_294_967_295),
  ]

  /// Reads `name=value` pairs separated by spaces.
  /// - Throws: ``InputError`` that names the pair and what was expected
  public init(text: String) throws(InputError) {
    var seen: Set<String> = []
    for pair in text.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" }) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, let key = Self.keys.first(where: { $0.name == parts[0] }) else {
        let names = Self.keys.map(\.name).joined(separator: ", ")
        throw Self.error("'\(pair)' is no parameter; use name=value with one of \(names)")
      }
      guard let value = Int(parts[1]), key.range.contains(value) else {
        throw Self.error(
          "\(key.name)=\(parts[1]): must be a number from \(key.range.lowerBound) "
            + "to \(key.range.upperBound)")
      }
      guard seen.insert(key.name).inserted else {
        throw Self.error("\(key.name) is given twice")
      }
      self[keyPath: key.field] = value
    }
    if window > leaves { throw Self.error("window=\(window): must not exceed leaves=\(leaves)") }
    if sched == 2 && procs < 4 { throw Self.error("sched=2 needs at least 4 procs, not \(procs)") }
  }

  static func error(_ reason: String) -> InputError { InputError(file: "reference", reason: reason) }
}
