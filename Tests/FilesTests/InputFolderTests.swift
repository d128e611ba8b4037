import Files
import Foundation
import Testing

struct InputFolderTests {
  @Test func namesAreSorted() throws {
    try TemporaryFolder.with { folder in
      for name in ["b", "a", ".c"] {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      }
      #expect(try InputFolder.names(in: folder) == [".c", "a", "b"])
    }
  }

  @Test(arguments: [
    ("/nowhere", "No such file or directory"), ("/dev/null", "Not a directory"),
  ])
  func whatCannotBeReadIsSaidInPlainWords(_ path: String, _ reason: String) {
    let error = #expect(throws: FileError.self) { try InputFolder.names(in: path) }
    #expect(error?.description == "\(path): the folder cannot be read: \(reason)")
  }
}
