import Files
public import XenServer

/// A pool by the name of a file.
public enum PoolInput {
  /// The records of the file at `path`: a pool described in YAML (`.yaml`, `.yml`), or any format
  /// that `RecordFile` reads.
  /// - Throws: `InputError` with file, line and reason
  public static func records(_ path: String) throws(InputError) -> PoolRecords {
    if try isDescription(path) {
      return try PoolDescription(YAMLDocument.load(path)).records
    }
    do {
      return try RecordFile.read(path)
    } catch {
      throw InputError(error)
    }
  }

  /// Whether the file is a pool described in YAML: by its name, or, where that says nothing, by a
  /// line that begins with `hosts:`.
  private static func isDescription(_ path: String) throws(InputError) -> Bool {
    let name = Compression.plainName(path)
    if [".yaml", ".yml"].contains(where: name.hasSuffix) { return true }
    guard name == path, !name.contains("."), InputFile.exists(path) else { return false }
    do {
      let head = try InputFile.head(of: path, 1 << 16)
      return String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
        .contains { $0.hasPrefix("hosts:") }
    } catch { throw InputError(error) }
  }

  /// The pool of the file at `path`, as planning sees it.
  /// - Parameter version: of the formula; told from the machines' overheads when nothing is said
  /// - Throws: `InputError` with file, line and reason
  public static func pool(
    _ path: String, version: MemoryModel.Version? = nil
  ) throws(InputError) -> PlannerPool {
    try pool(records(path), file: path, version: version)
  }

  /// The pool of `records`, as planning sees it; `file` is what errors call what has no place.
  /// - Throws: `InputError` with file, line and reason
  public static func pool(
    _ records: PoolRecords, file: String, version: MemoryModel.Version? = nil
  ) throws(InputError) -> PlannerPool {
    let pool: PlannerPool
    do {
      pool = try PlannerPool(records: records, version: version)
    } catch {
      throw InputError(
        file: error.line == nil ? file : error.file, line: error.line, reason: error.reason)
    }
    if let host = pool.overfull.first {
      throw InputError(
        file: file,
        reason:
          "host '\(host.host)' holds \(host.usedMiB) MiB with its machines as small as they can "
          + "be, more than the \(host.usableMiB) MiB that it has for them; check memory_total, the "
          + "overhead, and which machines are resident there")
    }
    do {
      _ = try PoolPlanner(pool)
      return pool
    } catch {
      throw InputError(file: file, reason: "\(error)")
    }
  }
}
