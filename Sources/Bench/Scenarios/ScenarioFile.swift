import Foundation
public import GuestModel
public import ShadowModel

/// A guest that ran on a real Xen, and what Xen counted.
public struct Scenario: Hashable, Sendable {
  /// Its name in the file.
  public var id: String
  /// The domain.
  public var shape: GuestShape
  /// `shadow_memory` of the domain's configuration, MiB.
  public var shadowMiB: Int
  /// The reference guest's command line; empty where another guest ran.
  public var guest: String
  /// What Xen counted; absent counters were 0.
  public var counters: [Counters.Name: Int]
  /// Where the guest's command line stands, from 1.
  public var guestLine: Int?
  /// What the replay guest ran, where it ran instead of the reference guest.
  public var replay: ScenarioReplay?
}

/// A file of scenarios: a JSON list of objects.
public struct ScenarioFile: Hashable, Sendable {
  /// The file.
  public var path: String
  /// The scenarios, in the file's order.
  public var scenarios: [Scenario]
  /// Fields that were skipped because no reader knows them, as `file:line: reason`.
  public var warnings: [String]

  /// The fields of a scenario; all must be there.
  ///
  /// With `replay` there is no `guest`, and `counters` may be missing.
  static let fieldNames = [
    "id", "mode", "memory_mib", "vcpus", "shadow_mib", "guest", "counters",
  ]

  /// Reads a file.
  public static func load(path: String) throws(InputError) -> ScenarioFile {
    try ScenarioFile(top: .load(path: path))
  }

  /// Reads the text of a file.
  /// - Parameter file: what errors call it
  public static func parse(_ text: String, file: String) throws(InputError) -> ScenarioFile {
    try ScenarioFile(top: .parse(Data(text.utf8), file: file))
  }

  private init(top: LocatedNode) throws(InputError) {
    path = top.file
    scenarios = []
    warnings = []
    var lines: [String: Int] = [:]
    for element in try top.elements() {
      let scenario = try Self.scenario(element, warnings: &warnings)
      if let first = lines[scenario.id] {
        throw element.error("id '\(scenario.id)' was given before, in line \(first)")
      }
      lines[scenario.id] = element.line ?? 0
      scenarios.append(scenario)
    }
    if scenarios.isEmpty { throw top.error("holds no scenario") }
  }

  private static func scenario(_ node: LocatedNode, warnings: inout [String])
    throws(InputError) -> Scenario
  {
    var fields: [String: LocatedNode] = [:]
    for (name, value) in try node.fields() {
      fields[name] = value
      if !fieldNames.contains(name) && !ScenarioReplay.fieldNames.contains(name) {
        warnings.append(value.error("unknown field, skipped").description)
      }
    }
    func field(_ name: String) throws(InputError) -> LocatedNode {
      guard let value = fields[name] else {
        throw node.error(
          "has no '\(name)'; a scenario has " + fieldNames.joined(separator: ", "))
      }
      return value
    }
    let id = try field("id").text()
    let replay = try ScenarioReplay(fields)
    if replay != nil, let guest = fields["guest"] {
      throw guest.error("give 'guest' or 'replay', not both")
    }
    let guest = replay == nil ? try field("guest") : nil
    let measured = replay?.hasCounters == false ? nil : try field("counters")
    return Scenario(
      id: id,
      shape: GuestShape(
        mode: try mode(field("mode")), memoryMiB: try field("memory_mib").integer(in: 1...65_536),
        vcpus: try field("vcpus").integer(in: 1...128)),
      shadowMiB: try field("shadow_mib").integer(in: 1...65_536),
      guest: try guest?.text() ?? "", counters: try measured.map(counters) ?? [:],
      guestLine: guest?.line, replay: replay)
  }

  private static func mode(_ node: LocatedNode) throws(InputError) -> PagingMode {
    let name = try node.text()
    guard let mode = PagingMode(name: name), mode != .unpaged else {
      throw node.error("'\(name)' is no paging mode; give 64-bit, pae or 2-level")
    }
    return mode
  }

  private static func counters(_ node: LocatedNode) throws(InputError) -> [Counters.Name: Int] {
    var counters: [Counters.Name: Int] = [:]
    for (name, value) in try node.fields() {
      let count = try value.integer(in: 0...Int.max)
      if let counter = Counters.Name(xenName: name) {
        counters[counter] = count
      } else if !XenCounterNames.isNotModelled(name) {
        throw value.error("'\(name)' is no shadow counter of Xen's; names are as xenperf shows")
      }
    }
    return counters
  }
}
