import Foundation
import Testing

@testable import Bench

/// Results that were written before are read, and what is none is refused with a reason.
@Suite struct ResultFileTests {
  static let kinds: [ResultKind] = [
    .run, .sweep, .recommendation, .verification, .prediction, .traceSummary,
  ]

  /// Kinds that version 1 had not, or did not read.
  static let laterKinds: [ResultKind] = [.nestedPaging, .templateRecommendation, .matrix]

  static func fixture(_ kind: ResultKind) -> String {
    let version = kinds.contains(kind) ? 1 : 2
    return Repository.root + "/Tests/Fixtures/results/version-\(version)/\(kind.rawValue).json"
  }

  /// Why `text` is refused.
  func refusal(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "result-\(UUID().uuidString).json").path
    try Data(text.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = try #require(throws: InputError.self) { try ResultFile(path: path) }
    #expect(error.file == path)
    return error.reason
  }

  @Test(arguments: kinds) func versionOneStaysReadable(_ kind: ResultKind) throws {
    let file = try ResultFile(path: Self.fixture(kind))
    #expect(file.schemaVersion == 1)
    #expect(file.kind == kind)
  }

  @Test(arguments: laterKinds) func laterKindsAreReadAndCompared(_ kind: ResultKind) throws {
    let path = Self.fixture(kind)
    let file = try ResultFile(path: path)
    #expect(file.schemaVersion == 2)
    #expect(file.kind == kind)
    let set = try ResultSet(paths: [path])
    let same = try Comparison(old: set, new: set, rules: ComparisonRules())
    #expect(same.rows.count == 1 && !same.isFault && same.rows[0].figures > 2)
  }

  @Test func figuresOfVersionOneAreKept() throws {
    guard case .sweep(let sweep) = try ResultFile(path: Self.fixture(.sweep)).content else {
      Issue.record("no sweep")
      return
    }
    #expect(sweep.points.map(\.pages) == [154, 256])
    #expect(sweep.points[1].counters["shadow_fault"] ?? 0 > 0)
    #expect(sweep.points[0].samples == nil && sweep.input == nil)
    guard case .run(let run) = try ResultFile(path: Self.fixture(.run)).content else {
      Issue.record("no run")
      return
    }
    #expect(run.point.rule == "mapped-once" && run.conditions.memoryMib == 256)
    #expect(run.environment?.pageSizeBytes == 4096 && run.environment?.machine == nil)
  }

  @Test(arguments: [
    ("", "is no result, or is damaged"),
    ("[]", "is no result, or is damaged"),
    ("{}", "'schema_version' is missing"),
    ("{\"schema_version\": 99}", "schema version 99; this program reads 1 to"),
    ("{\"schema_version\": 2, \"kind\": \"poem\"}", "kind"),
    ("{\"schema_version\": 2, \"kind\": \"pool_audit\"}", "is of the kind 'pool_audit'"),
    ("{\"schema_version\": 1}", "is of none of the kinds"),
    ("{\"schema_version\": 2, \"kind\": \"sweep\"}", "is missing"),
  ])
  func whatIsNoResultIsRefused(_ text: String, _ reason: String) throws {
    let message = try refusal(text)
    #expect(message.contains(reason), "\(message)")
  }

  @Test(arguments: kinds + laterKinds) func aFileThatEndsTooEarlyIsRefused(_ kind: ResultKind)
    throws
  {
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: Self.fixture(kind))))
    let whole = bytes.count - 1
    for length in stride(from: 0, to: whole - 1, by: max(1, whole / 60)) {
      _ = try refusal(String(decoding: bytes[..<length], as: UTF8.self))
    }
  }
}
