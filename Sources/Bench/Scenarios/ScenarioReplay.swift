import Foundation

/// A scenario that the replay guest ran: its program is a file.
public struct ScenarioReplay: Hashable, Sendable {
  /// The stream's file, found from the scenarios' file.
  public var path: String
  /// Where the loader put the stream; nil: where Xen's toolstack usually does.
  public var moduleAddress: UInt64?
  /// Whether the domain had nested paging: then there is nothing but checksums to compare.
  public var hasNestedPaging: Bool
  /// Whether Xen had performance counters.
  public var hasCounters: Bool
  /// Shadow faults that Xen fixed, as it tells of a single domain.
  public var faultCount: Int?
  /// What the guest said about its phases.
  public var phases: [ReplayPhase]
  /// Where the stream is named, from 1.
  public var line: Int?

  /// Fields that a scenario with a stream may have besides a scenario's own.
  static let fieldNames = ["replay", "module_address", "hap", "fault_count", "phases"]

  /// The stream of a scenario; nil where it has none.
  init?(_ fields: [String: LocatedNode]) throws(InputError) {
    guard let file = fields["replay"] else { return nil }
    let name = try file.text()
    let folder = URL(fileURLWithPath: file.file).deletingLastPathComponent()
    path = name.hasPrefix("/") ? name : folder.appendingPathComponent(name).relativePath
    line = file.line
    moduleAddress = try fields["module_address"]
      .map { node throws(InputError) in UInt64(try node.integer(in: 0...1 << 40)) }
    hasNestedPaging = try fields["hap"]?.boolean() ?? false
    hasCounters = fields["counters"] != nil
    faultCount = try fields["fault_count"]?.integer(in: 0...Int.max)
    phases = try fields["phases"].map(Self.phases) ?? []
    if !hasCounters && faultCount == nil && phases.isEmpty {
      throw file.error("a scenario without 'counters' must have 'fault_count' or 'phases'")
    }
  }

  private static func phases(_ node: LocatedNode) throws(InputError) -> [ReplayPhase] {
    var phases: [ReplayPhase] = []
    for element in try node.elements() {
      var fields: [String: LocatedNode] = [:]
      for (name, value) in try element.fields() { fields[name] = value }
      func field(_ name: String) throws(InputError) -> LocatedNode {
        guard let value = fields[name] else {
          throw element.error(
            "has no '\(name)'; a phase has number, operations, accesses, faults, checksum")
        }
        return value
      }
      func count(_ name: String) throws(InputError) -> Int {
        try field(name).integer(in: 0...Int.max)
      }
      let checksum = try field("checksum")
      guard let value = UInt64(try checksum.text(), radix: 16) else {
        throw checksum.error("must be a hexadecimal number of at most 16 digits")
      }
      phases.append(
        ReplayPhase(
          number: try count("number"), operations: try count("operations"),
          accesses: try count("accesses"), faults: try count("faults"), checksum: value))
    }
    return phases
  }
}
