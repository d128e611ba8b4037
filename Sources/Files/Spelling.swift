/// Finds what a misspelt word was meant to be.
package enum Spelling {
  /// The word in `words` that is nearest to `word`; nil when none is near.
  package static func nearest(to word: String, in words: [String]) -> String? {
    nearest(to: word, in: words, most: 1).first
  }

  /// At most so many of the words that are near to `word`, the nearest first.
  /// - Parameter limit: letters that may differ; a third of the word's when nothing is said
  package static func nearest(
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
