import Glibc
public import XenServer

/// Makes changes of multipliers, one after the other, and reads each back.
///
/// The first that fails ends it: what was done, what failed and what was not tried is all in the
/// outcomes, one for each change.
public struct MultiplierApplier {
  /// What came of it all.
  public struct Report: Sendable {
    /// One for each change, in their order.
    public var outcomes: [ChangeOutcome]
    /// What ended it early; nil when all were tried.
    public var error: XenAPIError?
  }

  private let session: XenSession
  private let patienceSeconds: Double

  /// - Parameter patienceSeconds: how long to wait until the record says what Xen made of a change
  public init(_ session: XenSession, patienceSeconds: Double = 10) {
    self.session = session
    self.patienceSeconds = patienceSeconds
  }

  /// Makes the changes.
  /// - Parameter note: gets the outcomes so far before each, when it counts as not known, and after
  ///   it; false ends it
  public func apply(
    _ changes: [MultiplierChange], note: ([ChangeOutcome]) -> Bool = { _ in true }
  ) -> Report {
    var report = Report(outcomes: changes.map { ChangeOutcome($0, .notTried) }, error: nil)
    for (index, change) in changes.enumerated() {
      report.outcomes[index].state = .unknown("it was under way")
      guard note(report.outcomes) else {
        report.outcomes[index].state = .notTried
        return report
      }
      let (state, error) = apply(change)
      report.outcomes[index].state = state
      report.error = error
      guard note(report.outcomes) else { return report }
      switch state {
      case .done, .differs: if error != nil { return report }
      case .failed, .unknown, .notTried: return report
      }
    }
    return report
  }

  private func apply(_ change: MultiplierChange) -> (ChangeOutcome.State, XenAPIError?) {
    let vm: VMRecord
    do throws(XenAPIError) {
      if session.isInterrupted { throw .interrupted(wasSent: false) }
      vm = try session.vm(uuid: change.uuid)
    } catch {
      return (.failed("\(error)"), error)
    }
    if let reason = Self.difference(vm, change) { return (.failed(reason), nil) }
    do {
      try session.change(
        change.call.rawValue, [.string(vm.reference), .float(change.after)])
    } catch {
      guard error.leavesOutcomeUnknown else { return (.failed("\(error)"), error) }
      return (afterLoss(change, error), error)
    }
    do {
      let found = try readBack(change)
      return (change.isFulfilled(by: found) ? .done(found: found) : .differs(found: found), nil)
    } catch {
      return (
        .unknown("the server accepted it, and its record could not be read again: \(error)"), error
      )
    }
  }

  /// Whether the machine is no longer as it was when the change was planned.
  private static func difference(_ vm: VMRecord, _ change: MultiplierChange) -> String? {
    let now = vm.shadowMultiplier ?? 1
    guard now == change.before || now.isNaN && change.before.isNaN else {
      return "its multiplier was \(change.before) and is \(now) now; look again"
    }
    do {
      let planned = try MultiplierChange(vm, to: change.after)
      guard planned.call == change.call else {
        return "it was started or stopped meanwhile; look again"
      }
    } catch {
      return error.reason
    }
    let needed = change.call == .live ? "changing_shadow_memory_live" : "changing_shadow_memory"
    if let allowed = vm.allowedOperations, !allowed.isEmpty, !allowed.contains(needed) {
      return "the server does not allow \(needed) now; is something else being done to it?"
    }
    return nil
  }

  /// What the record says once the change has reached it.
  private func readBack(_ change: MultiplierChange) throws(XenAPIError) -> Double {
    let deadline = ContinuousClock.now + .seconds(patienceSeconds)
    while true {
      // The first press does not end it: what came of a change is to be known.
      let found = try session.vm(uuid: change.uuid, patience: 2).shadowMultiplier ?? 1
      if change.isFulfilled(by: found) || change.call == .record { return found }
      // What Xen says may come to the records later than the call's answer.
      if found != change.before || ContinuousClock.now > deadline { return found }
      usleep(200_000)
    }
  }

  /// The connection was lost within the call: the record may tell what came of it.
  private func afterLoss(
    _ change: MultiplierChange, _ error: XenAPIError
  ) -> ChangeOutcome.State {
    guard let found = try? readBack(change) else {
      return .unknown("\(error); its record could not be read afterwards")
    }
    if change.isFulfilled(by: found) { return .done(found: found) }
    return .unknown("\(error); its record says \(found) afterwards")
  }
}
