import Foundation
import GuestModel
import Testing

@testable import Bench

/// `.operations`: what is written is read, and nothing else is.
struct OperationFileTests {
  private let path = "\(NSTemporaryDirectory())/\(UUID().uuidString).operations"

  private func written() throws -> (operations: [GuestModel.Operation], bytes: [UInt8]) {
    let operations = (0..<100).map {
      GuestModel.Operation.writeEntry(UInt64($0) << 12, GuestEntry(rawValue: UInt32($0)))
    }
    try OperationFile.write(operations, to: path)
    let data = try #require(FileManager.default.contents(atPath: path))
    return (operations, [UInt8](data))
  }

  @Test func whatIsWrittenIsRead() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (operations, bytes) = try written()
    #expect(bytes.count == OperationFile.headerBytes + operations.count * 16)
    #expect(try OperationFile.read(path) == operations)
  }

  @Test func everyCutAndEveryAlteredByteIsRefused() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (_, bytes) = try written()
    for length in [0, 7, 8, 31, 32, 48, bytes.count - 16, bytes.count - 1] {
      try Data(bytes.prefix(length)).write(to: URL(fileURLWithPath: path))
      #expect(throws: InputError.self) { try OperationFile.read(path) }
    }
    try Data(bytes + bytes.suffix(16)).write(to: URL(fileURLWithPath: path))
    #expect(throws: InputError.self) { try OperationFile.read(path) }
    for offset in stride(from: 0, to: bytes.count, by: 5) {
      var altered = bytes
      altered[offset] ^= 0x20
      try Data(altered).write(to: URL(fileURLWithPath: path))
      #expect(throws: InputError.self) { try OperationFile.read(path) }
    }
  }

  @Test func oneWithoutAHeaderIsRefusedWithTheWayToANewOne() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let (_, bytes) = try written()
    try Data(bytes.dropFirst(OperationFile.headerBytes)).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: InputError.self) { try OperationFile.read(path) }
    #expect(error?.reason.contains("trace convert") == true)
  }
}
