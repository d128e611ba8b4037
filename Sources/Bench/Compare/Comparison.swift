import Statistics

/// Old results against new ones.
public struct Comparison: Sendable {
  /// A figure that is another.
  public struct Change: Sendable {
    /// Where in the result: `point.counters.shadow_alloc`.
    public let place: String
    /// What it was; nil where there was none.
    let old: ResultFigure?
    /// What it is; nil where there is none.
    let new: ResultFigure?
  }

  /// One thing that there are results of.
  public struct Row: Sendable {
    /// What it is.
    public let label: String
    /// Whether its figures are the same; or that one side has none.
    public let verdict: ComparisonVerdict
    /// Figures that were compared.
    public let figures: Int
    /// Those that are another.
    public let changes: [Change]
    /// Its times; nil where one side has none.
    public internal(set) var timing: TimingComparison?
  }

  /// When a time counts as changed.
  public let rules: ComparisonRules
  /// The things, in the order of the old results.
  public private(set) var rows: [Row]
  /// What makes the comparison doubtful.
  public let warnings: [String]

  /// Whether it found what it checks for: another figure, or a regression.
  public var isFault: Bool {
    rows.contains {
      $0.verdict.isFault || $0.timing.map { $0.verdict(rules).isFault } == true
    }
  }

  /// Whether a side has something that the other has not.
  public var isPartial: Bool {
    rows.contains { $0.verdict == .onlyInOld || $0.verdict == .onlyInNew }
  }

  /// Compares two sets of results; results of the same thing are matched, and their times pooled.
  /// - Throws: ``InputError`` when the sides have nothing in common, when pairs are asked for and
  ///   one side has more times, and when results of one side that are of the same thing have other
  ///   figures
  /// - Complexity: O(figures + resamples × samples)
  public init(old: ResultSet, new: ResultSet, rules: ComparisonRules) throws {
    self.rules = rules
    let (olds, news) = (try ComparedSide(old), try ComparedSide(new))
    var rows: [Row] = []
    for subject in olds.subjects + news.subjects.filter({ olds.groups[$0] == nil }) {
      let row = try Self.row(subject, olds.groups[subject], news.groups[subject], rules)
      rows.append(row)
    }
    guard rows.contains(where: { $0.verdict != .onlyInOld && $0.verdict != .onlyInNew }) else {
      throw InputError(
        file: new.files.first?.path ?? "results",
        reason: Self.nothingInCommon(olds.subjects, news.subjects))
    }
    self.rows = rows
    warnings = ComparisonWarnings.found(olds, news)
    correct()
  }

  /// Makes the tests' probabilities what they are among so many.
  private mutating func correct() {
    let timed = rows.indices.filter { rows[$0].timing != nil }
    let adjusted = HolmCorrection.adjusted(timed.compactMap { rows[$0].timing?.uncorrected })
    for (index, probability) in zip(timed, adjusted) {
      rows[index].timing?.probability = probability
    }
  }

  private static func row(
    _ subject: ResultSubject, _ old: ComparedSide.Group?, _ new: ComparedSide.Group?,
    _ rules: ComparisonRules
  ) throws(InputError) -> Row {
    guard let old, let new else {
      return Row(
        label: subject.label, verdict: old == nil ? .onlyInNew : .onlyInOld, figures: 0,
        changes: [])
    }
    // What only one version of results has is nothing that changed.
    let isSameVersion = old.schemaVersion == new.schemaVersion
    let places = Set(old.figures.keys).union(new.figures.keys).filter {
      isSameVersion || old.figures[$0] != nil && new.figures[$0] != nil
    }
    let changes = places.sorted().compactMap { place -> Change? in
      let (before, after) = (old.figures[place], new.figures[place])
      if let before, let after, before.isSame(as: after) { return nil }
      return Change(place: place, old: before, new: after)
    }
    var row = Row(
      label: subject.label, verdict: changes.isEmpty ? .same : .differs, figures: places.count,
      changes: changes)
    for clock in TimingClock.allCases where row.timing == nil {
      if let before = old.times[clock], let after = new.times[clock] {
        guard !rules.isPaired || before.runs.count == after.runs.count else {
          throw InputError(
            file: new.path,
            reason: "has \(after.runs.count) times of \(subject.label), the old side "
              + "\(before.runs.count); pairs were asked for, so there must be as many")
        }
        row.timing = TimingComparison(
          clock: clock, old: before, new: after, isPaired: rules.isPaired)
      }
    }
    return row
  }

  /// Why nothing could be compared, with what the sides have.
  private static func nothingInCommon(_ old: [ResultSubject], _ new: [ResultSubject]) -> String {
    guard let first = old.first, let other = new.first else {
      return "there is no result on a side: nothing can be compared"
    }
    if first.facts.count == other.facts.count, first.facts[0] == other.facts[0] {
      let differing = zip(first.facts, other.facts).filter { $0 != $1 }.map { "\($0), now \($1)" }
      return "no result is of the same thing under the same conditions as an old one: "
        + differing.joined(separator: "; ")
    }
    return "no result is of the same thing as an old one: old \(first.label), new \(other.label)"
  }
}
