/// Records as JSON of this program's own: everything that was read, to be read again.
///
/// ```json
/// {
///   "kind": "pool_records",
///   "objects": {"VM": {"OpaqueRef:…": {"name_label": "…", …}, …}, "host": {…}, …},
///   "origin": "live",
///   "schema_version": 1
/// }
/// ```
///
/// Classes and fields have XenAPI's names; what this program does not know is kept.
public enum RecordDump {
  /// The version of the keys and their meaning.
  public static let schemaVersion: Int64 = 1
  /// What tells it from other JSON.
  static let kind = "pool_records"
  private static let keys: Set<String> = ["kind", "objects", "origin", "schema_version"]

  /// The text of a dump, with a line break at its end.
  public static func text(_ records: PoolRecords) -> String {
    let objects = records.objects.mapValues { objects in
      XenValue.map(objects.mapValues { .map($0.fields) })
    }
    return JSONWriter.text(
      .map([
        "kind": .string(kind), "objects": .map(objects),
        "origin": .string(records.format.rawValue), "schema_version": .integer(schemaVersion),
      ])) + "\n"
  }

  /// The records of a dump.
  static func records(_ dump: LocatedValue, file: String) throws(RecordError) -> PoolRecords {
    for member in try dump.members(of: "the dump", file: file)
    where !keys.contains(member.name) {
      throw RecordError(
        file: file, line: member.value.line, reason: "a dump has no '\(member.name)'")
    }
    let version = dump["schema_version"]
    guard version?.value == .integer(schemaVersion) else {
      throw RecordError(
        file: file, line: version?.line ?? dump.line,
        reason: "schema_version must be \(schemaVersion); "
          + "a later version of the program may have written the file")
    }
    guard let name = dump["origin"]?.value.string, let format = PoolRecords.Format(rawValue: name)
    else {
      let known = PoolRecords.Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw RecordError(
        file: file, line: dump["origin"]?.line ?? dump.line,
        reason: "origin must be one of \(known)")
    }
    guard let objects = dump["objects"] else {
      throw RecordError(file: file, line: dump.line, reason: "has no 'objects'")
    }
    var records = PoolRecords(format: format)
    for objectClass in try objects.members(of: "objects", file: file) {
      for object in try objectClass.value.members(of: objectClass.name, file: file) {
        try records.add(
          object.value, class: objectClass.name, reference: object.name, file: file)
      }
    }
    return records
  }
}
