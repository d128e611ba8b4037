import Glibc
import Testing

@testable import Bench

/// Compressed files that are cut short, corrupt, or something else.
@Suite struct CaptureXZTests {
  static func compressed() throws -> [UInt8] {
    // The loader's own reader, under a name that does not ask for decompression.
    try inTemporaryDirectory { directory in
      let path = CommittedCapture.apache150.path + ".events.csv.xz"
      let link = directory + "/raw"
      guard symlink(path, link) == 0 else { throw FileFailure(path: link) }
      return try CaptureFile.contents(of: link)
    }
  }

  static func reason(_ bytes: [UInt8]) throws -> String {
    try inTemporaryDirectory { directory in
      let path = directory + "/x.xz"
      try writeFile(path, bytes)
      let error = #expect(throws: InputError.self) { try CaptureFile.contents(of: path) }
      #expect(error?.file == path)
      return error?.reason ?? ""
    }
  }

  @Test("A file that ends early is said to be cut short", arguments: [0, 1, 6, 12, 500, 16_000])
  func cutShort(_ count: Int) throws {
    let bytes = try Self.compressed()
    #expect(try Self.reason(Array(bytes.prefix(count))).contains("cut short"))
  }

  @Test("Text under a compressed file's name is refused")
  func notCompressed() throws {
    #expect(try Self.reason(Array("#ptcap 1 map".utf8)).contains("not in the xz format"))
  }

  @Test("Changed bytes are noticed", arguments: [8, 40, 1000, 9000])
  func corrupt(_ position: Int) throws {
    var bytes = try Self.compressed()
    bytes[position] ^= 0xFF
    let reason = try Self.reason(bytes)
    #expect(reason.contains("corrupt") || reason.contains("options"))
  }

  @Test("Streams one after the other are one text")
  func concatenated() throws {
    let bytes = try Self.compressed()
    try inTemporaryDirectory { directory in
      let path = directory + "/x.xz"
      try writeFile(path, bytes)
      let once = try CaptureFile.contents(of: path)
      try writeFile(path, bytes + bytes)
      #expect(try CaptureFile.contents(of: path) == once + once)
    }
  }
}
