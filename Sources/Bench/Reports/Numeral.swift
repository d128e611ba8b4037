import ShadowModel

/// Numbers as people read them.
enum Numeral {
  /// `value` with a fixed number of decimals.
  static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "-" : value < 0 ? "-∞" : "∞" }
    guard abs(value) < 1e15 else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    let digits = String(Int(scaled))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + padded }
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A whole number with commas between thousands.
  static func grouped(_ value: Int) -> String {
    var groups: [Substring] = []
    var rest = Substring(String(value.magnitude))
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    groups.insert(rest, at: 0)
    return (value < 0 ? "-" : "") + groups.joined(separator: ",")
  }

  /// The whole number next to `value`, or the farthest that there is, with commas.
  static func grouped(_ value: Double) -> String {
    guard !value.isNaN else { return "-" }
    return grouped(Int(exactly: value.rounded()) ?? (value < 0 ? .min : .max))
  }

  /// 16 hexadecimal digits.
  static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// A share of time as a number of percent, without the sign.
  static func percent(_ share: Double) -> String {
    let percent = share * 100
    if percent > 0 && percent < 0.005 { return "<0.01" }
    return fixed(percent, percent < 100 ? 2 : 0)
  }

  /// Seconds in the unit that suits them: `1.234 s`, `51.20 ms`, `3.10 µs`.
  static func duration(_ seconds: Double) -> String {
    if abs(seconds) >= 1 { return fixed(seconds, 3) + " s" }
    if abs(seconds) >= 1e-3 { return fixed(seconds * 1e3, 2) + " ms" }
    return fixed(seconds * 1e6, 2) + " µs"
  }

  /// A ratio: how many times as much; `-` where there is none.
  static func times(_ numerator: Double, _ denominator: Double) -> String {
    guard denominator > 0, numerator.isFinite else { return "-" }
    let ratio = numerator / denominator
    return fixed(ratio, ratio < 10 ? 1 : 0) + "×"
  }

  /// MiB of a pool, without decimals where there are none.
  static func mebibytes(_ allocation: Allocation) -> String { mebibytes(pages: allocation.pages) }

  /// MiB of pages, without decimals where there are none.
  static func mebibytes(pages: Int) -> String {
    pages % 256 == 0 ? grouped(pages / 256) : fixed(Double(pages) / 256, 2)
  }

  /// A multiplier as it is set: by XenServer's rule to the last digit, by others two decimals.
  static func multiplier(_ value: Double, rule: String) -> String {
    rule == SizingRule.xapi.rawValue ? "\(value)" : fixed(value, 2)
  }

  /// A pool size in all its units: `1.50 × mapped-once = 18.00 MiB = 4,608 pages`.
  static func size(_ allocation: Allocation) -> String {
    "\(fixed(allocation.multiplier, 2)) × \(allocation.rule.rawValue) = "
      + "\(fixed(allocation.mebibytes, 2)) MiB = \(grouped(allocation.pages)) pages"
      + (allocation.isRaised
        ? " (raised from \(grouped(allocation.requestedPages)) to Xen's minimum)" : "")
  }
}
