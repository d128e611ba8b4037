import Foundation

/// A figure of a result.
enum ResultFigure: Hashable, Sendable {
  /// A whole number.
  case count(Int)
  /// Any other number.
  case number(Double)
  /// Yes or no.
  case flag(Bool)
  /// A word.
  case word(String)
  /// Nothing: infinity among them, which JSON cannot say.
  case nothing

  /// Whether two figures are the same: counts and words exactly, other numbers but for the last
  /// digits, which depend on a machine's library of mathematics.
  func isSame(as other: ResultFigure) -> Bool {
    guard let (one, two) = both(self, other) else { return self == other }
    return abs(one - two) <= 1e-9 * max(abs(one), abs(two))
  }

  private func both(_ one: ResultFigure, _ two: ResultFigure) -> (Double, Double)? {
    switch (one, two) {
    case (.number(let one), .number(let two)): (one, two)
    case (.number(let one), .count(let two)): (one, Double(two))
    case (.count(let one), .number(let two)): (Double(one), two)
    default: nil
    }
  }

  /// The figure as people read it.
  var text: String {
    switch self {
    case .count(let value): Numeral.grouped(value)
    case .number(let value): "\(value)"
    case .flag(let value): value ? "yes" : "no"
    case .word(let value): value
    case .nothing: "none"
    }
  }

  /// The figure as a number; nil for what is none.
  var value: Double? {
    switch self {
    case .count(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}

/// All figures of a result that follow from its input alone, by where they stand.
struct ResultFigures {
  /// Parts that vary with the machine or the time, that say what the result is of, or that only
  /// put figures into words.
  private static let left: Set<String> = [
    "environment", "timing", "input", "conditions", "basis", "intervals", "schema_version", "kind",
    "info",
  ]
  /// What tells the elements of a list from each other, best first.
  private static let identities = [
    "requested_pages", "id", "cost_factor", "number", "phase", "cr3",
  ]

  /// The figures: `point.counters.shadow_alloc`, `points[154 pages].verdict`.
  private(set) var byPlace: [String: ResultFigure] = [:]

  /// The figures of what `content` says.
  init(_ content: ResultFile.Content) throws {
    let text = try JSONResult.encode(content)
    add(try JSONSerialization.jsonObject(with: Data(text.utf8)), at: "")
  }

  private mutating func add(_ value: Any, at place: String) {
    switch value {
    case let members as [String: Any]:
      for (key, member) in members where !Self.left.contains(key) {
        add(member, at: place.isEmpty ? key : "\(place).\(key)")
      }
    case let elements as [Any]:
      var used: [String: Int] = [:]
      for (index, element) in elements.enumerated() {
        let name = Self.name(of: element, index: index)
        let times = used[name, default: 0]
        used[name] = times + 1
        add(element, at: "\(place)[\(name)\(times == 0 ? "" : " #\(times + 1)")]")
      }
    case let number as NSNumber: byPlace[place] = Self.figure(number)
    case let text as String: byPlace[place] = .word(text)
    default: byPlace[place] = .nothing
    }
  }

  private static func name(of element: Any, index: Int) -> String {
    guard let members = element as? [String: Any] else { return "\(index)" }
    for key in identities {
      if let value = members[key] {
        return key == "requested_pages" ? "\(value) pages" : "\(value)"
      }
    }
    return "\(index)"
  }

  private static func figure(_ number: NSNumber) -> ResultFigure {
    if String(cString: number.objCType) == "c" { return .flag(number.boolValue) }
    let value = number.doubleValue
    return value == value.rounded() && abs(value) < 9e18
      ? .count(Int(truncating: number)) : .number(value)
  }
}
