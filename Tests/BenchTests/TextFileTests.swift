import Glibc
import Testing

@testable import Bench

@Suite struct TextFileTests {
  private func reason(_ path: String) -> String {
    do throws(InputError) {
      _ = try WorkloadFile.load(path: path)
      return "accepted"
    } catch {
      #expect(error.file == path)
      return error.reason
    }
  }

  /// Calls `body` with the path of a file of `bytes`.
  private func withFile(_ bytes: [UInt8], _ body: (String) -> Void) {
    var name = Array("\(P_tmpdir)/shadowbench-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      close(descriptor)
      unlink(path)
    }
    #expect(bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == bytes.count)
    body(path)
  }

  @Test func unreadableFiles() {
    #expect(reason("/nowhere/at/all.yaml").contains("cannot be opened: No such file"))
    #expect(reason(Repository.root).contains("is a directory"))
    #expect(reason("").contains("no file name"))
    #expect(reason("a\u{0}b").contains("no file name"))
    #expect(reason("/dev/zero").contains("is larger than 16 MiB"))
    #expect(reason("/dev/null").contains("is empty"))
  }

  @Test func largeFile() {
    withFile([]) { path in
      #expect(truncate(path, 16 << 20 + 1) == 0)
      #expect(reason(path).contains("is larger than 16 MiB"))
    }
  }

  @Test func badEncoding() throws {
    let text = Array(SmallFile.workload.utf8)
    withFile(Array("a: b\nc: ".utf8) + [0xFF] + text) { path in
      let error = InputError(
        file: path, line: 2, reason: "bytes that are not UTF-8; save the file as UTF-8")
      #expect(throws: error) { try WorkloadFile.load(path: path) }
    }
    withFile([0xEF, 0xBB, 0xBF] + text) { path in
      #expect(reason(path) == "accepted")
    }
    let windows = SmallFile.workload.split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    withFile(Array(windows.utf8)) { path in #expect(reason(path) == "accepted") }
  }
}
