/// Which cache sizes a miss-ratio curve is shown at, objects.
public enum CacheSizes: Hashable, Sendable {
  /// These, in ascending order.
  case list([Int])
  /// So many, spread geometrically from a thousandth of the objects to all of them; one means a
  /// tenth.
  case spread(Int)

  /// Sizes when nothing else is said.
  public static let defaultCount = 64
  /// The most sizes that may be asked for.
  public static let mostSizes = 1 << 16

  /// The sizes of a list such as `1000,2000`, each once.
  /// - Parameter option: the option that it was given to, for the error
  public init(list text: String, option: String) throws(InputError) {
    var sizes: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let size = Int(part.filter { $0 != " " }), size > 0 else {
        throw InputError(
          file: option,
          reason: "'\(part)' is no number of objects; give whole numbers such as 1000,2000")
      }
      sizes.insert(size)
    }
    self = .list(sizes.sorted())
  }

  /// The sizes for a trace of so many different objects.
  func sizes(objects: Int) -> [Int] {
    switch self {
    case .list(let sizes): return sizes
    case .spread(let count) where count <= 1: return [max(1, objects / 10)]
    case .spread(let count):
      let least = max(1, objects / 1000)
      guard count <= objects - least else { return Array(least...max(least, objects)) }
      return SizeChoice.geometric(from: least, to: objects, count: count)
    }
  }
}
