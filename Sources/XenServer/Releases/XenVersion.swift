/// A version of Xen.
public struct XenVersion: Hashable, Sendable {
  /// The first number.
  public var major: Int
  /// The second number.
  public var minor: Int
  /// What follows, such as `.7`, or `.5-15` where a vendor adds a build's number.
  public var extra: String

  /// A version.
  public init(major: Int, minor: Int, extra: String = "") {
    self.major = major
    self.minor = minor
    self.extra = extra
  }

  /// The version that a text is, such as `4.17.5` or `4.17.5-15`; nil where it is none.
  public init?(text: String) {
    let trimmed = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    let parts = trimmed.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let major = Self.number(parts[0]) else { return nil }
    let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
    guard let minor = Self.number(digits) else { return nil }
    self.init(major: major, minor: minor, extra: String(parts[1].dropFirst(digits.count)))
  }

  /// The version as Xen writes it.
  public var text: String { "\(major).\(minor)\(extra)" }

  /// The third number; nil where there is none, or where the version is one before a release
  /// (`-rc1`, `-pre`, `-unstable`): such a one may lack what the release has.
  public var patch: Int? {
    guard extra.first == ".", !["rc", "pre", "unstable"].contains(where: extra.contains) else {
      return nil
    }
    return Self.number(extra.dropFirst().prefix { $0.isASCII && $0.isNumber })
  }

  private static func number(_ digits: Substring) -> Int? {
    guard (1...6).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber })
    else { return nil }
    return Int(digits)
  }
}
