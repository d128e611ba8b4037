public import GuestModel
import ShadowModel

/// One run on a host beside the model.
public struct HostRunResult: Sendable {
  /// What the comparison came to.
  public enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Everything that could be compared is equal.
    case equal
    /// A counter or a checksum differs.
    case different
    /// The run did not come to its end: the guest failed, crashed, was ended or took too long.
    case failed
    /// The guest's lines are missing, all or some: nothing says that it did what the stream says.
    case unproven
  }

  /// A phase's time on the host.
  public struct PhaseTime: Hashable, Sendable {
    /// The phase's number.
    public var phase: Int
    /// Time on the host, processor cycles.
    public var cycles: UInt64
    /// The same in seconds; nil where the host's clock is not known.
    public var seconds: Double?
  }

  /// The run's name.
  public var id: String
  /// The guest.
  public var shape: GuestShape
  /// The pool that was asked for, MiB.
  public var shadowMiB: Int
  /// What the model counted.
  public var model: RunPoint
  /// What came back.
  public var record: HostRunRecord
  /// What the guest said.
  public var transcript: ReplayTranscript
  /// What of it is figures.
  public var measurement: ReplayMeasurement
  /// Both beside each other.
  public var comparison: ReplayComparison
  /// What the comparison came to.
  public var verdict: Verdict
  /// Why the verdict is not one about counters; nil where it is.
  public var reason: String?
  /// The phases' times.
  public var times: [PhaseTime]
  /// What there is to say.
  public var notes: [String]

  /// Judges what came back.
  public init(
    _ item: ReplayItem, shadowMiB: Int, record: HostRunRecord, makePager: @escaping PagerFactory
  ) throws {
    id = item.id(shadowMiB)
    shape = item.stream.shape
    self.shadowMiB = shadowMiB
    self.record = record
    notes = record.notes
    transcript = ReplayTranscript(text: record.console)
    model = try item.model(
      shadowMiB, moduleAt: transcript.moduleAddress, makePager: makePager)
    measurement = ReplayMeasurement(
      hasNestedPaging: record.hasNestedPaging, faultCount: record.faultCount,
      phases: transcript.phases.isEmpty ? nil : transcript.phases.map(\.phase))
    if let text = record.perfText {
      do throws(InputError) {
        measurement.counters = try XenperfText(text: text, file: "xenperf").counters
      } catch {
        notes.append("the counters cannot be used: \(error.reason)")
      }
    }
    comparison = ReplayComparison(
      measurement, model: model.counters, expected: item.stream.expected)
    times = Self.times(transcript, megahertz: record.megahertz)
    (verdict, reason) = Self.judge(
      record, transcript, comparison, item.stream, isCrashed: model.isCrashed,
      fixed: measurement.counters?[.faultFixed])
    addNotes()
  }

  private static func judge(
    _ record: HostRunRecord, _ transcript: ReplayTranscript, _ comparison: ReplayComparison,
    _ stream: ReplayStream, isCrashed: Bool, fixed: Int?
  ) -> (Verdict, String?) {
    if let failure = transcript.failure { return (.failed, "the guest says: \(failure)") }
    if let digest = transcript.digest, digest != stream.digest {
      return (.failed, "the guest ran another stream")
    }
    if let mode = transcript.mode, mode != stream.shape.mode {
      return (.failed, "the guest ran in another paging mode: \(mode.name)")
    }
    switch record.end {
    case .crashed:
      return (
        .failed, "the domain crashed" + (isCrashed ? ", as it does in the model" : "")
      )
    case .timedOut: return (.failed, "the domain did not end in time; see --time-limit")
    case .gone: return (.failed, "the domain was gone before it could be asked")
    case .shutDown: break
    }
    if let what = contradiction(record, transcript, stream, fixed) {
      return (.unproven, "what came back contradicts itself: \(what)")
    }
    if isCrashed { return (.different, "Xen would have crashed the domain, says the model") }
    if !comparison.differing.isEmpty { return (.different, nil) }
    if transcript.phases.isEmpty {
      return (
        .unproven,
        "the guest's lines did not show up on Xen's console: boot Xen with guest_loglvl=all"
      )
    }
    if !transcript.isDone || transcript.moduleAddress == nil {
      return (
        .unproven,
        "lines of the guest are missing, \(transcript.phases.count) of \(stream.expected.count) phases "
          + "are there: boot Xen with a larger conring_size"
      )
    }
    if comparison.isEqual && transcript.checksum != stream.checksum {
      return (
        .unproven,
        "what came back contradicts itself: the checksum over all phases is not that of its phases"
      )
    }
    return (comparison.isEqual ? .equal : .different, nil)
  }

  /// What cannot be true together of what came back; nil if all can.
  private static func contradiction(
    _ record: HostRunRecord, _ transcript: ReplayTranscript, _ stream: ReplayStream, _ fixed: Int?
  ) -> String? {
    if let first = transcript.contradictions.first { return first }
    if let bytes = transcript.moduleBytes {
      // The loader may round a module up to whole pages.
      let size = stream.bytes.count
      guard (size...(size + 4095) / 4096 * 4096).contains(bytes) else {
        return "the guest found \(bytes) bytes of a stream of \(size)"
      }
    }
    if let faults = record.faultCount, let fixed, faults > fixed, !record.hasNestedPaging {
      return "Xen fixed \(faults) faults of this domain and only \(fixed) on the whole host"
    }
    if let seconds = record.seconds, let megahertz = record.megahertz,
      let first = transcript.phases.first, let last = transcript.phases.last
    {
      let span = Double(last.tsc &- first.tsc) / (megahertz * 1e6)
      guard span <= 2 * seconds + 1 else {
        return "its time stamps are \(Numeral.fixed(span, 1)) s apart, and it ran for "
          + "\(Numeral.fixed(seconds, 1)) s"
      }
    }
    return nil
  }

  private static func times(_ transcript: ReplayTranscript, megahertz: Double?) -> [PhaseTime] {
    zip(transcript.phases, transcript.phases.dropFirst()).map { start, end in
      let cycles = end.tsc &- start.tsc
      return PhaseTime(
        phase: end.phase.number, cycles: cycles,
        seconds: megahertz.map { Double(cycles) / ($0 * 1e6) })
    }
  }

  private mutating func addNotes() {
    if record.hasNestedPaging {
      notes.append("nested paging: there are no shadows; checksums and times alone are compared")
    } else if measurement.counters == nil && measurement.faultCount == nil {
      notes.append("neither counters nor a count of faults: checksums alone are compared")
    } else if let counters = measurement.counters, let faults = measurement.faultCount,
      let fixed = counters[.faultFixed], fixed > faults
    {
      notes.append(
        "Xen fixed \(faults) faults of this domain and \(fixed) on the whole host: another "
          + "domain with shadows runs, and its work is in the counters")
    }
  }
}
