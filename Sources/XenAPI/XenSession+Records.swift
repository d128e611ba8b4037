public import XenServer

extension XenSession {
  /// Classes whose records plans and audits need; servers without clustering lack the last two.
  private static let classes = [
    "pool", "host", "host_metrics", "VM", "SR", "PBD", "VBD", "VDI", "VIF", "network", "PIF",
  ]
  private static let optionalClasses = ["Cluster", "Cluster_host"]

  /// The records of the pool, as it says them itself.
  /// - Throws: ``XenAPIError``
  public func poolRecords() throws(XenAPIError) -> PoolRecords {
    var records = PoolRecords(format: .live)
    for name in Self.classes { try add(name, to: &records) }
    for name in Self.optionalClasses {
      do {
        try add(name, to: &records)
      } catch {
        guard error.code == "MESSAGE_METHOD_UNKNOWN" else { throw error }
      }
    }
    return records
  }

  /// The reference and the record of a machine or template.
  /// - Parameter patience: how many presses give it up
  /// - Throws: ``XenAPIError``; `UUID_INVALID` when there is none
  public func vm(uuid: String, patience: Int = 1) throws(XenAPIError) -> VMRecord {
    let reference = try read("VM.get_by_uuid", [.string(uuid)], patience: patience)
    let value = try read("VM.get_record", [reference], patience: patience)
    guard let name = reference.string, case .map(let fields) = value else {
      throw .badReply(host: "\(host)", call: "VM.get_record", reason: "it is no record")
    }
    var records = PoolRecords(format: .live)
    try add(fields, class: "VM", reference: name, to: &records, call: "VM.get_record")
    guard let record = records[class: "VM", name] else {
      throw .badReply(host: "\(host)", call: "VM.get_record", reason: "it is no record")
    }
    return VMRecord(reference: name, record: record)
  }

  private func add(_ name: String, to records: inout PoolRecords) throws(XenAPIError) {
    let call = "\(name).get_all_records"
    guard case .map(let objects) = try read(call) else {
      throw .badReply(host: "\(host)", call: call, reason: "it is no map of records")
    }
    for (reference, value) in objects.sorted(by: { $0.key < $1.key }) {
      guard case .map(let fields) = value else {
        throw .badReply(host: "\(host)", call: call, reason: "\(reference) is \(value.kind)")
      }
      try add(fields, class: name, reference: reference, to: &records, call: call)
    }
  }

  private func add(
    _ fields: [String: XenValue], class name: String, reference: String,
    to records: inout PoolRecords, call: String
  ) throws(XenAPIError) {
    let record = XenRecord(fields, place: RecordPlace(file: "\(host)"))
    do {
      try records.add(record, class: name, reference: reference)
    } catch {
      throw .badReply(host: "\(host)", call: call, reason: error.reason)
    }
  }
}
