import ShadowModel

/// A kind of event that grew or fell in number while a trace was taken: the guest was not steady,
/// and what it does at another time cannot be said from the trace.
public struct TraceDrift: Hashable, Sendable {
  /// What there was more and more, or less and less of.
  public var kind: String
  /// By how much from the begin to the end, relative to the mean.
  public var change: Double

  /// Parts of a trace that are compared.
  static let parts = 32
  /// A slope more than this times its standard error is no accident: one trace of fifty that
  /// are steady has it, of a kind.
  static let significance = 2.5
  /// Fewer of a kind than this share of the faults show nothing.
  static let leastShare = 0.005
  private static let leastCount = 100.0

  /// The kind that drifts most surely; nil for a trace that is steady, or too short to tell.
  init?(_ tally: TraceTally) {
    guard tally.rootLoads >= Self.parts * 4 else { return nil }
    let sums = (0...Self.parts).map {
      tally.counters(atShare: Double($0) / Double(Self.parts))
    }
    let parts = zip(sums.dropFirst(), sums).map { $0 - $1 }
    let kinds: [(String, [Double])] = [
      ("faults fixed", parts.map { Double($0[.faultFixed]) }),
      ("the guest's own faults", parts.map { Double($0[.fault] - $0[.faultFixed]) }),
      ("tables let go out of sync", parts.map { Double($0[.unsync]) }),
    ]
    let least = max(Self.leastCount, Self.leastShare * Double(tally.counters[.fault]))
    let drifts = kinds.filter { $0.1.reduce(0, +) >= least }.map { ($0.0, Trend($0.1)) }
    guard let worst = drifts.max(by: { abs($0.1.surety) < abs($1.1.surety) }),
      abs(worst.1.surety) > Self.significance
    else { return nil }
    kind = worst.0
    change = worst.1.change
  }

  /// In words.
  var text: String {
    "the guest was not steady while it was recorded: \(kind) "
      + (change < 0 ? "fell" : "grew")
      + " by \(Numeral.percent(min(9.99, abs(change)))) % of their mean"
  }
}

/// A straight line through values that come one after the other.
struct Trend {
  /// The slope, in its standard errors.
  let surety: Double
  /// From the first value to the last, relative to the mean.
  let change: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let middle = (count - 1) / 2
    let mean = values.reduce(0, +) / count
    var (squares, products) = (0.0, 0.0)
    for (index, value) in values.enumerated() {
      squares += (Double(index) - middle) * (Double(index) - middle)
      products += (Double(index) - middle) * (value - mean)
    }
    let slope = products / squares
    var rest = 0.0
    for (index, value) in values.enumerated() {
      let off = value - mean - slope * (Double(index) - middle)
      rest += off * off
    }
    let error = (rest / (count - 2) / squares).squareRoot()
    surety = error > 0 ? slope / error : 0
    change = mean > 0 ? slope * (count - 1) / mean : 0
  }
}
