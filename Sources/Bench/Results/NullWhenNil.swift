/// A count that a result writes as null, rather than leaves out, where there is none.
@propertyWrapper
struct NullWhenNil: Codable, Hashable {
  /// The count, nil for none.
  var wrappedValue: Int?

  init(wrappedValue: Int?) { self.wrappedValue = wrappedValue }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Int.self)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

extension KeyedDecodingContainer {
  /// A count, nil for null and where the result has none.
  func decode(_ type: NullWhenNil.Type, forKey key: Key) throws -> NullWhenNil {
    try decodeIfPresent(type, forKey: key) ?? NullWhenNil(wrappedValue: nil)
  }
}
