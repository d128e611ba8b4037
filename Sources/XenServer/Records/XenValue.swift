/// A value of XenAPI's.
///
/// Numbers that are not finite are kept as text, as JSON has no other way to write them.
public enum XenValue: Hashable, Sendable {
  /// Nothing, as JSON's `null` and XML-RPC's `nil`.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number of 64 bits.
  case integer(Int64)
  /// Any other number; finite.
  case float(Double)
  /// Text, a reference, an enumeration's case, a time.
  case string(String)
  /// A set: in no order by its meaning, here in the order that it came in.
  case list([XenValue])
  /// A map, or a record.
  case map([String: XenValue])

  /// The text of a text.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The whole number, also one written as text, as XML-RPC has them.
  public var integer: Int64? {
    switch self {
    case .integer(let value): value
    case .float(let value): Int64(exactly: value)
    case .string(let text): Int64(text.trimmingWhitespace)
    default: nil
    }
  }

  /// The number, also one written as text: `nan` and infinities can only be that.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    case .string(let text): Double(text.trimmingWhitespace)
    default: nil
    }
  }

  /// The truth value, also one written as text, in whichever case: as the server reads them.
  public var boolean: Bool? {
    switch self {
    case .boolean(let value): value
    case .integer(0): false
    case .integer(1): true
    case .string(let text):
      switch text.trimmingWhitespace.lowercased() {
      case "true", "1": true
      case "false", "0": false
      default: nil
      }
    default: nil
    }
  }

  /// A map whose values are text, as `platform` and `other_config` are; others are left out.
  public var strings: [String: String]? {
    guard case .map(let members) = self else { return nil }
    return members.compactMapValues(\.string)
  }

  /// The elements of a set.
  public var list: [XenValue]? {
    guard case .list(let elements) = self else { return nil }
    return elements
  }

  /// What kind of value it is, for an error.
  public var kind: String {
    switch self {
    case .null: "nothing"
    case .boolean: "a truth value"
    case .integer: "a whole number"
    case .float: "a number"
    case .string: "text"
    case .list: "a set"
    case .map: "a map"
    }
  }
}

extension StringProtocol {
  /// Without white space at either end.
  var trimmingWhitespace: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }
}
