import Foundation
import GuestModel

/// What `run.sh` left of one run: a folder with a `record.txt`, written last.
struct BundleRecord {
  /// Why a run has nothing to be compared.
  enum Fault: Error, Hashable {
    /// It did not take place.
    case missing
    /// It took place and came to nothing.
    case failed(String)
    /// What it left is not what the script writes; with the file.
    case damaged(file: String, line: Int?, reason: String)
  }

  /// What came back.
  var record: HostRunRecord
  /// The host's Xen.
  var xenVersion: String

  /// The record of a run in `folder`, which is `results/ID`.
  init(folder: String, id: String, hasNestedPaging: Bool) throws(Fault) {
    let manager = FileManager.default
    guard manager.fileExists(atPath: folder) else {
      guard manager.fileExists(atPath: "\(folder).failed") else { throw .missing }
      throw .failed(Self.whyFailed("\(folder).failed"))
    }
    let path = "\(folder)/record.txt"
    let values = try Self.values(path)
    func value(_ name: String) throws(Fault) -> (line: Int, words: [Substring]) {
      guard let value = values[name], !value.words.isEmpty else {
        throw .damaged(file: path, line: nil, reason: "'\(name)' is missing")
      }
      return value
    }
    func bad(_ name: String, _ expectation: String) throws(Fault) -> Fault {
      .damaged(
        file: path, line: try value(name).line, reason: "'\(name)' must be \(expectation)")
    }
    guard try value("run").words == [Substring(id)] else { throw try bad("run", id) }
    guard let end = HostRunRecord.End(rawValue: String(try value("end").words[0])) else {
      throw try bad("end", "shut-down, crashed, timed-out or gone")
    }
    guard try value("hap").words == [hasNestedPaging ? "1" : "0"] else {
      throw try bad("hap", hasNestedPaging ? "1" : "0")
    }
    guard let seconds = Double(try value("seconds").words[0]), seconds >= 0, seconds.isFinite
    else { throw try bad("seconds", "a number of seconds") }
    record = HostRunRecord(
      end: end, console: try Self.text("\(folder)/console.txt"), hasNestedPaging: hasNestedPaging,
      seconds: seconds)
    if let faults = values["faults"]?.words.first {
      guard let count = Int(faults), count >= 0 else { throw try bad("faults", "a number") }
      record.faultCount = count
    } else {
      record.notes.append("no count of faults: nothing on the host could ask for it")
    }
    switch try value("counters").words[0] {
    case "yes": record.perfText = try Self.text("\(folder)/xenperf.txt")
    case "no":
      record.notes.append("no performance counters: the host's Xen has none, or no xenperf")
    default: throw try bad("counters", "yes or no")
    }
    if let word = values["cpu_mhz"]?.words.first {
      guard let megahertz = Double(word), megahertz > 0, megahertz.isFinite else {
        throw try bad("cpu_mhz", "a number above 0")
      }
      record.megahertz = megahertz
    }
    if let domain = values["domain"]?.words.first {
      guard let number = Int(domain), (1..<0x7ff0).contains(number) else {
        throw try bad("domain", "a domain's number")
      }
      try Self.check(record.console, isOf: number, "\(folder)/console.txt")
    }
    xenVersion = values["xen"].map { $0.words.joined(separator: " ") } ?? ""
  }

  /// Every line of a console must begin with the domain's mark: the script keeps no others.
  private static func check(_ console: String, isOf domain: Int, _ file: String) throws(Fault) {
    for (index, line) in console.split(separator: "\n", omittingEmptySubsequences: false)
      .enumerated() where !line.isEmpty
    {
      guard GuestLine.isOf(domain, line) else {
        throw .damaged(
          file: file, line: index + 1, reason: "is no line of domain \(domain)'s on Xen's console")
      }
    }
  }

  /// The lines of a record by their first word; the last must be `finished`.
  private static func values(_ path: String) throws(Fault) -> [String: (
    line: Int, words: [Substring]
  )] {
    let lines = try text(path).split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 2, lines[lines.count - 2] == "finished", lines.last == "" else {
      throw .damaged(
        file: path, line: lines.count, reason: "breaks off: the last line is not 'finished'")
    }
    var values: [String: (line: Int, words: [Substring])] = [:]
    for (index, line) in lines.dropLast(2).enumerated() {
      let words = line.split(separator: " ")
      guard let name = words.first else { continue }
      guard values[String(name)] == nil else {
        throw .damaged(file: path, line: index + 1, reason: "'\(name)' is given twice")
      }
      values[String(name)] = (index + 1, Array(words.dropFirst()))
    }
    return values
  }

  private static func text(_ path: String) throws(Fault) -> String {
    guard FileManager.default.fileExists(atPath: path) else {
      throw .damaged(file: path, line: nil, reason: "is missing")
    }
    do throws(InputError) {
      return try TextFile.read(path)
    } catch {
      throw .damaged(file: path, line: error.line, reason: error.reason)
    }
  }

  /// What xl said when it made no domain, or how the run ended.
  private static func whyFailed(_ folder: String) -> String {
    if let values = try? values("\(folder)/record.txt"), let end = values["end"]?.words.first {
      return "the domain's end: \(end)"
    }
    let said = (try? TextFile.read("\(folder)/create.txt")) ?? ""
    let words = said.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.isEmpty ? "the domain was not made" : "the domain was not made: \(words)"
  }
}
