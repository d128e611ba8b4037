import Foundation
public import GuestModel

/// Operations in a file: 16 bytes each, little endian, nothing else.
public enum OperationFile {
  /// Operations that are written at a time.
  private static let chunk = 1 << 16

  /// Writes operations to the file at `path`.
  public static func write(_ operations: [GuestModel.Operation], to path: String) throws(InputError)
  {
    do {
      try Data().write(to: URL(fileURLWithPath: path))
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      for start in stride(from: 0, to: operations.count, by: chunk) {
        var data = Data(capacity: chunk * 16)
        for operation in operations[start..<min(operations.count, start + chunk)] {
          withUnsafeBytes(of: operation.head.littleEndian) { data.append(contentsOf: $0) }
          withUnsafeBytes(of: operation.operand.littleEndian) { data.append(contentsOf: $0) }
        }
        try file.write(contentsOf: data)
      }
    } catch {
      throw InputError(file: path, reason: "cannot be written: \(error.localizedDescription)")
    }
  }

  /// The operations in the file at `path`.
  public static func read(_ path: String) throws(InputError) -> [GuestModel.Operation] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw InputError(file: path, reason: "cannot be read; give a file that exists")
    }
    guard data.count % 16 == 0 else {
      throw InputError(
        file: path, reason: "\(data.count) bytes are no whole number of operations of 16 bytes")
    }
    var operations: [GuestModel.Operation] = []
    operations.reserveCapacity(data.count / 16)
    let result: InputError? = data.withUnsafeBytes { bytes in
      for offset in stride(from: 0, to: bytes.count, by: 16) {
        let operation = GuestModel.Operation(
          head: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian,
          operand: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self).littleEndian)
        guard operation.code != nil else {
          return InputError(
            file: path,
            reason: "operation \(offset / 16) has the code \(operation.rawCode), which is none")
        }
        operations.append(operation)
      }
      return nil
    }
    if let result { throw result }
    return operations
  }
}

/// Operations of a file as a workload: the guest builds its own tables.
public struct OperationWorkload: Workload {
  /// The guest.
  public let shape: GuestShape
  private let operations: [GuestModel.Operation]

  /// A workload of `operations` for a guest of `shape`.
  public init(_ operations: [GuestModel.Operation], shape: GuestShape) {
    self.operations = operations
    self.shape = shape
  }

  /// Empty memory.
  public func makeMemory() -> GuestMemory {
    GuestMemory(
      frameCount: shape.memoryMiB * 256, entriesPerTable: shape.mode.entriesPerTable)
  }
  /// The operations.
  public func makeSource() -> any OperationSource { OperationList(operations) }
}

extension TraceReconstruction {
  /// The operations with those before them that build the page tables, while the guest does not
  /// page: they need no memory but an empty one.
  public var selfContainedOperations: [GuestModel.Operation] {
    let bytes = UInt64(shape.mode.entryBytes)
    var building: [GuestModel.Operation] = []
    building.reserveCapacity(plan.entries.count + operations.count)
    for entry in plan.entries {
      building.append(
        .writeEntry(
          UInt64(entry.table.rawValue) << 12 + UInt64(entry.index) * bytes, entry.value))
    }
    return building + operations
  }
}
