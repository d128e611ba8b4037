import Files
import Foundation
import Testing

/// Files compressed by the programs that people have, read as if they were not.
struct CompressedFileTests {
  /// A text of many lines that differ, so that no piece of it compresses to nothing.
  private static let text = (0..<60_000).map { "\($0 &* 2_654_435_761 % 1_000_003)\n" }.joined()

  @Test(arguments: ["gzip", "xz", "zstd"])
  func whatIsCompressedIsReadAsIfItWereNot(_ tool: String) throws {
    try TemporaryFolder.with { folder in
      let plain = folder + "/plain"
      try Data(Self.text.utf8).write(to: URL(fileURLWithPath: plain))
      let packed = folder + "/no-ending"
      try compress(plain, by: tool, to: packed)
      let bytes = try InputFile.contents(of: packed, limit: 1 << 24)
      #expect(bytes == Array(Self.text.utf8))
      #expect(try InputFile(packed).compression?.rawValue == tool)

      let once = try Data(contentsOf: URL(fileURLWithPath: packed))
      let twice = folder + "/twice"
      try (once + once).write(to: URL(fileURLWithPath: twice))
      #expect(try InputFile.contents(of: twice, limit: 1 << 24) == bytes + bytes)
      #expect(try InputFile.head(of: packed, 5) == Array(bytes.prefix(5)))

      for length in [once.count - 1, once.count - 9, once.count / 2, 20, 12, 5, 1, 0] {
        let cut = folder + "/cut." + (["gzip": "gz", "xz": "xz", "zstd": "zst"][tool] ?? "")
        try once.prefix(length).write(to: URL(fileURLWithPath: cut))
        let error = #expect(throws: FileError.self) {
          try InputFile.contents(of: cut, limit: 1 << 24)
        }
        let reason = error?.reason ?? ""
        #expect(reason.contains("cut short"), "\(tool) \(length): \(reason)")
      }
      for position in [once.count / 3, once.count / 2, once.count - 4] {
        var bytes = once
        bytes[position] ^= 0xFF
        let bad = folder + "/bad"
        try bytes.write(to: URL(fileURLWithPath: bad))
        let error = #expect(throws: FileError.self) {
          try InputFile.contents(of: bad, limit: 1 << 24)
        }
        let reason = error?.reason ?? ""
        #expect(reason.contains("corrupt"), "\(tool) \(position): \(reason)")
      }
    }
  }

  @Test func longerThanTheLimitIsRefused() throws {
    try TemporaryFolder.with { folder in
      let plain = folder + "/plain"
      try Data(count: 3 << 20).write(to: URL(fileURLWithPath: plain))
      let packed = folder + "/packed"
      try compress(plain, by: "gzip", to: packed)
      for file in [plain, packed] {
        let error = #expect(throws: FileError.self) {
          try InputFile.contents(of: file, limit: 2 << 20)
        }
        #expect(error?.reason == "is larger than 2 MiB, the most that is read")
      }
      #expect(try InputFile.contents(of: packed, limit: 3 << 20).count == 3 << 20)
    }
  }

  @Test(arguments: [
    ("bzip2", Array("BZh91AY&SY".utf8)), ("lz4", [0x04, 0x22, 0x4D, 0x18, 0x64]),
    ("zip", [0x50, 0x4B, 3, 4, 20]), ("7-Zip", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0]),
    ("compress", [0x1F, 0x9D, 0x90]), ("lzip", Array("LZIP\u{1}".utf8)),
  ])
  func whatIsCompressedOtherwiseIsNeverReadAsText(_ kind: String, _ head: [UInt8]) throws {
    try TemporaryFolder.with { folder in
      let path = folder + "/file.csv"
      try Data(head + [UInt8](repeating: 65, count: 100)).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: FileError.self) { try InputFile(path) }
      #expect(error?.reason.hasPrefix("is compressed by \(kind), which is not read") == true)
    }
  }

  @Test func foldersAndMissingFilesSayWhatTheyAre() {
    #expect(
      #expect(throws: FileError.self) { try InputFile("/") }?.reason
        == "is a directory; name a file in it")
    #expect(
      #expect(throws: FileError.self) { try InputFile("/nowhere/x") }?.reason
        == "cannot be opened: No such file or directory")
    #expect(#expect(throws: FileError.self) { try InputFile("") }?.reason == "this is no file name")
  }

  private func compress(_ plain: String, by tool: String, to packed: String) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "\"$0\" -c \"$1\" >\"$2\"", tool, plain, packed]
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "make deps installs \(tool)")
  }
}

/// A folder that goes when the test is over.
enum TemporaryFolder {
  static func with(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
  }
}
