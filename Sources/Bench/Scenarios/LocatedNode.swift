import Foundation

/// A value in a JSON or YAML file that knows where it stands; every reading error names file,
/// line and field.
///
/// Read by ``YAMLDocument``, with its limits.
struct LocatedNode {
  /// The file.
  let file: String
  /// The value's path from the top, such as `[3].counters`.
  let path: String
  /// The value.
  private let value: YAMLValue

  /// The line, from 1.
  var line: Int? { value.line }

  /// An error at this value.
  func error(_ reason: String) -> InputError {
    InputError(file: file, line: line, reason: path.isEmpty ? reason : "\(path): \(reason)")
  }

  /// The file's top value.
  static func load(path: String) throws(InputError) -> LocatedNode {
    LocatedNode(file: path, path: "", value: try YAMLDocument.load(path))
  }

  /// The top value of `data`.
  static func parse(_ data: Data, file: String) throws(InputError) -> LocatedNode {
    let text = try TextFile.text(of: [UInt8](data), file: file)
    return LocatedNode(file: file, path: "", value: try YAMLDocument.parse(text, file: file))
  }

  /// The elements of a list.
  func elements() throws(InputError) -> [LocatedNode] {
    guard case .list(let list) = value.content else { throw error("must be a list") }
    return list.enumerated().map { index, child in
      LocatedNode(file: file, path: "\(path)[\(index)]", value: child)
    }
  }

  /// The fields of an object, in the file's order.
  func fields() throws(InputError) -> [(name: String, value: LocatedNode)] {
    guard case .mapping(let pairs) = value.content else { throw error("must be an object") }
    return pairs.map { pair in
      let place = path.isEmpty ? pair.key : "\(path).\(pair.key)"
      return (pair.key, LocatedNode(file: file, path: place, value: pair.value))
    }
  }

  /// A text.
  func text() throws(InputError) -> String {
    guard case .scalar(let text, isPlain: false) = value.content else {
      throw error("must be text in quotes")
    }
    return text
  }

  /// `true` or `false`.
  func boolean() throws(InputError) -> Bool {
    guard case .scalar(let text, isPlain: true) = value.content, text == "true" || text == "false"
    else { throw error("must be true or false") }
    return text == "true"
  }

  /// A whole number in `range`.
  func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
    guard case .scalar(let text, isPlain: true) = value.content, let number = Int(text) else {
      throw error("must be a whole number")
    }
    guard range.contains(number) else {
      throw error("is \(number), must be \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
