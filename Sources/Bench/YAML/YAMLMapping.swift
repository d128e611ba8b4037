/// Keys and values of a document, all of them known.
struct YAMLMapping: Sendable {
  /// Where it stands.
  var place: YAMLValue
  /// Keys and values, in order.
  var pairs: [YAMLValue.Pair]

  /// The value of `key`, nil when it is not there.
  func optional(_ key: String) -> YAMLValue? {
    pairs.first { $0.key == key }?.value
  }

  /// The value of `key`; an error that says so when it is not there.
  func required(_ key: String) throws(InputError) -> YAMLValue {
    guard let value = optional(key) else {
      throw place.error("the key \(YAMLValue.quoted(key)) is missing")
    }
    return value
  }

  /// Checks that all those keys are there; an error that names each one that is not.
  func require(_ keys: [String]) throws(InputError) {
    let missing = keys.filter { optional($0) == nil }
    guard missing.count > 1 else {
      _ = try missing.first.map(required)
      return
    }
    let names = missing.map(YAMLValue.quoted).joined(separator: ", ")
    throw place.error("the keys \(names) are missing")
  }
}
