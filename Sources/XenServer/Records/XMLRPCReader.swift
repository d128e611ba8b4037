/// Reads a value as XML-RPC writes it: `<value>…</value>`.
///
/// A value without a type is text, and whole numbers come as such: XenAPI writes them that way.
/// White space around a type's tag counts for nothing, and within a value that has none it is kept.
struct XMLRPCReader {
  private var xml: XMLReader

  /// The value that a document consists of.
  /// - Throws: ``RecordError`` with the line and what is wrong there
  static func read(_ bytes: [UInt8], file: String) throws(RecordError) -> LocatedValue {
    var reader = XMLRPCReader(xml: XMLReader(bytes, file: file))
    var around: [String] = []
    switch try reader.xml.next() {
    case .start("value"): break
    case .start("methodResponse"):
      around = ["methodResponse", "params", "param"]
      for (outer, inner) in zip(around, around.dropFirst() + ["value"]) {
        guard try reader.opens(inner, in: outer) else {
          throw reader.xml.error("<\(outer)> is empty, must hold <\(inner)>")
        }
      }
    default:
      throw reader.xml.error(
        "is no export and no answer of XenAPI's: its outermost element is not <value> or "
          + "<methodResponse>")
    }
    let value = try reader.value(depth: 0)
    for element in around.reversed() { try reader.close(element) }
    guard case .finish = try reader.xml.next() else {
      throw reader.xml.error("something follows after the value")
    }
    return value
  }

  /// The rest of a value whose start tag was read.
  private mutating func value(depth: Int) throws(RecordError) -> LocatedValue {
    guard depth < RecordLimits.depth else {
      throw xml.error("is nested deeper than \(RecordLimits.depth) values")
    }
    let line = xml.line
    var text = ""
    while true {
      switch try xml.next() {
      case .text(let piece): text += piece
      case .start(let type):
        guard text.allSatisfy(\.isWhitespace) else {
          throw xml.error("a value holds text and <\(type)>")
        }
        let content = try content(type: type, depth: depth)
        try close("value")
        return LocatedValue(line: line, content: content)
      default: return LocatedValue(line: line, content: .scalar(.string(text)))
      }
    }
  }

  private mutating func content(type: String, depth: Int) throws(RecordError)
    -> LocatedValue.Content
  {
    switch type {
    case "struct": return .members(try members(depth: depth))
    case "array": return .list(try elements(depth: depth))
    case "nil":
      _ = try text(of: type)
      return .scalar(.null)
    case "string", "dateTime.iso8601", "base64": return .scalar(.string(try text(of: type)))
    case "boolean":
      let text = try text(of: type).trimmingWhitespace
      guard text == "0" || text == "1" else {
        throw xml.error("a boolean is '\(text.prefix(40))', must be 0 or 1")
      }
      return .scalar(.boolean(text == "1"))
    case "i4", "int", "i8":
      let text = try text(of: type).trimmingWhitespace
      guard let integer = Int64(text) else {
        throw xml.error("'\(text.prefix(40))' is no whole number of 64 bits")
      }
      return .scalar(.integer(integer))
    case "double":
      let text = try text(of: type).trimmingWhitespace
      guard let double = Double(text) else {
        throw xml.error("'\(text.prefix(40))' is no number")
      }
      return .scalar(double.isFinite ? .float(double) : .string("\(double)"))
    default: throw xml.error("<\(type)> is no type of XML-RPC's")
    }
  }

  /// The text of an element without children, whose start tag was read.
  private mutating func text(of element: String) throws(RecordError) -> String {
    var text = ""
    while true {
      switch try xml.next() {
      case .text(let piece): text += piece
      case .start(let name): throw xml.error("<\(element)> holds <\(name)>, must hold text")
      default: return text
      }
    }
  }

  private mutating func members(depth: Int) throws(RecordError) -> [LocatedValue.Member] {
    var members: [LocatedValue.Member] = []
    var names: Set<String> = []
    while try opens("member", in: "struct") {
      guard try opens("name", in: "member") else { throw xml.error("a member has no name") }
      let name = try text(of: "name")
      guard names.insert(name).inserted else { throw xml.error("a struct has '\(name)' twice") }
      guard try opens("value", in: "member") else {
        throw xml.error("member '\(name)' has no value")
      }
      members.append(.init(name: name, value: try value(depth: depth + 1)))
      try close("member")
    }
    return members
  }

  private mutating func elements(depth: Int) throws(RecordError) -> [LocatedValue] {
    guard try opens("data", in: "array") else { throw xml.error("an array has no <data>") }
    var elements: [LocatedValue] = []
    while try opens("value", in: "data") { elements.append(try value(depth: depth + 1)) }
    try close("array")
    return elements
  }

  /// Whether the next tag opens `element`; if not, it closes `parent`.
  private mutating func opens(_ element: String, in parent: String) throws(RecordError) -> Bool {
    switch try tag(in: parent) {
    case .start(element): true
    case .start(let other):
      throw xml.error("<\(parent)> holds <\(other)>, must hold <\(element)>")
    default: false
    }
  }

  private mutating func close(_ element: String) throws(RecordError) {
    guard case .end = try tag(in: element) else {
      throw xml.error("<\(element)> holds more than it may")
    }
  }

  /// The next token that is not white space.
  private mutating func tag(in element: String) throws(RecordError) -> XMLReader.Token {
    while true {
      let token = try xml.next()
      guard case .text(let text) = token else { return token }
      guard text.allSatisfy(\.isWhitespace) else {
        throw xml.error("<\(element)> holds text: '\(text.trimmingWhitespace.prefix(40))'")
      }
    }
  }
}
