import Foundation

/// How values become places along an axis.
public enum Scale: Hashable, Sendable {
  /// In proportion.
  case linear
  /// By the logarithm; values must be above 0.
  case logarithmic
  /// By the logarithm, and 0 has a place of its own, one decade below `least`.
  case logarithmicWithZero(least: Double)
}

/// A scale with its ends: from values to 0...1.
public struct ScaledRange: Hashable, Sendable {
  /// The scale.
  public let scale: Scale
  /// The value at 0.
  public let low: Double
  /// The value at 1.
  public let high: Double

  /// Ends farther from 0 are put here, so that no length overflows.
  private static let farthest = 1e300

  /// A range; one without length, or a logarithmic one that reaches 0, is widened.
  public init(_ scale: Scale, _ low: Double, _ high: Double) {
    self.scale = scale
    let ends = [low, high].map {
      $0.isNaN ? 0 : min(max($0, -Self.farthest), Self.farthest)
    }
    var (low, high) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
    switch scale {
    case .linear:
      let room = max(0.5, abs(low) / 1e6)
      if low == high { (low, high) = (low - room, high + room) }
    case .logarithmic:
      if high <= 0 { high = 1 }
      if low <= 0 { low = high / 1000 }
      low = max(low, 1 / Self.farthest)
      high = max(high, low)
      if low == high { (low, high) = (low / 2, high * 2) }
    case .logarithmicWithZero(let least):
      low = 0
      high = max(high, least * 10)
    }
    self.low = low
    self.high = high
  }

  /// The range that holds `values`, those that are finite; 0...1 without any.
  public init(_ scale: Scale, holding values: [Double]) {
    let finite = values.filter(\.isFinite)
    self.init(scale, finite.min() ?? 0, finite.max() ?? 1)
  }

  /// The range with a little room at both ends, `share` of its length on each.
  public func padded(_ share: Double) -> ScaledRange {
    switch scale {
    case .linear:
      let room = (high - low) * share
      return ScaledRange(scale, low >= 0 ? max(0, low - room) : low - room, high + room)
    case .logarithmic:
      let factor = pow(high / low, share)
      return ScaledRange(scale, low / factor, high * factor)
    case .logarithmicWithZero(let least):
      return ScaledRange(scale, 0, high * pow(high / least, share))
    }
  }

  /// Where `value` is, 0...1; values beyond the ends are put at them.
  public func position(_ value: Double) -> Double {
    guard !value.isNaN else { return 0 }
    let part: Double
    switch scale {
    case .linear: part = (value - low) / (high - low)
    case .logarithmic: part = value > 0 ? log(value / low) / log(high / low) : 0
    case .logarithmicWithZero(let least):
      let bottom = least / 10
      part = value >= least ? log(value / bottom) / log(high / bottom) : 0
    }
    return min(1, max(0, part))
  }
}
