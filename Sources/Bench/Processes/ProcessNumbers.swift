/// Numbers of a table as people's programs write them: with a unit, with a comma or a point before
/// the fraction, with something between groups of three digits.
struct ProcessNumbers {
  /// A unit of bytes.
  enum Unit: Double {
    case bytes = 1
    case kibibytes = 1024
    case mebibytes = 1_048_576

    /// The unit that a word of a column's name or after a number stands for.
    init?(word: some StringProtocol) {
      switch word.lowercased() {
      case "b", "byte", "bytes": self = .bytes
      case "k", "kb", "kib", "kbyte", "kbytes": self = .kibibytes
      case "m", "mb", "mib", "mbyte", "mbytes": self = .mebibytes
      default: return nil
      }
    }
  }

  /// How the numbers were read, where that had to be inferred.
  private(set) var notes: [String] = []
  private let file: String
  private var isCommaDecimal: Bool
  private var unit: Unit?

  /// Finds out how the numbers in `cells` are written; each comes with its line.
  ///
  /// A mark that stands twice, or before the other one, is between groups; one that is not
  /// followed by exactly three digits, or follows a nought alone, is before a fraction. Where no
  /// number tells, a semicolon between cells means a comma before fractions, since that is why such
  /// lists have semicolons.
  /// - Throws: ``InputError`` at the first number that contradicts the others
  init(
    _ cells: [(line: Int, cell: String)], file: String, isSemicolon: Bool
  ) throws(InputError) {
    self.file = file
    var told: (isComma: Bool, line: Int)?
    for (line, cell) in cells {
      guard let isComma = Self.decimalComma(Self.parts(cell).digits) else { continue }
      if let told, told.isComma != isComma {
        throw InputError(
          file: file, line: line,
          reason: "'\(cell)' contradicts line \(told.line): is a comma or a point before the "
            + "fraction? Write all numbers in one way")
      }
      if told == nil { told = (isComma, line) }
    }
    isCommaDecimal = told?.isComma ?? isSemicolon
    if isCommaDecimal { notes.append("A comma is taken to stand before fractions.") }
  }

  /// Settles the unit of sizes that have none of their own: the one that the column's name says,
  /// else the only one in which all of them are whole pages of 4 KiB.
  /// - Throws: ``InputError`` where that cannot be told
  mutating func settleUnit(
    _ named: Unit?, of cells: [(line: Int, cell: String)]
  ) throws(InputError) {
    unit = named
    let bare = cells.filter { Self.parts($0.cell).unit == nil && !$0.cell.isEmpty }
    guard named == nil, let first = bare.first else { return }
    var sizes: [Double] = []
    for (line, cell) in bare { sizes.append(try value(cell, "page_table", line: line)) }
    let used = sizes.filter { $0 > 0 }
    if used.allSatisfy({ $0.truncatingRemainder(dividingBy: 4096) == 0 }) {
      unit = .bytes
    } else if used.allSatisfy({ $0.truncatingRemainder(dividingBy: 4) == 0 }) {
      unit = .kibibytes
    } else {
      throw InputError(
        file: file, line: first.line,
        reason: "page_table is '\(first.cell)' without a unit, and no unit makes all of them whole "
          + "pages of 4 KiB; name the column page_table_bytes, page_table_kib or page_table_mib")
    }
    notes.append(
      "Page tables have no unit; all are whole pages of 4 KiB if they are in "
        + (unit == .bytes ? "bytes: taken so." : "KiB, and not in bytes: taken so."))
  }

  /// A size as bytes.
  func bytes(_ cell: String, line: Int) throws(InputError) -> Double {
    let own = Self.parts(cell).unit
    let size = try value(cell, "page_table", line: line) * (own ?? unit ?? .bytes).rawValue
    guard size <= 1e12 else { throw bad(cell, "page_table", "at most 10^12 bytes", line) }
    return size
  }

  /// A rate.
  func rate(_ cell: String, line: Int) throws(InputError) -> Double? {
    if ["", "-", "n/a", "na"].contains(cell.lowercased()) { return nil }
    let rate = try value(cell, "context_switches_per_second", line: line)
    guard rate <= 1e7, Self.parts(cell).unit == nil else {
      throw bad(cell, "context_switches_per_second", "a number from 0 to 10000000", line)
    }
    return rate
  }

  private func value(_ cell: String, _ name: String, line: Int) throws(InputError) -> Double {
    let digits = Self.parts(cell).digits
    let (decimal, group): (Character, Character) = isCommaDecimal ? (",", ".") : (".", ",")
    let halves = digits.split(separator: decimal, omittingEmptySubsequences: false)
    let groups = halves[0].split(separator: group, omittingEmptySubsequences: false)
    let isPlain = { (text: Substring) in
      !text.isEmpty && text.allSatisfy { $0.isASCII && $0.isWholeNumber }
    }
    guard halves.count <= 2, groups.allSatisfy(isPlain), halves.dropFirst().allSatisfy(isPlain),
      groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.count == 1 || groups[0].count <= 3,
      let value = Double(groups.joined() + (halves.count == 2 ? "." + halves[1] : ""))
    else { throw bad(cell, name, "a number from 0 on", line) }
    return value
  }

  private func bad(_ cell: String, _ name: String, _ expected: String, _ line: Int) -> InputError {
    InputError(file: file, line: line, reason: "\(name) is '\(cell)', must be \(expected)")
  }

  /// A number's digits and marks, without blanks of any kind, and the unit after it.
  private static func parts(_ cell: String) -> (digits: String, unit: Unit?) {
    let kept = cell.filter { !$0.isWhitespace && $0 != "\u{2009}" && $0 != "'" }
    let digits = kept.prefix { !$0.isLetter }
    return Unit(word: kept[digits.endIndex...]).map { (String(digits), $0) } ?? (kept, nil)
  }

  /// Whether a comma stands before the fraction; nil where the number does not tell.
  private static func decimalComma(_ digits: String) -> Bool? {
    let marks = digits.filter { $0 == "," || $0 == "." }
    guard let last = marks.last, let place = digits.lastIndex(of: last) else { return nil }
    if marks.dropLast().contains(where: { $0 != last }) { return last == "," }
    if marks.count > 1 { return last == "." }
    let before = digits[..<place]
    let canBeGroup = before != "0" && (1...3).contains(before.count)
    let isGroup = canBeGroup && digits.distance(from: place, to: digits.endIndex) == 4
    return isGroup ? nil : last == ","
  }
}
