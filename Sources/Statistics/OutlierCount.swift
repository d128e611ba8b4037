/// How many samples lie far from the rest, by Tukey's fences.
///
/// More than 1.5 times the distance of the quartiles beyond a quartile is mild, more than 3 times
/// is severe. Source: Tukey, "Exploratory data analysis", 1977, chapter 2.
public struct OutlierCount: Hashable, Sendable, Codable {
  /// Below the lower quartile by more than three times the quartiles' distance.
  public var lowSevere = 0
  /// Below it by more than one and a half times.
  public var lowMild = 0
  /// Above the upper quartile by more than one and a half times.
  public var highMild = 0
  /// Above it by more than three times.
  public var highSevere = 0

  /// All of them.
  public var total: Int { lowSevere + lowMild + highMild + highSevere }

  /// The outliers among `samples`.
  public init(_ samples: Samples) {
    let (lower, upper) = (samples.quantile(0.25), samples.quantile(0.75))
    let distance = upper - lower
    for value in samples.values {
      if value < lower - 3 * distance {
        lowSevere += 1
      } else if value < lower - 1.5 * distance {
        lowMild += 1
      } else if value > upper + 3 * distance {
        highSevere += 1
      } else if value > upper + 1.5 * distance {
        highMild += 1
      }
    }
  }
}
