/// What a trace shows of each address space, known by its CR3; memory is bounded.
public struct TraceSpaces: Sendable {
  /// An address space.
  public struct Space: Hashable, Sendable {
    /// CR3 without its lower 12 bits, as a frame.
    public var root: UInt64
    /// Root loads of it.
    public var rootLoads: UInt64 = 0
    /// Shadow faults fixed in it.
    public var fixups: UInt64 = 0
    /// Faults fixed that made shadows.
    public var promotes: UInt64 = 0
    /// Times that it was found given up and had to be made anew.
    public var reshadowings: UInt64 = 0
    /// Cycles of shadow work in it, its root loads included.
    public var cycles: UInt64 = 0
    /// When its root was given up; nil while it is not known to be.
    var unpinnedAt: UInt64?
    /// When it was last left.
    var leftAt: UInt64?
    /// Whether the turn at hand is counted as a re-shadowing.
    var isReshadowing = false
    /// PAE: leaf tables that were promoted before, 2 MiB each.
    var promoted: [UInt64] = []
  }

  /// The most address spaces that are kept apart.
  public static let limit = 1 << 16
  /// The address spaces, in the order of their first load; those past the limit are not here.
  public private(set) var spaces: [Space] = []
  private var numbers: [UInt64: Int] = [:]
  /// Root loads of address spaces past the limit.
  public private(set) var unkeptLoads: UInt64 = 0
  /// Cycles from a root's unshadowing to its re-shadowing.
  ///
  /// With PAE, where the trace does not name the root, from when the address space was last left.
  public private(set) var reshadowTimes = CycleHistogram()

  /// The number of the address space with that root; nil past the limit.
  mutating func number(ofRoot root: UInt64) -> Int? {
    if let number = numbers[root] { return number }
    guard spaces.count < Self.limit else { return nil }
    numbers[root] = spaces.count
    spaces.append(Space(root: root))
    return spaces.count - 1
  }

  /// A root load; true if the root had been given up since it was last loaded.
  mutating func load(_ number: Int?, at cycles: UInt64) -> Bool {
    guard let number else {
      unkeptLoads += 1
      return false
    }
    spaces[number].rootLoads += 1
    spaces[number].isReshadowing = false
    guard let since = spaces[number].unpinnedAt else { return false }
    spaces[number].unpinnedAt = nil
    return note(number, since: since, at: cycles)
  }

  private mutating func note(_ number: Int, since: UInt64, at cycles: UInt64) -> Bool {
    spaces[number].reshadowings += 1
    spaces[number].isReshadowing = true
    reshadowTimes.add(cycles > since ? cycles - since : 0)
    return true
  }

  /// The address space is left for another one.
  mutating func leave(_ number: Int?, at cycles: UInt64) {
    if let number { spaces[number].leftAt = cycles }
  }

  /// The root in `frame` was given up.
  mutating func unpin(frame: UInt64, at cycles: UInt64) {
    if let number = numbers[frame] { spaces[number].unpinnedAt = cycles }
  }

  /// A fault was fixed; true if that shows, in PAE, that the address space is being made anew.
  mutating func fix(
    _ number: Int?, address: UInt64, promotes: Bool, isPAE: Bool, at cycles: UInt64
  ) -> Bool {
    guard let number else { return false }
    spaces[number].fixups += 1
    guard promotes else { return false }
    spaces[number].promotes += 1
    guard isPAE else { return false }
    if spaces[number].promoted.isEmpty {
      spaces[number].promoted = [UInt64](repeating: 0, count: 32)
    }
    let leaf = Int(address >> 21 & 2047)
    let bit: UInt64 = 1 << UInt64(leaf & 63)
    let isAgain = spaces[number].promoted[leaf >> 6] & bit != 0
    spaces[number].promoted[leaf >> 6] |= bit
    guard isAgain, !spaces[number].isReshadowing, let since = spaces[number].leftAt else {
      return false
    }
    return note(number, since: since, at: cycles)
  }

  mutating func addCycles(_ cycles: UInt64, to number: Int?) {
    if let number { spaces[number].cycles &+= cycles }
  }

  /// The address spaces that cost most, the dearest first.
  public func dearest(_ count: Int) -> [Space] {
    Array(spaces.sorted { ($0.cycles, $1.root) > ($1.cycles, $0.root) }.prefix(count))
  }
}
