import Foundation
import GuestModel
public import Output

/// The file: a header of 512 bytes, then operations of 16 bytes, all little endian.
extension ReplayStream {
  static let magic: [UInt8] = Array("SBREPLAY".utf8)
  private static let nameLimit = 255

  /// The file's bytes.
  var bytes: Data {
    var header = Data(Self.magic)
    func put(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) }
    }
    put(ReplayRules.version)
    put(UInt32(layout.mode.rawValue))
    put(UInt32(layout.memoryMiB))
    put(UInt32(layout.shift))
    put(layout.base)
    put(ReplayLayout.ownRoot.rawValue << 12)
    put(isPainted ? ReplayRules.painted : 0)
    put(UInt64(operations.count))
    put(digest)
    put(seed)
    header.append(Data(count: 256 - header.count))
    let text = Self.shortened(name)
    header.append(contentsOf: text)
    header.append(Data(count: ReplayRules.headerBytes - header.count))
    for operation in operations {
      put(operation.head)
      put(operation.operand)
    }
    return header
  }

  /// A name's first bytes, no character cut.
  private static func shortened(_ name: String) -> [UInt8] {
    var text = name
    while text.utf8.count > nameLimit { text.removeLast() }
    return Array(text.utf8)
  }

  /// A digest of the operations: FNV-1a, a word at a time.
  public var digest: UInt64 { Self.digest(operations) }

  private static func digest(_ operations: [GuestModel.Operation]) -> UInt64 {
    operations.reduce(ReplayRules.start) {
      ReplayRules.mix(ReplayRules.mix($0, $1.head), $1.operand)
    }
  }

  /// Writes the stream to a file, which is there as a whole or not at all.
  /// - Throws: `OutputError` when it cannot be written
  public func write(to path: String) throws(OutputError) {
    try OutputFile.write([UInt8](bytes), to: path)
  }

  /// The stream in a file.
  /// - Throws: ``InputError`` that says where the file is malformed, and how
  public init(contentsOf path: String) throws(InputError) {
    try self.init(bytes: Data(try TextFile.bytes(of: path, limit: .max)), file: path)
  }

  /// The stream of a file's bytes.
  init(bytes: Data, file: String) throws(InputError) {
    let data = Data(bytes)
    func bad(_ offset: Int, _ reason: String) -> InputError {
      InputError(file: file, reason: "byte \(offset): \(reason)")
    }
    guard data.count >= ReplayRules.headerBytes else {
      throw bad(data.count, "ends inside the header of \(ReplayRules.headerBytes) bytes")
    }
    guard data.prefix(8).elementsEqual(Self.magic) else { throw bad(0, "no replay stream") }
    func word(_ offset: Int) -> UInt32 { Self.load(data, offset) }
    guard word(8) == ReplayRules.version else {
      throw bad(8, "version \(word(8)); this one reads version \(ReplayRules.version)")
    }
    guard let mode = PagingMode(rawValue: UInt8(truncatingIfNeeded: word(12))), word(12) < 5,
      mode != .unpaged
    else { throw bad(12, "the mode \(word(12)) is none") }
    guard (12...UInt32(ReplayLayout.memoryLimitMiB(mode))).contains(word(16)), word(16) % 4 == 0
    else {
      throw bad(
        16, "\(word(16)) MiB of memory: a multiple of 4, 12 to \(ReplayLayout.memoryLimitMiB(mode))"
      )
    }
    guard word(20) > 0, Int(word(20)) % Self.unit == 0, word(20) < word(16) * 256 else {
      throw bad(20, "\(word(20)) frames are no multiple of \(Self.unit) inside the memory")
    }
    let count: UInt64 = Self.load(data, 40)
    guard (data.count - ReplayRules.headerBytes) % 16 == 0,
      count == UInt64((data.count - ReplayRules.headerBytes) / 16)
    else { throw bad(40, "\(count) operations do not make \(data.count) bytes") }
    guard count <= Self.operationLimit, Self.framesNeeded(Int(count)) <= word(20) else {
      throw bad(40, "\(count) operations do not fit below the workload's first frame")
    }
    let layout = ReplayLayout(
      mode: mode, memoryMiB: Int(word(16)), shift: Int(word(20)),
      place: ReplayLayout.place(mode))
    var operations: [GuestModel.Operation] = []
    operations.reserveCapacity(Int(count))
    for offset in stride(from: ReplayRules.headerBytes, to: data.count, by: 16) {
      operations.append(
        GuestModel.Operation(
          head: Self.load(data, offset), operand: Self.load(data, offset + 8)))
    }
    guard Self.load(data, 48) == Self.digest(operations) else {
      throw bad(48, "the digest is not that of the operations: the file is damaged")
    }
    let name = String(
      decoding: data[256..<ReplayRules.headerBytes].prefix { $0 != 0 }, as: UTF8.self)
    do {
      try self.init(
        name: name, seed: Self.load(data, 56), isPainted: word(36) & ReplayRules.painted != 0,
        layout: layout, operations: operations)
    } catch {
      throw InputError(file: file, reason: error.reason)
    }
    let prefix = self.bytes.prefix(ReplayRules.headerBytes)
    if let offset = prefix.indices.first(where: { prefix[$0] != data[$0] }) {
      throw bad(offset, "the header contradicts itself")
    }
  }

  private static func load<Value: FixedWidthInteger>(_ data: Data, _ offset: Int) -> Value {
    data.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }.littleEndian
  }
}
