import Foundation
import Testing
import XenServer

/// The fuzzer's inputs: each is read or refused, and what is read survives a dump.
@Suite struct RecordCorpusTests {
  static let files = ["xe", "xml", "json", "pasted"].flatMap { reader in
    let folder = "\(RecordFixtures.root)/Fuzz/records/\(reader)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { "\(folder)/\($0)" }
  }

  @Test func thereIsACorpus() { #expect(Self.files.count >= 15) }

  @Test(arguments: files) func isReadOrRefused(_ path: String) throws {
    let records: PoolRecords
    do {
      records = try RecordFile.read(path)
    } catch {
      #expect(!error.reason.isEmpty && (error.line ?? 1) >= 1)
      return
    }
    #expect(try RecordFixtures.parse(RecordDump.text(records)) == records)
  }
}
