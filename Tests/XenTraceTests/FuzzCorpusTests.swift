import Foundation
import Testing
import XenTrace

/// The fuzzer's inputs, as the fuzzer reads them.
@Suite struct FuzzCorpusTests {
  static let folder: String = {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/") + "/Fuzz/corpus"
  }()

  static let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []

  @Test func thereIsACorpus() { #expect(Self.files.count >= 6) }

  @Test(arguments: files) func piecesDoNotMatter(file: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(file)"))
    let bytes = [UInt8](data)
    let whole = Recorder.read(bytes)
    #expect(whole.1.bytes == UInt64(bytes.count))
    for pieceBytes in [1, 3, 7, 40, 256] {
      let pieces = Recorder.read(bytes, pieceBytes: pieceBytes)
      #expect(pieces.0.events == whole.0.events)
      #expect(pieces.1 == whole.1)
    }
  }
}
