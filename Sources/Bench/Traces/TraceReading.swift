public import XenTrace

/// A whole trace, read and added up.
public struct TraceReading: Sendable {
  /// The file.
  public var path: String
  /// What was read, and what could not be.
  public var readout: TraceReadout
  /// What is in it.
  public var summary: TraceSummary

  /// Reads the file at `path`.
  public init(path: String) throws(InputError) {
    self.path = path
    var summary = TraceSummary()
    readout = try TraceFile.read(path, into: &summary)
    self.summary = summary
  }

  /// Processors that wrote records, with how many.
  public var processors: [(number: Int, records: UInt64)] {
    summary.states.enumerated().compactMap {
      $0.element.records > 0 ? ($0.offset, $0.element.records) : nil
    }
  }

  /// Names of the paging modes, the most frequent first.
  public var modeNames: [String] { summary.pagingModes.map(\.name) }

  /// Whose processor it ran on, as far as the trace tells.
  public var maker: String {
    switch summary.isAMD {
    case true?: "AMD (SVM)"
    case false?: "Intel (VMX)"
    case nil: "unknown"
    }
  }

  /// What was lost, a sentence each; empty if nothing was.
  public var losses: [String] {
    var lines: [String] = []
    if summary.lostRecords > 0 {
      lines.append(
        "Xen's buffers were full \(summary.lostPeriods) times and lost "
          + "\(summary.lostRecords) records: record fewer events or give xentrace a larger buffer.")
    }
    if readout.damages > 0 {
      lines.append(
        "The file is damaged at \(readout.damages) places; \(readout.lostBytes) bytes were "
          + "passed over or are missing.")
      for damage in readout.firstDamages {
        lines.append(
          "  at byte \(damage.offset): \(damage.kind.rawValue), \(damage.lostBytes) bytes")
      }
    }
    if let sentence = readout.rewindSentence { lines.append(sentence) }
    if summary.unreadable > 0 {
      lines.append("\(summary.unreadable) records are shorter than their kind should be.")
    }
    return lines
  }

  /// Classes of events, by the position of their bit.
  static let classNames = [
    "general", "scheduler", "dom0_operations", "hvm", "memory", "pv", "shadow", "hardware",
    "class_8", "class_9", "class_10", "guest",
  ]
}

extension TraceReadout {
  /// That time runs back, if it does.
  var rewindSentence: String? {
    guard rewinds > 0 else { return nil }
    return "A processor's time runs back at \(rewinds) places, by up to \(rewoundCycles) cycles: "
      + "parts are there twice, or the file is of two recordings. What it counts is not one "
      + "recording's."
  }
}

extension TracePaging {
  /// The mode's name on the command line and in files.
  public var name: String {
    switch self {
    case .twoLevel: "2-level"
    case .pae: "pae"
    case .fourLevel: "64-bit"
    }
  }
}
