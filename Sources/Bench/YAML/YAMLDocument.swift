import Yams

/// Parses YAML, and so JSON, into ``YAMLValue``s that know their line.
///
/// Anchors and aliases are refused: a few lines of them stand for terabytes of text.
enum YAMLDocument {
  /// Deepest nesting of lists and mappings that is accepted.
  static let depthLimit = 64

  /// The document in the file at `path`, or in the bundled file of that name.
  static func load(_ path: String) throws(InputError) -> YAMLValue {
    try parse(TextFile.read(path), file: path)
  }

  /// The document in `text`; `file` is what errors call it.
  static func parse(_ text: String, file: String) throws(InputError) -> YAMLValue {
    guard text.utf8.count <= TextFile.byteLimit else {
      throw InputError(file: file, reason: "is larger than \(TextFile.byteLimit >> 20) MiB")
    }
    try refuseManyAliases(text, file: file)
    // The parser keeps a pointer to the text, which a string of up to 15 bytes does not have.
    let padding = String(repeating: "\n", count: max(0, 16 - text.utf8.count))
    do {
      let parser = try Parser(yaml: text + padding, resolver: .basic, encoding: .utf8)
      // The parser must outlive the conversion: it alone holds the anchors.
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else {
          throw InputError(file: file, line: 1, reason: "is empty; expected keys and values")
        }
        return try value(root, file: file, path: "", depth: 0)
      }
    } catch let error as InputError {
      throw error
    } catch let error as YamlError {
      throw inputError(error, file: file)
    } catch {
      throw InputError(file: file, reason: "is not YAML: \(error)")
    }
  }

  private static func value(
    _ node: Node, file: String, path: String, depth: Int
  ) throws(InputError) -> YAMLValue {
    let line = node.mark?.line ?? 1
    guard node.anchor == nil else {
      throw InputError(
        file: file, line: line, reason: "anchors (&) and aliases (*) are not accepted here")
    }
    guard depth < depthLimit else {
      throw InputError(file: file, line: line, reason: "is nested more than \(depthLimit) deep")
    }
    var content: YAMLValue.Content
    switch node {
    case .scalar(let scalar):
      let isPlain = scalar.style == .plain || scalar.style == .any
      content = .scalar(scalar.string, isPlain: isPlain)
    case .sequence(let sequence):
      var list: [YAMLValue] = []
      for (index, element) in sequence.enumerated() {
        let place = "\(path)[\(index + 1)]"
        list.append(try value(element, file: file, path: place, depth: depth + 1))
      }
      content = .list(list)
    case .mapping(let mapping):
      content = .mapping(try pairs(of: mapping, file: file, path: path, depth: depth))
    case .alias:
      content = .scalar("*", isPlain: true)
    }
    return YAMLValue(file: file, line: line, path: path, content: content)
  }

  private static func pairs(
    of mapping: Node.Mapping, file: String, path: String, depth: Int
  ) throws(InputError) -> [YAMLValue.Pair] {
    var pairs: [YAMLValue.Pair] = []
    for (key, element) in mapping {
      let line = key.mark?.line ?? 1
      guard case .scalar(let scalar) = key, key.anchor == nil else {
        throw InputError(file: file, line: line, reason: "a key must be plain text")
      }
      let place = path.isEmpty ? scalar.string : "\(path).\(scalar.string)"
      let content = try value(element, file: file, path: place, depth: depth + 1)
      pairs.append(YAMLValue.Pair(key: scalar.string, line: line, value: content))
    }
    return pairs
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
    default: false
    }
  }

  /// Refuses texts in which aliases of aliases could multiply, before they are looked into.
  ///
  /// Counts what may be an alias: an asterisk that begins a word, before a letter or digit.
  private static func refuseManyAliases(_ text: String, file: String) throws(InputError) {
    var previous: UInt8 = 10
    var starLine: Int?
    var line = 1
    var aliases = 0
    var pending = false
    for byte in text.utf8 {
      if pending, isNameByte(byte) {
        aliases += 1
        starLine = starLine ?? line
      }
      let beginsWord = previous <= 32 || previous == 0x5B || previous == 0x7B || previous == 0x2C
      pending = byte == 0x2A && beginsWord
      if byte == 10 { line += 1 }
      previous = byte
    }
    guard aliases > 8, let starLine else { return }
    throw InputError(
      file: file, line: starLine,
      reason: "aliases (*name) are not accepted; more than 8 words begin with an asterisk")
  }
}
