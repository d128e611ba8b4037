/// A field of a listing with its value put together.
///
/// A terminal or a mail program wraps long lines: at the widest line's end, or at a space before
/// it. What such a line goes on with belongs to it; any other line is one of a value of several
/// lines.
struct ListingValue {
  private let field: ListingRecord.Field
  private let text: String

  /// The value of `field` in a listing whose lines have at most `widest` characters.
  /// - Throws: ``RecordError`` for a wrapped value that cannot be put together
  init(_ field: ListingRecord.Field, widest: Int, file: String) throws(RecordError) {
    self.field = field
    var parts = field.parts
    while let last = parts.last, last.text.allSatisfy(\.isWhitespace), parts.count > 1 {
      parts.removeLast()
    }
    let isUUID = field.name == "uuid" || Self.references.contains(field.name)
    var text = parts.first?.text ?? ""
    var joints: [Int] = []
    var blanks = ""
    var breaks: [String] = []
    for (before, part) in zip(parts, parts.dropFirst()) {
      guard !part.text.allSatisfy(\.isWhitespace) else {
        blanks += "\n"
        continue
      }
      let glue = Self.glue(
        text, before.text.isEmpty ? nil : before, part, shape: field.shape, widest: widest)
      if isUUID {
        text = text.trimmingEnd + part.text.trimmingWhitespace
      } else if let glue, field.name != "name-description" {
        joints.append(text.utf8.count)
        text += glue + part.text
      } else {
        breaks.append(part.text)
        text += blanks + "\n" + part.text
      }
      blanks = ""
    }
    self.text = text
    if isUUID { try checkUUID(file) }
    guard Self.isWhole(text, joints, shape: field.shape), isFree(breaks) else {
      throw RecordError(
        file: file, line: field.line,
        reason: "\(field.name) was wrapped, and its lines cannot be put together for certain. Join "
          + "them, or write the listing to a file, as by 'xe vm-list params=all > FILE'")
    }
  }

  /// Whether the lines that begin anew may do so: what commands rest on has one line, and a value
  /// of a map that has several does not go on with the rest of a key.
  private func isFree(_ breaks: [String]) -> Bool {
    guard !breaks.isEmpty else { return true }
    let apiName = ListingClass.apiName(field.name, class: "VM")
    let isUsed = ["VM", "host", "pool"].contains {
      PoolRecords.usedFields[$0]?.contains(apiName) == true
    }
    guard isUsed, field.name != "recommendations" else { return true }
    guard field.name == "other-config", case .map(let members)? = value else { return false }
    return !breaks.contains { line in
      Self.pieces(line[...]).first.map { Self.member($0) != nil || $0.hasPrefix(":") } ?? false
    }
      && !members.contains { key, value in
        key.contains("\n")
          || PoolRecords.usedKeys["other_config"]?.contains(key) == true
            && value.string?.contains("\n") == true
      }
  }

  /// Whether the pieces that go over a line's end are what a map or a set may hold.
  private static func isWhole(
    _ text: String, _ joints: [Int], shape: ListingLine.Shape
  ) -> Bool {
    guard shape != .plain else { return true }
    var position = 0
    for piece in pieces(text[...]) {
      let end = position + piece.utf8.count
      defer { position = end + 2 }
      guard joints.contains(where: { (position...end).contains($0) }) else { continue }
      switch shape {
      case .set where piece.contains(" "): return false
      case .map where member(piece) == nil && piece.contains(":"): return false
      default: break
      }
    }
    return true
  }

  /// What a line break stands for: nothing, a space, or, nil, itself.
  private static func glue(
    _ text: String, _ before: ListingRecord.Field.Part?, _ part: ListingRecord.Field.Part,
    shape: ListingLine.Shape, widest: Int
  ) -> String? {
    guard let last = text.last else { return nil }
    let isSpaced = last.isWhitespace || part.text.first?.isWhitespace == true
    if shape != .plain, last == ";" || (shape == .map && endsWithKey(text)) {
      return isSpaced ? "" : " "
    }
    guard let before else { return nil }
    if before.width == widest { return "" }
    let word = part.text.prefix { !$0.isWhitespace }.count
    return before.width + 1 + word > widest ? (isSpaced ? "" : " ") : nil
  }

  /// Whether the last piece of a map is a key and its colon.
  private static func endsWithKey(_ text: String) -> Bool {
    guard text.last == ":" else { return false }
    let piece = text.lastRange(of: "; ").map { text[$0.upperBound...] } ?? text[...]
    return isKey(piece.dropLast())
  }

  private func checkUUID(_ file: String) throws(RecordError) {
    let looksLikeOne = text.contains("-") && text.utf8.allSatisfy { $0 == 0x2D || isHex($0) }
    guard looksLikeOne || field.parts.count(where: { !$0.text.isEmpty }) > 1,
      !XenUUID.isValid(text), !Self.isMark(text[...])
    else { return }
    throw RecordError(
      file: file, line: field.line,
      reason: "\(field.name) is '\(text.prefix(60))', which is no UUID: the line was cut or "
        + "wrapped. Write the listing to a file, as by 'xe vm-list params=all > FILE'")
  }

  /// Fields that name another object by its UUID, where XenAPI has a reference.
  private static let references: Set<String> = [
    "resident-on", "scheduled-to-be-resident-on", "affinity", "suspend-VDI-uuid",
    "suspend-SR-uuid", "parent", "snapshot-of", "appliance", "master",
  ]

  private static func isMark(_ text: Substring) -> Bool {
    text.isEmpty || text == "<not in database>" || text == "<expensive field>"
  }

  /// The fields of XenAPI's that it stands for; none where the listing has only a mark in its
  /// place.
  func fields(class name: String) -> [(String, XenValue)] {
    guard let value else { return [] }
    return [(ListingClass.apiName(field.name, class: name), value)]
  }

  private var value: XenValue? {
    var text = text[...]
    while text.last == "\n" { text.removeLast() }
    if text == "<not in database>" || text == "<expensive field>" {
      return Self.references.contains(field.name) ? .string("OpaqueRef:NULL") : nil
    }
    switch field.shape {
    case .plain: return .string(Self.plain(text, name: field.name))
    case .set:
      return .list(Self.pieces(text).map { .string(String($0)) })
    case .map:
      var members: [String: XenValue] = [:]
      var lastKey: String?
      for piece in Self.pieces(text) {
        if let (key, value) = Self.member(piece) {
          members[key] = .string(value)
          lastKey = key
        } else if let lastKey, case .string(let before)? = members[lastKey] {
          members[lastKey] = .string(before + "; " + piece)
        } else {
          members[String(piece)] = .string("")
        }
      }
      return .map(members)
    }
  }

  private static func plain(_ text: Substring, name: String) -> String {
    let trimmed = text.trimmingWhitespace
    if references.contains(name) {
      return trimmed.isEmpty ? "OpaqueRef:NULL" : "OpaqueRef:\(trimmed)"
    }
    if name == "power-state", let state = VMRecord.PowerState(name: trimmed) {
      return state.rawValue
    }
    return name.hasPrefix("name-") ? String(text) : trimmed
  }

  /// Key and value of a piece of a map; nil for one without a key.
  private static func member(_ piece: Substring) -> (String, String)? {
    if let colon = piece.firstRange(of: ": "), isKey(piece[..<colon.lowerBound]) {
      return (String(piece[..<colon.lowerBound]), String(piece[colon.upperBound...]))
    }
    guard piece.last == ":", isKey(piece.dropLast()) else { return nil }
    return (String(piece.dropLast()), "")
  }

  private static func pieces(_ text: Substring) -> [Substring] {
    text.isEmpty ? [] : text.split(separator: "; ", omittingEmptySubsequences: false)
  }

  /// Whether a map's key may look like this: keys have no spaces and no tags.
  private static func isKey(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && !"<>:".utf8.contains($0) }
  }
}

/// Whether a byte is a hexadecimal digit.
private func isHex(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
    UInt8(ascii: "A")...UInt8(ascii: "F"):
    true
  default: false
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The last place of `separator`.
  fileprivate func lastRange(of separator: String) -> Range<Index>? {
    var found: Range<Index>?
    var rest = self[startIndex...]
    while let range = rest.firstRange(of: separator) {
      found = range
      rest = rest[range.upperBound...]
    }
    return found
  }
}
