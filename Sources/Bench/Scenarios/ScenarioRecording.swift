import Foundation
import GuestModel
public import ShadowModel

/// Scenarios that ran on a Xen at hand: what `xenperf` wrote of each, beside what the file has.
public struct ScenarioRecording: Sendable {
  /// The scenarios, with the counters of this Xen.
  public private(set) var file: ScenarioFile
  /// Counters that are not what the file has, in the file's order.
  public private(set) var changes: [Change] = []
  /// Scenarios of which the file has counters, so that they could be compared.
  public private(set) var repeated = 0

  /// A counter that this Xen did not repeat.
  public struct Change: Hashable, Sendable {
    /// The scenario's name.
    public var id: String
    /// The counter.
    public var counter: Counters.Name
    /// What the file has.
    public var recorded: Int
    /// What was counted now.
    public var counted: Int
  }

  /// Reads the texts of a file's scenarios.
  /// - Parameters:
  ///   - file: the scenarios; one without counters is new, and compared with nothing
  ///   - folder: has `ID.txt` of each, what `xenperf -f` wrote after it ran
  /// - Throws: ``InputError`` when a text is missing or is not of a Xen with shadow paging, or a
  ///   scenario's id is no name of a file
  public init(_ file: ScenarioFile, folder: String) throws(InputError) {
    self.file = file
    for (index, scenario) in file.scenarios.enumerated() {
      let isName = scenario.id.allSatisfy {
        $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-")
      }
      guard isName else {
        throw InputError(
          file: file.path, line: scenario.guestLine,
          reason: "id '\(scenario.id)' is no name of a file: letters, digits and '-' alone are")
      }
      let path = "\(folder)/\(scenario.id).txt"
      let counters = try XenperfText(text: TextFile.read(path), file: path).counters
      self.file.scenarios[index].counters = counters
      guard !scenario.counters.isEmpty else { continue }
      repeated += 1
      for name in Verification.compared {
        let (recorded, counted) = (scenario.counters[name] ?? 0, counters[name] ?? 0)
        guard recorded != counted else { continue }
        changes.append(
          Change(id: scenario.id, counter: name, recorded: recorded, counted: counted))
      }
    }
  }

  /// The scenarios as a file of their own: a JSON list, a line for each.
  ///
  /// Counters that are 0 are left out.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let lines = try file.scenarios.map { scenario in
      let counters = scenario.counters.filter { $0.value != 0 }
      let line = Line(
        id: scenario.id, mode: scenario.shape.mode.name, memory_mib: scenario.shape.memoryMiB,
        vcpus: scenario.shape.vcpus, shadow_mib: scenario.shadowMiB, guest: scenario.guest,
        counters: Dictionary(uniqueKeysWithValues: counters.map { ($0.key.xenName, $0.value) }))
      return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
    return "[\n" + lines.joined(separator: ",\n") + "\n]\n"
  }

  /// A scenario as the file has it.
  private struct Line: Encodable {
    var id: String
    var mode: String
    var memory_mib: Int
    var vcpus: Int
    var shadow_mib: Int
    var guest: String
    var counters: [String: Int]
  }
}
