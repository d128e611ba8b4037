/// What a template's field `recommendations` says of its guests: limits of memory and vCPUs.
///
/// The field is XML: `<restrictions><restriction field="memory-static-max" max="…"/>…`. Other
/// restrictions are none of ours.
public struct TemplateRestrictions: Hashable, Sendable {
  /// The most `memory_static_max`, bytes.
  public var memoryMax: Int64?
  /// The least `VCPUs_max`.
  public var vcpusMin: Int64?
  /// The most `VCPUs_max`.
  public var vcpusMax: Int64?

  /// No restrictions.
  public init() {}

  /// The restrictions of a record's field; those that cannot be understood are left out.
  public init(xml: String) {
    for element in xml.split(separator: "<") where element.hasPrefix("restriction ") {
      let attributes = Self.attributes(element)
      switch attributes["field"] {
      case "memory-static-max": memoryMax = attributes["max"].flatMap { Int64($0) }
      case "vcpus-max": vcpusMax = attributes["max"].flatMap { Int64($0) }
      case "vcpus-min": vcpusMin = attributes["min"].flatMap { Int64($0) }
      default: break
      }
    }
  }

  /// The field's text; nil when nothing is restricted.
  var xml: String? {
    let parts = [
      memoryMax.map { "<restriction field=\"memory-static-max\" max=\"\($0)\"/>" },
      vcpusMin.map { "<restriction field=\"vcpus-min\" min=\"\($0)\"/>" },
      vcpusMax.map { "<restriction field=\"vcpus-max\" max=\"\($0)\"/>" },
    ].compactMap { $0 }
    return parts.isEmpty ? nil : "<restrictions>\(parts.joined())</restrictions>"
  }

  /// The attributes of a tag, in quotes of either kind.
  private static func attributes(_ tag: Substring) -> [String: String] {
    var attributes: [String: String] = [:]
    var rest = tag
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].reversed().prefix { !$0.isWhitespace }.reversed()
      rest = rest[rest.index(after: equals)...]
      guard let quote = rest.first, quote == "\"" || quote == "'" else { return attributes }
      rest = rest.dropFirst()
      guard let end = rest.firstIndex(of: quote) else { return attributes }
      attributes[String(name)] = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
    }
    return attributes
  }
}
