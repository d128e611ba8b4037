import Foundation

/// Which sizes to look at.
public enum SizeChoice: Hashable, Sendable {
  /// These, in this order.
  case list([SizeRequest])
  /// So many, spread geometrically from Xen's minimum to twice what the input needs; one means
  /// the size by the rule alone.
  case spread(Int)

  /// Sizes that a sweep looks at when nothing else is said.
  public static let defaultCount = 64
  /// The largest pool that is accepted, pages: 64 GiB, as much as the largest guest has.
  public static let mostPages = 1 << 24

  /// The choice on one line, for digests.
  var settings: String {
    switch self {
    case .spread(let count): "spread \(count)"
    case .list(let requests):
      requests.map { request in
        switch request {
        case .multiplier(let value): "x\(value)"
        case .mebibytes(let value): "\(value)mib"
        case .pages(let pages): "\(pages)"
        }
      }.joined(separator: " ")
    }
  }

  /// Pages to ask for.
  /// - Parameter neededPages: most pages in use in a run at an ample allocation
  public func pages(sizing: Sizing, neededPages: Int) -> [Int] {
    switch self {
    case .list(let requests): requests.map(sizing.pages(of:))
    case .spread(let count) where count <= 1: [sizing.pages(of: .multiplier(1))]
    case .spread(let count):
      Self.geometric(from: sizing.minimumPages, to: 2 * neededPages, count: count)
    }
  }

  /// So many different sizes, each about the same factor above the one before.
  ///
  /// The upper end is raised where fewer whole pages lie between the ends.
  static func geometric(from low: Int, to high: Int, count: Int) -> [Int] {
    let top = max(high, low + count - 1)
    let ratio = Double(top) / Double(low)
    var sizes: [Int] = []
    for index in 0..<count {
      let exact = Double(low) * pow(ratio, Double(index) / Double(count - 1))
      let room = top - (count - 1 - index)
      sizes.append(min(max(Int(exact.rounded()), (sizes.last ?? low - 1) + 1), room))
    }
    return sizes
  }
}

extension SizeRequest {
  /// The sizes of a list such as `1,1.5,4`.
  /// - Parameter option: the option that it was given to, for the error
  public static func list(_ text: String, option: String, _ make: (Double) -> SizeRequest)
    throws(InputError) -> [SizeRequest]
  {
    var requests: [SizeRequest] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let trimmed = part.filter { $0 != " " }
      guard let value = Double(trimmed), value > 0, value <= 1e8 else {
        throw InputError(
          file: option,
          reason:
            "'\(part)' is not a size; give numbers above 0, up to 100 million, such as 1,1.5,4")
      }
      requests.append(make(value))
    }
    return requests
  }

  /// The request for a number of pages.
  public static func wholePages(_ value: Double) -> SizeRequest {
    .pages(Int(value.rounded(.up)))
  }
}
