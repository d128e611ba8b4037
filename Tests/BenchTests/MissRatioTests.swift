import Foundation
import MissRatio
import OutputSupport
import Testing

@testable import Bench

/// Traces as files: records as bytes, in a file that is removed afterwards.
private struct TraceFile {
  /// Records of the objects, a size of noise, one second, and no next request.
  static func records(_ objects: [UInt64]) -> [UInt8] {
    objects.flatMap { object in
      [1, 2, 3, 4] + withUnsafeBytes(of: object.littleEndian) { Array($0) }
        + [0xEE, 0xEE, 0xEE, 0xEE] + [UInt8](repeating: 0xFF, count: 8)
    }
  }

  static func with<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try body(path)
  }
}

@Suite struct MissRatioTests {
  private func measure(_ bytes: [UInt8], _ sizes: CacheSizes = .spread(4)) throws -> TraceCurve {
    try TraceFile.with(bytes) { try TraceCurve.measure($0, sizes: sizes) { _, _ in } }
  }

  private func reason(_ bytes: [UInt8]) throws -> String {
    try TraceFile.with(bytes) { path in
      do {
        _ = try TraceCurve.measure(path, sizes: .spread(1)) { _, _ in }
        return "accepted"
      } catch let error as InputError {
        #expect(error.file == path)
        return error.reason
      }
    }
  }

  @Test func aTraceLongerThanABlock() throws {
    let count = 3 * OracleGeneralTrace.blockRecords + 5
    let result = try measure(
      TraceFile.records((0..<count).map { UInt64($0 % 10) }), .list([9, 10]))
    #expect(result.curve.requests == count)
    #expect(result.curve.objects == 10)
    #expect(result.sizes.map { result.curve.hits(size: $0) } == [0, count - 10])
  }

  @Test func progressCountsRequests() throws {
    let count = 2 * OracleGeneralTrace.blockRecords
    let bytes = TraceFile.records((0..<count).map { UInt64($0) })
    var seen: [[Int]] = []
    _ = try TraceFile.with(bytes) { path in
      try TraceCurve.measure(path, sizes: .spread(1)) { seen.append([$0, $1]) }
    }
    #expect(seen == [[0, count], [count / 2, count]])
  }

  @Test(arguments: 1..<24)
  func aRecordCutShortIsRefused(rest: Int) throws {
    let bytes = TraceFile.records([1, 2, 3]).prefix(48 + rest)
    #expect(
      try reason(Array(bytes)) == "the record at byte 48 has \(rest) of 24 bytes: the file is cut "
        + "short, or not in the oracleGeneral format")
  }

  @Test func otherFilesAreRefused() throws {
    #expect(try reason([]) == "is empty")
    let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]
    #expect(try reason(zstd).contains("the zstd data end too early: the file is cut short"))
    let xz = [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0] + [UInt8](repeating: 0, count: 18)
    #expect(try reason(xz).contains("xz"))
    #expect(try reason(Array("BZh91AY&SYabcdefghijklmn".utf8)).contains("compressed by bzip2"))
    for path in [Repository.root, "/nowhere/at/all", "", "a\u{0}b"] {
      #expect(throws: InputError.self) {
        _ = try TraceCurve.measure(path, sizes: .spread(1)) { _, _ in }
      }
    }
  }

  @Test func sizesAreSpreadOverTheObjects() {
    #expect(CacheSizes.spread(1).sizes(objects: 1000) == [100])
    #expect(CacheSizes.spread(64).sizes(objects: 3) == [1, 2, 3])
    #expect(CacheSizes.spread(64).sizes(objects: 0) == [1])
    for objects in [1, 63, 64, 65, 5000, 1_000_000] {
      let sizes = CacheSizes.spread(64).sizes(objects: objects)
      #expect(sizes.count == min(64, objects))
      #expect(sizes.last == objects)
      #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func listsOfSizes() throws {
    #expect(try CacheSizes(list: "20, 3,20", option: "--objects") == .list([3, 20]))
    for text in ["", "0", "-1", "1,,2", "1.5", "x", "99999999999999999999"] {
      #expect(throws: InputError.self) { try CacheSizes(list: text, option: "--objects") }
    }
  }

  @Test func theReportShowsTableAndPlot() throws {
    let result = try measure(TraceFile.records((0..<400).map { UInt64($0 % 100) }))
    let lines = MissRatioReport.lines(result, terminal: Terminal(isTerminal: false))
    #expect(lines[0].hasSuffix(": 400 requests, 100 objects"))
    #expect(lines[1].contains("exact"))
    #expect(lines[4] == "objects  of all, %  misses  miss ratio, %")
    #expect(lines[5] == "      1       1.00     400        100.000")
    #expect(lines[8] == "    100        100     100         25.000")
    #expect(lines.filter { $0.contains("●") }.count == 2)
    #expect(lines.allSatisfy { $0.count <= 100 })
  }

  @Test func keysOfTheJSON() throws {
    let result = try measure(TraceFile.records([1, 2, 1, 2]), .list([1, 2]))
    let json = try JSONSerialization.jsonObject(with: Data(JSONResult.text(result).utf8))
    let object = try #require(json as? [String: Any])
    #expect(
      object.keys.sorted() == [
        "cache", "first_requests", "kind", "points", "schema_version", "trace",
      ])
    #expect((object["trace"] as? [String: Any])?["requests"] as? Int == 4)
    #expect((object["cache"] as? [String: String])?["object_sizes"] == "ignored")
    let points = try #require(object["points"] as? [[String: Any]])
    #expect(points.map { $0["misses"] as? Int } == [4, 2])
    #expect(points[1]["miss_ratio"] as? Double == 0.5)
    #expect(points[0].keys.sorted() == ["hits", "miss_ratio", "misses", "objects"])
  }
}

@Suite struct MissRatioCommandTests {
  private let command = CommandTests()

  @Test func theCurveGoesToStandardOutput() throws {
    try TraceFile.with(TraceFile.records([5, 6, 5, 6, 7])) { path in
      let text = try command.shadowbench("mrc", path, "--objects", "1,2")
      #expect(text.code == 0)
      #expect(text.errors.isEmpty)
      #expect(text.output.contains("5 requests, 3 objects"))
      let json = try command.shadowbench("mrc", path, "--sizes", "3", "--json")
      #expect(json.code == 0)
      #expect(json.output.contains("\"miss_ratio\" : 0.6"))
    }
  }

  @Test(arguments: [
    ["mrc"], ["mrc", "/nowhere/at/all"], ["mrc", "/dev/null"],
    ["mrc", "/dev/null", "--sizes", "0"], ["mrc", "/dev/null", "--objects", "0"],
    ["mrc", "/dev/null", "--objects", "1", "--sizes", "1"],
  ])
  func badInputExitsWithTwo(arguments: [String]) throws {
    try command.badInputExitsWithTwo(arguments: arguments)
  }

  @Test func aPipeIsReadToItsEnd() throws {
    try TraceFile.with(TraceFile.records([1, 2, 1]) + [9]) { path in
      let shell = Process()
      let errors = Pipe()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = [
        "-c", "cat '\(path)' | '\(CommandTests.command.path)' mrc /dev/stdin",
      ]
      shell.standardError = errors
      try shell.run()
      let text = errors.fileHandleForReading.readDataToEndOfFile()
      shell.waitUntilExit()
      #expect(shell.terminationStatus == 2)
      #expect(String(decoding: text, as: UTF8.self).contains("the record at byte 72 has 1 of 24"))
    }
  }
}
