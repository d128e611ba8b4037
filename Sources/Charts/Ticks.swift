import Foundation

/// Round values along an axis.
public enum Ticks {
  /// About `count` round values of `range`, in rising order.
  public static func values(_ range: ScaledRange, count: Int) -> [Double] {
    switch range.scale {
    case .linear: linear(range.low, range.high, count: max(1, count))
    case .logarithmic: logarithmic(range.low, range.high, count: max(2, count))
    case .logarithmicWithZero(let least):
      [0] + logarithmic(least, range.high, count: max(2, count - 1))
    }
  }

  private static func linear(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let rough = (high - low) / Double(count)
    guard rough > 0, rough.isFinite else { return [low] }
    let decade = pow(10, log10(rough).rounded(.down))
    let step = [1, 2, 2.5, 5, 10].map { $0 * decade }.first { $0 >= rough * 0.999 } ?? decade * 10
    let first = (low / step - 1e-9).rounded(.up)
    let last = (high / step + 1e-9).rounded(.down)
    guard first <= last else { return [low] }
    return (0...Int(min(last - first, 1000))).map { (first + Double($0)) * step }
  }

  /// Powers of ten, each n-th if they are too many; 1, 2, 5 of each if they are too few.
  private static func logarithmic(_ low: Double, _ high: Double, count: Int) -> [Double] {
    let first = Int(log10(low).rounded(.down))
    let last = Int(log10(high).rounded(.up))
    let inside = 0.999_999 * low...high * 1.000_001
    func ticks(_ digits: [Double]) -> [Double] {
      (first...last).flatMap { power in digits.map { value($0, power) } }
        .filter { inside.contains($0) }
    }
    let decades = ticks([1])
    if decades.count > count {
      let stride = (decades.count + count - 1) / count
      return decades.indices.filter { $0 % stride == 0 }.map { decades[$0] }
    }
    for digits in [[1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 5, 7], [1, 2, 5], [1, 3]] {
      let finer = ticks(digits)
      if finer.count <= count && finer.count > max(1, decades.count) { return finer }
    }
    return decades.count < 2 ? linear(low, high, count: count) : decades
  }

  /// `digit` times a power of ten, without the error of `pow` for negative powers.
  private static func value(_ digit: Double, _ power: Int) -> Double {
    power >= 0 ? digit * pow(10, Double(power)) : digit / pow(10, Double(-power))
  }

  /// A tick's value as people write it: `0.01`, `20`, `1,000`, `2 M`.
  public static func label(_ value: Double) -> String {
    guard value.isFinite else { return value > 0 ? "∞" : "-" }
    let size = abs(value)
    if size >= 1e15 || (size > 0 && size < 1e-6) { return String(value) }
    if size >= 999_999.5 {
      for (unit, name) in [(1e12, "T"), (1e9, "G"), (1e6, "M")] where size >= unit * 0.999_999 {
        return plain(value / unit) + " " + name
      }
    }
    return plain(value)
  }

  private static func plain(_ value: Double) -> String {
    let size = abs(value)
    let decimals = size >= 1000 || size == 0 ? 0 : max(0, 3 - Int(log10(size).rounded(.down)))
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let digits = String(Int((size * scale).rounded()))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    var whole = padded.dropLast(decimals)
    var fraction = padded.suffix(decimals)
    while fraction.last == "0" { fraction.removeLast() }
    var groups: [Substring] = []
    while whole.count > 3 {
      groups.insert(whole.suffix(3), at: 0)
      whole = whole.dropLast(3)
    }
    groups.insert(whole, at: 0)
    let sign = value < 0 ? "-" : ""
    return sign + groups.joined(separator: ",") + (fraction.isEmpty ? "" : "." + fraction)
  }
}
