import Foundation
public import GuestModel
public import Output

/// Operations in a file: a header of 32 bytes, then 16 bytes each, all little endian.
///
/// The header is `SBOPERAT`, the version (4 bytes), its own length (4 bytes), the number of
/// operations and their digest (8 bytes each): FNV-1a a word at a time, over the number and then
/// each operation's two words.
public enum OperationFile {
  /// The version that is written and read.
  static let version: UInt32 = 1
  /// Bytes of the header.
  static let headerBytes = 32
  static let magic: [UInt8] = Array("SBOPERAT".utf8)
  /// Operations that are written at a time.
  private static let chunk = 1 << 16

  /// Writes operations to `path`, as a whole or not at all.
  /// - Throws: `OutputError` when that cannot be written
  public static func write(_ operations: [GuestModel.Operation], to path: String)
    throws(OutputError)
  {
    let file = try OutputFile(path)
    var bytes = magic
    bytes.reserveCapacity(chunk * 16)
    func put(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    put(version)
    put(UInt32(headerBytes))
    put(UInt64(operations.count))
    put(digest(operations))
    for start in stride(from: 0, to: operations.count, by: chunk) {
      for operation in operations[start..<min(operations.count, start + chunk)] {
        put(operation.head)
        put(operation.operand)
      }
      try file.write(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    try file.write(bytes)
    try file.commit()
  }

  /// The operations in the file at `path`.
  /// - Throws: ``InputError`` that says where the file is cut short, altered or none at all
  public static func read(_ path: String) throws(InputError) -> [GuestModel.Operation] {
    let data = Data(try TextFile.bytes(of: path, limit: .max))
    func bad(_ offset: Int, _ reason: String) -> InputError {
      InputError(file: path, reason: "byte \(offset): \(reason); \(again)")
    }
    guard data.prefix(8).elementsEqual(magic) else {
      throw bad(0, "no header of a stream of operations, which earlier ones lacked")
    }
    guard data.count >= headerBytes else { throw bad(data.count, "it ends inside its header") }
    let known: UInt32 = load(data, 8)
    guard known == version, load(data, 12) == UInt32(headerBytes) else {
      throw bad(8, "version \(known), this program reads version \(version)")
    }
    let count: UInt64 = load(data, 16)
    let there = UInt64(data.count - headerBytes)
    guard there.isMultiple(of: 16), there / 16 == count else {
      throw bad(
        data.count, "it ends after \(there / 16) operations of \(count)")
    }
    var operations: [GuestModel.Operation] = []
    operations.reserveCapacity(Int(count))
    for offset in stride(from: headerBytes, to: data.count, by: 16) {
      let operation = GuestModel.Operation(
        head: load(data, offset), operand: load(data, offset + 8))
      guard operation.code != nil else {
        throw bad(offset, "an operation has the code \(operation.rawCode), which is none")
      }
      operations.append(operation)
    }
    guard digest(operations) == load(data, 24) else {
      throw bad(24, "the digest is not that of the operations: the file was altered")
    }
    return operations
  }

  private static let again =
    "make it again with 'shadowbench trace convert TRACE -o FILE.operations'"

  private static func digest(_ operations: [GuestModel.Operation]) -> UInt64 {
    operations.reduce(ReplayRules.mix(ReplayRules.start, UInt64(operations.count))) {
      ReplayRules.mix(ReplayRules.mix($0, $1.head), $1.operand)
    }
  }

  private static func load<Value: FixedWidthInteger>(_ data: Data, _ offset: Int) -> Value {
    data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }.littleEndian
  }
}
