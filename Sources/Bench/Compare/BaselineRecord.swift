/// Results that are kept to compare later ones with, one file.
struct BaselineRecord: Codable {
  /// What it is called.
  var name: String
  /// The results, each with its own header.
  var results: [ResultDocument]
}
