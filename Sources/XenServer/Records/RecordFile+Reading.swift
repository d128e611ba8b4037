import Files

extension RecordFile {
  /// The records of the file at `path`.
  /// - Throws: ``RecordError`` when it cannot be read or is of no known format, with the line
  public static func read(_ path: String) throws(RecordError) -> PoolRecords {
    try parse(contents(path), file: path) { name throws(RecordError) in
      let sibling = path.prefixOfFolder + name
      return InputFile.exists(sibling) ? try contents(sibling) : nil
    }
  }

  /// The bytes of the file at `path`, decompressed; of an archive its first entry.
  /// - Throws: ``RecordError`` when it cannot be read
  static func contents(_ path: String) throws(RecordError) -> [UInt8] {
    do {
      let header = try InputFile.head(of: path, ArchiveEntry.blockBytes)
      guard ArchiveEntry.looksLikeArchive(header) else {
        return try InputFile.contents(of: path, limit: RecordLimits.bytes)
      }
      let entry = try ArchiveEntry(header: header, file: path)
      return try InputFile.head(of: path, ArchiveEntry.blockBytes + entry.bytes)
    } catch let error as FileError {
      throw RecordError(file: error.file, reason: error.reason)
    } catch let error as RecordError {
      throw error
    } catch {
      throw RecordError(file: path, reason: "cannot be read; is it a file?")
    }
  }
}
