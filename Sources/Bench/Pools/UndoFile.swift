import Foundation
import Output
public import XenServer

/// The multipliers that `pool audit --apply` found, so that they can be had back.
///
/// It is written before the first change, and again before and after each: one that is under way is
/// `unknown` in it.
public struct UndoFile: Codable, Hashable, Sendable {
  /// The version of the keys and their meaning.
  public static let schemaVersion = 1
  private static let kind = "multiplier_undo"

  /// A machine or template.
  public struct Entry: Codable, Hashable, Sendable {
    /// `uuid`.
    public var uuid: String
    /// `name_label`.
    public var name: String
    /// The multiplier that it had; text when it is no number.
    public var before: String
    /// The multiplier that was asked for.
    public var asked: Double
    /// The multiplier that was read back; missing when it was not.
    public var found: Double?
    /// `not_tried`, `done`, `differs`, `failed` or `unknown`.
    public var state: String

    /// Whether `now` is what was asked for, or the whole MiB that a server makes of it.
    func isMade(_ now: Double, _ vm: VMRecord) -> Bool {
      if now == asked { return true }
      guard let base = vm.memoryShape.map({ MemoryModel().basePoolMiB($0) }) else { return false }
      return MultiplierEffect(asked, baseMiB: base)?.readBack == now
    }
  }

  /// The host that the pool was reached by.
  public var host: String
  /// The pool's `uuid`; missing when its record did not say, and in files of older versions.
  public var pool: String?
  /// The changes.
  public var changes: [Entry]
  private var kind = UndoFile.kind
  private var schemaVersion = UndoFile.schemaVersion

  /// What undoes `outcomes`.
  public init(host: String, pool: String?, outcomes: [ChangeOutcome]) {
    self.host = host
    self.pool = pool
    changes = outcomes.map {
      Entry(
        uuid: $0.change.uuid, name: $0.change.name, before: "\($0.change.before)",
        asked: $0.change.after, found: $0.found, state: $0.word)
    }
  }

  /// Writes it, as a whole or not at all, for its owner alone.
  /// - Throws: `OutputError` when it cannot be written
  public func write(to path: String) throws {
    try OutputFile.write(try JSONResult.encode(self) + "\n", to: path, mode: 0o600)
  }

  /// Reads one.
  /// - Throws: `InputError` when it is none
  public init(path: String) throws(InputError) {
    let bytes = try TextFile.bytes(of: path)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let file = try? decoder.decode(UndoFile.self, from: Data(bytes)) else {
      throw InputError(
        file: path, reason: "is no file that 'pool audit --apply' wrote: it lacks its members")
    }
    guard file.kind == Self.kind, file.schemaVersion == Self.schemaVersion else {
      throw InputError(
        file: path,
        reason: "must have kind \"\(Self.kind)\" and schema_version \(Self.schemaVersion)")
    }
    for entry in file.changes where !XenUUID.isValid(entry.uuid) {
      throw InputError(
        file: path,
        reason: "'uuid' of \(entry.name) must be 8-4-4-4-12 hexadecimal digits")
    }
    for entry in file.changes where Double(entry.before) == nil {
      throw InputError(
        file: path, reason: "'before' of \(entry.name) is '\(entry.before)', must be a number")
    }
    self = file
  }

  /// Whether it was written for the pool that was asked.
  /// - Parameters:
  ///   - records: the pool's
  ///   - host: the host that it was reached by; nil when the records are of a file
  ///   - file: what errors call this one
  /// - Throws: `InputError` when it is another, or nothing tells
  public func check(
    _ records: PoolRecords, host: String?, file: String
  ) throws(InputError) {
    if let pool, let found = records.pool?.uuid {
      guard pool.lowercased() != found.lowercased() else { return }
      throw InputError(
        file: file,
        reason: "was written for the pool \(pool), reached by \(self.host), and this is the pool "
          + "\(found): give --connect with a host of that pool; nothing was changed")
    }
    guard let host, host != self.host else { return }
    throw InputError(
      file: file,
      reason: "was written for the pool of \(self.host), and nothing tells that \(host) is of that "
        + "pool: give --connect \(self.host); nothing was changed")
  }

  /// What a change back meets.
  public enum Step: Hashable, Sendable {
    /// A change.
    case change(MultiplierChange)
    /// None is needed or possible; `isFine`: because it is as it was.
    case none(name: String, reason: String, isFine: Bool)
  }

  /// The way back from `records`, in the reverse order.
  public func steps(_ records: PoolRecords) -> [Step] {
    let vms = Dictionary(
      records.vms.compactMap { vm in vm.uuid.map { ($0, vm) } }, uniquingKeysWith: { one, _ in one }
    )
    return changes.reversed().map { entry in
      func none(_ reason: String, isFine: Bool = false) -> Step {
        .none(name: entry.name, reason: reason, isFine: isFine)
      }
      guard let before = Double(entry.before) else { return none("its number cannot be read") }
      guard let vm = vms[entry.uuid] else { return none("there is no \(entry.uuid) any more") }
      let now = vm.shadowMultiplier ?? 1
      if now == before { return none("it has \(entry.before)", isFine: true) }
      // A change may have been made after the file was last written, or shown itself only later.
      guard now == entry.found || entry.isMade(now, vm) else {
        return none("it was changed since, to \(now): left as it is")
      }
      do throws(MultiplierChange.Obstacle) {
        return .change(try MultiplierChange(vm, to: before))
      } catch {
        return none(error.reason)
      }
    }
  }
}
