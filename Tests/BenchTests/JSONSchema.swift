import Foundation

/// A JSON schema, as far as the published ones go; a keyword that is not known is an error.
struct JSONSchema {
  let root: [String: Any]

  init(path: String) throws {
    let data = try Data(contentsOf: URL(filePath: path))
    root = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// What is wrong with a document, each with its place; empty when it is valid.
  func errors(in text: String) throws -> [String] {
    errors(try JSONSerialization.jsonObject(with: Data(text.utf8)), root, at: "")
  }

  private func errors(_ value: Any, _ schema: [String: Any], at place: String) -> [String] {
    var found: [String] = []
    for (keyword, wanted) in schema {
      switch keyword {
      case "$schema", "$defs", "title", "description", "properties": break
      case "$ref":
        let name = (wanted as? String ?? "").replacingOccurrences(of: "#/$defs/", with: "")
        let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
        found += definition.map { errors(value, $0, at: place) } ?? ["no definition \(name)"]
      case "oneOf":
        let branches = wanted as? [[String: Any]] ?? []
        let results = branches.map { errors(value, $0, at: place) }
        if results.count(where: \.isEmpty) != 1 {
          found += results.min { $0.count < $1.count } ?? ["\(place): none of the forms"]
        }
      case "type":
        let names = wanted as? [String] ?? [wanted as? String ?? ""]
        if !names.contains(where: { Self.value(value, isOf: $0) }) {
          found.append("\(place): is not \(names)")
        }
      case "const":
        if !Self.equal(value, wanted) { found.append("\(place): is not \(wanted)") }
      case "enum":
        if !(wanted as? [Any] ?? []).contains(where: { Self.equal(value, $0) }) {
          found.append("\(place): is none of \(wanted)")
        }
      case "minimum":
        if let number = value as? Double, number < wanted as? Double ?? 0 {
          found.append("\(place): is below \(wanted)")
        }
      case "pattern":
        let text = value as? String ?? ""
        if text.range(of: wanted as? String ?? "", options: .regularExpression) == nil {
          found.append("\(place): does not match \(wanted)")
        }
      case "items":
        for (index, item) in (value as? [Any] ?? []).enumerated() {
          found += errors(item, wanted as? [String: Any] ?? [:], at: "\(place)/\(index)")
        }
      case "required":
        let keys = (value as? [String: Any] ?? [:]).keys
        for key in wanted as? [String] ?? [] where !keys.contains(key) {
          found.append("\(place): '\(key)' is missing")
        }
      case "additionalProperties": found += members(value, schema, others: wanted, at: place)
      default: found.append("the schema has the keyword '\(keyword)', which is not known")
      }
    }
    return found
  }

  /// The members of an object: those that are described, and the `others`.
  private func members(
    _ value: Any, _ schema: [String: Any], others: Any, at place: String
  ) -> [String] {
    let described = schema["properties"] as? [String: [String: Any]] ?? [:]
    return (value as? [String: Any] ?? [:]).flatMap { key, member in
      if let known = described[key] { return errors(member, known, at: "\(place)/\(key)") }
      if let schema = others as? [String: Any] {
        return errors(member, schema, at: "\(place)/\(key)")
      }
      return others as? Bool == true ? [] : ["\(place): '\(key)' is not described"]
    }
  }

  private static func isBoolean(_ value: Any) -> Bool {
    (value as? NSNumber).map { isBooleanNumber($0) } ?? (value is Bool)
  }

  private static func isBooleanNumber(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }

  private static func value(_ value: Any, isOf type: String) -> Bool {
    switch type {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": isBoolean(value)
    case "null": value is NSNull
    case "number": !isBoolean(value) && value is Double
    case "integer": !isBoolean(value) && (value as? Double).map { $0 == $0.rounded() } == true
    default: false
    }
  }

  private static func equal(_ one: Any, _ other: Any) -> Bool {
    (one as? NSObject).flatMap { left in (other as? NSObject).map { left == $0 } } ?? false
  }
}
