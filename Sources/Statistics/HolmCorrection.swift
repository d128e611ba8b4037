/// What several tests at once do to their probabilities.
public enum HolmCorrection {
  /// Each probability as if it were the only one: of tests none of which has anything to find, the
  /// share in which any comes out at most at that.
  ///
  /// Source: Holm, "A simple sequentially rejective multiple test procedure", 1979.
  public static func adjusted(_ probabilities: [Double]) -> [Double] {
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    var adjusted = probabilities
    var greatest = 0.0
    for (place, index) in order.enumerated() {
      let factor = Double(probabilities.count - place)
      greatest = max(greatest, min(1, factor * probabilities[index]))
      adjusted[index] = greatest
    }
    return adjusted
  }
}
