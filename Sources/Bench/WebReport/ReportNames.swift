/// Names of parts within a page and of files of charts.
struct ReportNames {
  private var taken: Set<String> = []

  /// A name of letters, digits and hyphens for the file at `path`, another one each time.
  mutating func name(_ path: String) -> String {
    var file = path.split(separator: "/").last.map(String.init) ?? ""
    if file.hasSuffix(".json") { file.removeLast(5) }
    var name = ""
    for character in file.lowercased().unicodeScalars {
      let isPlain = ("a"..."z").contains(character) || ("0"..."9").contains(character)
      if isPlain {
        name.unicodeScalars.append(character)
      } else if !name.isEmpty, name.last != "-" {
        name += "-"
      }
      if name.count >= 60 { break }
    }
    while name.last == "-" { name.removeLast() }
    if name.isEmpty { name = "result" }
    if !("a"..."z").contains(name.unicodeScalars.first ?? "0") { name = "result-\(name)" }
    var number = 1
    var unique = name
    while !taken.insert(unique).inserted {
      number += 1
      unique = "\(name)-\(number)"
    }
    return unique
  }
}
