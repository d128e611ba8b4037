/// Keys and values of a document, all of them known.
struct YAMLMapping: Sendable {
  /// Where it stands.
  var place: YAMLValue
  /// Keys and values, in order.
  var pairs: [YAMLValue.Pair]

  /// The value of `key`, nil when it is not there.
  func optional(_ key: String) -> YAMLValue? {
    pairs.first { $0.key == key }?.value
  }

  /// The value of `key`; an error that says so when it is not there.
  func required(_ key: String) throws(InputError) -> YAMLValue {
    guard let value = optional(key) else {
      throw place.error("the key \(YAMLValue.quoted(key)) is missing")
    }
    return value
  }

  /// Checks that all those keys are there; an error that names each one that is not.
  func require(_ keys: [String]) throws(InputError) {
    let missing = keys.filter { optional($0) == nil }
    guard missing.count > 1 else {
      _ = try missing.first.map(required)
      return
    }
    let names = missing.map(YAMLValue.quoted).joined(separator: ", ")
    throw place.error("the keys \(names) are missing")
  }
}

/// Finds what a misspelt word was meant to be.
public enum Spelling {
  /// The word in `words` that is nearest to `word`; nil when none is near.
  public static func nearest(to word: String, in words: [String]) -> String? {
    nearest(to: word, in: words, most: 1).first
  }

  /// At most so many of the words that are near to `word`, the nearest first.
  /// - Parameter limit: letters that may differ; a third of the word's when nothing is said
  static func nearest(
    to word: String, in words: [String], most: Int, limit: Int? = nil
  ) -> [String] {
    guard word.utf8.count <= 64 else { return [] }
    let letters = Array(word.lowercased().utf8)
    let limit = limit ?? max(2, letters.count / 3)
    let near = words.enumerated().map { index, candidate in
      (distance(letters, Array(candidate.lowercased().utf8)), index, candidate)
    }
    return near.filter { $0.0 <= limit }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(most)
      .map(\.2)
  }

  /// Letters to insert, delete or replace to make `left` of `right`.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, letter) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let replaced = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(replaced, min(row[j], diagonal) + 1)
      }
    }
    return row[right.count]
  }
}
