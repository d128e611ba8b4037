// A libFuzzer target: compiled into one module with the readers of records by Fuzz/run.sh.
import Foundation

/// Which reader is fuzzed: `xe`, `xml`, `json`, or any, told apart by content, as
/// for `pasted`.
private let reader = ProcessInfo.processInfo.environment["READER"] ?? ""

/// The definition that templates derive from.
private let base = Array(#"{"VCPUs_max": 2, "platform": {"viridian": "true"}, "min_memory": "1G"}"#.utf8)

private func read(_ bytes: [UInt8]) throws(RecordError) -> PoolRecords {
  switch reader {
  case "xe": return try ListingReader.records(bytes, file: "fuzz")
  case "xml": return try ExportedRecords.records(bytes, file: "fuzz", format: .exportXML)
  default: return try RecordFile.parse(bytes, file: "fuzz") { name in name == "self" ? bytes : base }
  }
}

/// Asks a machine for everything that it can be asked for.
private func examine(_ vm: VMRecord) -> Int {
  var sum = vm.kind.rawValue.utf8.count + vm.order + vm.startDelaySeconds
  sum &+= vm.platform.count &+ vm.otherConfig.count &+ (vm.allowedOperations?.count ?? 0)
  let restrictions = TemplateRestrictions(xml: vm.recommendations)
  sum &+= Int(truncatingIfNeeded: restrictions.memoryMax ?? 0)
  if let shape = vm.memoryShape {
    sum &+= MemoryModel(.since26_3).footprintMiB(shape)
    sum &+= MemoryModel().inconsistencies(shape).count
  }
  return sum
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRecordReaders(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = [UInt8](UnsafeRawBufferPointer(start: data, count: size))
  let records: PoolRecords
  do {
    records = try read(bytes)
  } catch {
    precondition(!error.reason.isEmpty && (error.line ?? 1) >= 1, "an error that says nothing")
    return 0
  }
  for vm in records.vms { _ = examine(vm) }
  let dump = RecordDump.text(records)
  do {
    let again = try RecordFile.parse(Array(dump.utf8), file: "dump")
    precondition(again == records, "a dump reads as other records")
    precondition(RecordDump.text(again) == dump, "a dump is written differently")
  } catch {
    preconditionFailure("a dump cannot be read: \(error)")
  }
  return 0
}
