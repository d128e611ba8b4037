import Files

/// A value of a YAML or JSON document, with its place.
struct YAMLValue: Sendable {
  /// What it is.
  indirect enum Content: Sendable {
    /// A word; `isPlain` when it stands without quotes.
    case scalar(String, isPlain: Bool)
    /// A list.
    case list([YAMLValue])
    /// Keys and values, in order.
    case mapping([Pair])
  }

  /// A key with its value.
  struct Pair: Sendable {
    /// The key.
    var key: String
    /// The key's line, from 1.
    var line: Int
    /// The value.
    var value: YAMLValue
  }

  /// The file, as errors name it.
  var file: String
  /// The value's line, from 1.
  var line: Int
  /// The keys that lead here, joined by dots; empty for the document.
  var path: String
  /// What it is.
  var content: Content

  /// An error at this place.
  func error(_ reason: String) -> InputError {
    InputError(file: file, line: line, reason: path.isEmpty ? reason : "\(path): \(reason)")
  }

  /// The error of a value that is not what is expected.
  func unexpected(_ expectation: String) -> InputError {
    error("expected \(expectation), found \(summary)")
  }

  /// The value in a few words.
  var summary: String {
    switch content {
    case .scalar("", isPlain: true): "nothing"
    case .scalar(let text, _): Self.quoted(text)
    case .list(let list): "a list of \(list.count)"
    case .mapping: "keys and values"
    }
  }

  /// `text` in quotation marks, shortened, without control characters.
  static func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(40) {
      result += scalar.value < 32 || scalar.value == 127 ? "?" : String(scalar)
    }
    return "'\(result)\(text.unicodeScalars.count > 40 ? "…" : "")'"
  }

  /// Text that is not empty.
  func text() throws(InputError) -> String {
    guard case .scalar(let text, _) = content else { throw unexpected("text") }
    guard text.contains(where: { !$0.isWhitespace }) else { throw unexpected("text") }
    return text
  }

  /// `true` or `false`.
  func boolean() throws(InputError) -> Bool {
    if case .scalar("true", isPlain: true) = content { return true }
    if case .scalar("false", isPlain: true) = content { return false }
    throw unexpected("true or false")
  }

  /// A finite number in `range`.
  func number(in range: ClosedRange<Double>) throws(InputError) -> Double {
    let expectation = "a number from \(Self.plain(range))"
    guard case .scalar(let text, isPlain: true) = content, let number = Self.decimal(text),
      range.contains(number)
    else { throw unexpected(expectation) }
    return number
  }

  /// A whole number in `range`.
  func integer(in range: ClosedRange<Int>) throws(InputError) -> Int {
    let expectation = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    guard case .scalar(let text, isPlain: true) = content, let number = Self.decimal(text),
      let integer = Int(exactly: number), range.contains(integer)
    else { throw unexpected(expectation) }
    return integer
  }

  /// One of `names`, whose position is given back.
  func choice(_ names: [String]) throws(InputError) -> Int {
    let expectation = "one of \(names.joined(separator: ", "))"
    guard case .scalar(let text, _) = content else { throw unexpected(expectation) }
    if let index = names.firstIndex(of: text) { return index }
    let near = Spelling.nearest(to: text, in: names).map { "; did you mean \($0)?" } ?? ""
    throw error("expected \(expectation), found \(Self.quoted(text))\(near)")
  }

  /// The elements of a list of at least one and at most `limit`.
  func list(limit: Int) throws(InputError) -> [YAMLValue] {
    guard case .list(let list) = content else { throw unexpected("a list") }
    guard list.count >= 1, list.count <= limit else {
      throw unexpected("a list of 1 to \(limit)")
    }
    return list
  }

  /// The mapping, none of whose keys may be missing from `known`.
  func mapping(known: [String]) throws(InputError) -> YAMLMapping {
    guard case .mapping(let pairs) = content else {
      throw unexpected("the keys \(known.joined(separator: ", "))")
    }
    for pair in pairs where !known.contains(pair.key) {
      let near = Spelling.nearest(to: pair.key, in: known)
      let advice =
        near.map { "did you mean \($0)?" } ?? "known are \(known.joined(separator: ", "))"
      throw InputError(
        file: file, line: pair.line,
        reason: "unknown key \(Self.quoted(pair.value.path)); \(advice)")
    }
    return YAMLMapping(place: self, pairs: pairs)
  }

  /// `text` as a finite decimal number; nil for hexadecimal, `nan`, `inf` and everything else.
  static func decimal(_ text: String) -> Double? {
    let isDecimal = text.utf8.allSatisfy { byte in
      byte >= 0x30 && byte <= 0x39 || byte == 0x2B || byte == 0x2D || byte == 0x2E
        || byte | 0x20 == 0x65
    }
    guard isDecimal, let number = Double(text), number.isFinite else { return nil }
    return number
  }

  private static func plain(_ range: ClosedRange<Double>) -> String {
    "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
  }

  /// A number as people write it: without `.0`.
  static func plain(_ number: Double) -> String {
    if let integer = Int(exactly: number) { String(integer) } else { String(number) }
  }
}
