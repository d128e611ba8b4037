import Foundation
import Yams

/// A value in a JSON or YAML file that knows where it stands; every reading error names file,
/// line and field.
struct LocatedNode {
  /// The file.
  let file: String
  /// The value's path from the top, such as `[3].counters`.
  let path: String
  /// The value.
  let node: Node

  /// The line, from 1.
  var line: Int? { node.mark?.line }

  /// An error at this value.
  func error(_ reason: String) -> InputError {
    InputError(file: file, line: line, reason: path.isEmpty ? reason : "\(path): \(reason)")
  }

  /// The longest file that is read, bytes, decompressed.
  private static let byteLimit = 1 << 28

  /// The file's top value.
  static func load(path: String) throws(InputError) -> LocatedNode {
    try parse(Data(TextFile.bytes(of: path, limit: byteLimit)), file: path)
  }

  /// The top value of `data`.
  static func parse(_ data: Data, file: String) throws(InputError) -> LocatedNode {
    guard let text = String(validating: data, as: UTF8.self) else {
      let lines = data.split(separator: 10, omittingEmptySubsequences: false)
      let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
      throw InputError(file: file, line: (bad ?? 0) + 1, reason: "is not UTF-8 text")
    }
    try checkNesting(text, file: file)
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw InputError(file: file, line: 1, reason: "is empty")
      }
      return LocatedNode(file: file, path: "", node: node)
    } catch let error as InputError {
      throw error
    } catch let error as YamlError {
      throw translated(error, file: file)
    } catch {
      throw InputError(file: file, reason: "\(error)")
    }
  }

  /// Brackets nested deeper than any such file needs would exhaust the parser's stack.
  private static func checkNesting(_ text: String, file: String) throws(InputError) {
    var depth = 0
    var line = 1
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "\n"): line += 1
      default: break
      }
      guard depth <= 64 else {
        throw InputError(file: file, line: line, reason: "brackets nest more than 64 deep")
      }
    }
  }

  private static func translated(_ error: YamlError, file: String) -> InputError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      InputError(file: file, line: mark.line, reason: "not valid JSON: \(problem)")
    case .reader(let problem, let offset, _, let text):
      InputError(
        file: file,
        line: offset.map { offset in text.utf8.prefix(offset).count { $0 == 10 } + 1 },
        reason: "not valid JSON: \(problem)")
    case .duplicatedKeysInMapping(let names, let context):
      InputError(
        file: file, line: context.mark.line,
        reason: "given twice: \(names.joined(separator: ", "))")
    default: InputError(file: file, reason: "not valid JSON: \(error)")
    }
  }

  /// The elements of a list.
  func elements() throws(InputError) -> [LocatedNode] {
    guard case .sequence(let sequence) = node else { throw error("must be a list") }
    return sequence.enumerated().map { index, child in
      LocatedNode(file: file, path: "\(path)[\(index)]", node: child)
    }
  }

  /// The fields of an object, in the file's order.
  func fields() throws(InputError) -> [(name: String, value: LocatedNode)] {
    guard case .mapping(let mapping) = node else { throw error("must be an object") }
    var fields: [(name: String, value: LocatedNode)] = []
    for (key, value) in mapping {
      guard let name = key.string else { throw error("a field's name must be text") }
      let child = LocatedNode(
        file: file, path: path.isEmpty ? name : "\(path).\(name)", node: value)
      fields.append((name, child))
    }
    return fields
  }

  /// A text.
  func text() throws(InputError) -> String {
    guard case .scalar(let scalar) = node, scalar.style != .plain else {
      throw error("must be text in quotes")
    }
    return scalar.string
  }

  /// `true` or `false`.
  func boolean() throws(InputError) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain,
      scalar.string == "true" || scalar.string == "false"
    else { throw error("must be true or false") }
    return scalar.string == "true"
  }

  /// A whole number in `range`.
  func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
    guard case .scalar(let scalar) = node, scalar.style == .plain, let value = Int(scalar.string)
    else { throw error("must be a whole number") }
    guard range.contains(value) else {
      throw error("is \(value), must be \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
