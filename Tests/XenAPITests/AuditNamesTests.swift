import Foundation
import OutputSupport
import Testing

/// Names that a terminal would obey, in the account of what `pool audit` did.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AuditNamesTests {
  /// ESC, a line break, CR and a C1 sign.
  private static let name = "Citrix\u{1B}[2J\nXen\rApp\u{9B}31m 10"
  private static let shown = "Citrix\\x1b[2J\\nXen\\rApp\\x9b31m 10"

  /// A pool in which the machine "Citrix XenApp 10" has that name.
  private func host() throws -> (StandIn, folder: URL) {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("names-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let pool = try String(contentsOfFile: "\(StandIn.folder)/pool.json", encoding: .utf8)
    let named = pool.replacingOccurrences(
      of: "\"Citrix XenApp 10\"",
      with: "\"Citrix\\u001b[2J\\nXen\\rApp\\u009b31m 10\"")
    try #require(named != pool)
    let file = folder.appendingPathComponent("pool.json")
    try named.write(to: file, atomically: true, encoding: .utf8)
    return (try StandIn("--records", file.path), folder)
  }

  /// The scalars that are signs to a terminal, other than the ends of our own lines.
  private func active(_ text: String) -> [Unicode.Scalar] {
    text.unicodeScalars.filter { $0 != "\n" && $0.properties.generalCategory == .control }
  }

  @Test func theAccountOfChangesIsPlain() throws {
    let (host, folder) = try host()
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try host.audit("--hap", "--fix", "--apply", "--undo-file", "undo.json")
    #expect(run.output.contains("\(Self.shown): 4.0 to 1.0: done"), "\(run.output)")
    #expect(active(run.output) == [] && active(run.errors) == [])
  }

  /// JSON says the name as it is, in JSON's own escapes.
  @Test func theAccountInJSONHasTheName() throws {
    let (host, folder) = try host()
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try host.audit("--hap", "--fix", "--apply", "--undo-file", "undo.json", "--json")
    #expect(active(run.output) == [] && active(run.errors) == [])
    let document = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let changes = try #require(document?["changes"] as? [[String: Any]])
    #expect(changes.contains { $0["name"] as? String == Self.name })
  }
}
