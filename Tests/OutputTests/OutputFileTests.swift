import Foundation
import Glibc
import Testing

@testable import Output

/// The one writer of files, in a folder of its own.
struct OutputFileTests {
  let folder: String

  init() throws {
    var bytes = Array("\(NSTemporaryDirectory())/output-XXXXXX".utf8CString)
    try #require(mkdtemp(&bytes) != nil)
    folder = String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(folder)/\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func status(_ path: String) throws -> stat {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status
  }

  /// What is in the folder, hidden files too.
  private var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  @Test func aFileIsThereWhenItIsWhole() throws {
    let path = "\(folder)/r.json"
    try OutputFile.write("old", to: path)
    var file: OutputFile? = try OutputFile(path)
    try file?.write("half")
    #expect(text("r.json") == "old")
    // A killed process leaves what is seen now.
    let before = names
    file = nil
    #expect(text("r.json") == "old" && names == ["r.json"])
    try OutputFile.write("new", to: path)
    #expect(text("r.json") == "new" && names == ["r.json"])
    let canBeUnnamed = open(folder, O_WRONLY | 0o20_000_000 | O_DIRECTORY, 0o600)
    if canBeUnnamed >= 0 { #expect(before == ["r.json"]) }
    close(canBeUnnamed)
  }

  @Test func modeAndOwnerStay() throws {
    let path = "\(folder)/r.json"
    try OutputFile.write("old", to: path)
    #expect(try status(path).st_mode & 0o7777 == 0o666 & ~OutputFile.creationMask)
    #expect(chmod(path, 0o640) == 0)
    if geteuid() == 0 { #expect(chown(path, 12, 34) == 0) }
    let before = try status(path)
    try OutputFile.write("new", to: path)
    let after = try status(path)
    #expect(after.st_mode & 0o7777 == 0o640 && text("r.json") == "new")
    #expect(after.st_uid == before.st_uid && after.st_gid == before.st_gid)
    try OutputFile.write("secret", to: path, mode: 0o600)
    let secret = try status(path)
    #expect(secret.st_mode & 0o7777 == 0o600 && secret.st_uid == geteuid())
  }

  @Test func aLinksTargetIsWritten() throws {
    #expect(mkdir("\(folder)/deep", 0o755) == 0)
    try OutputFile.write("old", to: "\(folder)/deep/r.json")
    #expect(symlink("deep/r.json", "\(folder)/link") == 0)
    #expect(symlink("\(folder)/link", "\(folder)/second") == 0)
    #expect(symlink("deep/none.json", "\(folder)/dangling") == 0)
    try OutputFile.write("new", to: "\(folder)/second")
    try OutputFile.write("made", to: "\(folder)/dangling")
    #expect(text("deep/r.json") == "new" && text("deep/none.json") == "made")
    #expect(try status("\(folder)/link").st_mode & S_IFMT == S_IFLNK)
    #expect(try status("\(folder)/dangling").st_mode & S_IFMT == S_IFLNK)
    #expect(symlink("ring", "\(folder)/ring") == 0)
    #expect(throws: OutputError.self) { try OutputFile.write("", to: "\(folder)/ring") }
  }

  @Test func aPlantedNameIsNotWritten() throws {
    try OutputFile.write("dear", to: "\(folder)/victim")
    #expect(symlink("victim", "\(folder)/r.json.part") == 0)
    try OutputFile.write("new", to: "\(folder)/r.json")
    #expect(text("victim") == "dear" && text("r.json") == "new")
    #expect(names == ["r.json", "r.json.part", "victim"])
  }

  @Test(.enabled(if: geteuid() == 0, "another user's link is made by root alone"))
  func anothersLinkInASharedFolderIsNotFollowed() throws {
    let shared = "\(folder)/shared"
    #expect(mkdir(shared, 0o777) == 0 && chmod(shared, 0o1777) == 0)
    try OutputFile.write("dear", to: "\(folder)/victim")
    #expect(symlink("\(folder)/victim", "\(shared)/r.json") == 0)
    #expect(lchown("\(shared)/r.json", 12, 34) == 0)
    #expect(throws: OutputError.self) { try OutputFile.write("new", to: "\(shared)/r.json") }
    #expect(throws: OutputError.self) { try OutputFile.check("\(shared)/r.json") }
    #expect(text("victim") == "dear")
  }

  @Test func twoWritersDoNotMix() throws {
    let path = "\(folder)/r.json"
    let one = try OutputFile(path)
    let two = try OutputFile(path)
    for _ in 0..<1000 {
      try one.write("1111111111")
      try two.write("2222")
    }
    try two.commit()
    #expect(text("r.json") == String(repeating: "2222", count: 1000))
    try one.commit()
    #expect(text("r.json") == String(repeating: "1111111111", count: 1000))
    #expect(names == ["r.json"])
  }

  @Test func aFIFOIsWrittenInto() throws {
    let path = "\(folder)/fifo"
    try #require(mkfifo(path, 0o600) == 0)
    let reader = open(path, O_RDONLY | O_NONBLOCK)
    defer { close(reader) }
    try OutputFile.write("through", to: path)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(reader, &bytes, bytes.count)
    #expect(Array(bytes.prefix(max(0, count))) == Array("through".utf8))
    #expect(try status(path).st_mode & S_IFMT == S_IFIFO)
  }

  @Test func anOpenFileIsWrittenInto() throws {
    let path = "\(folder)/r.txt"
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
    defer { close(descriptor) }
    let before = try status(path)
    try OutputFile.write("one ", to: "/dev/fd/\(descriptor)")
    try OutputFile.write("two", to: "/proc/self/fd/\(descriptor)")
    #expect(text("r.txt") == "one two")
    #expect(try status(path).st_ino == before.st_ino && names == ["r.txt"])
    #expect(throws: OutputError.self) { try OutputFile.write("", to: "/dev/fd/9999") }
  }

  @Test func aDeviceIsWrittenInto() throws {
    let null = "\(folder)/null"
    let full = "\(folder)/full"
    guard mknod(null, S_IFCHR | 0o666, 1 << 8 | 3) == 0,
      mknod(full, S_IFCHR | 0o666, 1 << 8 | 7) == 0
    else {
      print(
        "no device nodes can be made here (\(OutputError.text(errno))): /dev/null alone is tried")
      try OutputFile.write("gone", to: "/dev/null")
      #expect(try status("/dev/null").st_mode & S_IFMT == S_IFCHR)
      return
    }
    try OutputFile.write("gone", to: null)
    let error = #expect(throws: OutputError.self) { try OutputFile.write("no", to: full) }
    #expect(error?.description == "\(full): cannot be written: No space left on device")
    #expect(try status(null).st_mode & S_IFMT == S_IFCHR)
    #expect(try status(full).st_mode & S_IFMT == S_IFCHR && names == ["full", "null"])
  }

  @Test func whatCannotBeWrittenIsLeftAsItWas() throws {
    try OutputFile.write("old", to: "\(folder)/r.json")
    #expect(throws: OutputError.self) { try OutputFile.write("new", to: "/proc/none") }
    for path in [folder, "\(folder)/", "\(folder)/none/r.json", "", "\(folder)/."] {
      #expect(throws: OutputError.self) { try OutputFile.write("new", to: path) }
      #expect(throws: OutputError.self) { try OutputFile.check(path) }
    }
    #expect(names == ["r.json"])
  }

  @Test func aFolderIsPutWhereThereIsNothing() throws {
    #expect(mkdir("\(folder)/b.part", 0o700) == 0)
    try OutputFile.write("mine", to: "\(folder)/b.part/file")
    let made = try OutputFolder.makeBeside("\(folder)/b")
    try OutputFile.write("in it", to: "\(made)/file")
    try OutputFolder.put(made, at: "\(folder)/b")
    #expect(text("b/file") == "in it" && text("b.part/file") == "mine")
    let again = try OutputFolder.makeBeside("\(folder)/b")
    #expect(throws: OutputError.self) { try OutputFolder.put(again, at: "\(folder)/b") }
    #expect(text("b/file") == "in it")
  }
}
