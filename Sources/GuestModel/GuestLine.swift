/// A domain's line on Xen's console.
///
/// Xen puts its prefixes before what a guest writes: `(XEN) `, a time in brackets where it is told
/// to, and the domain's mark. Behind the mark a guest may write anything, other marks too.
public struct GuestLine: Hashable, Sendable {
  /// The domain's number.
  public var domain: Int
  /// What the guest wrote.
  public var text: Substring

  /// The parts of a line; nil when it is none of a domain's.
  public init?(_ line: Substring) {
    var rest = Self.unprefixed(line)
    guard rest.hasPrefix("(d") else { return nil }
    rest = rest.dropFirst(2)
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    guard let domain = Int(digits), rest.dropFirst(digits.count).hasPrefix(") ") else { return nil }
    (self.domain, text) = (domain, rest.dropFirst(digits.count + 2))
  }

  /// A line without Xen's name and its time.
  public static func unprefixed(_ line: Substring) -> Substring {
    var rest = line
    if rest.hasPrefix("(XEN) ") { rest = rest.dropFirst(6) }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]"),
      rest[rest.index(after: end)...].hasPrefix(" ")
    {
      rest = rest[end...].dropFirst(2)
    }
    return rest
  }

  /// Whether a line is of the domain of this number.
  public static func isOf(_ domain: Int, _ line: Substring) -> Bool {
    GuestLine(line)?.domain == domain
  }
}
