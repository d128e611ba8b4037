import Bench
import Foundation
import XenAPI
import XenServer

extension PoolAuditCommand {
  /// What was made of a plan.
  private struct Account {
    var plan: AuditPlan
    var report: MultiplierApplier.Report
    /// The file that undoes it; nil when there was nothing to do.
    var undoFile: String?
    /// Why that file could not be brought up to date.
    var undoError: (any Error)?
  }

  /// Makes the changes, ends the session, and says what came of each: also when the connection is
  /// gone by then, the program is asked to end, or nobody reads standard output any more.
  func makeChanges(host: String, undoing way: UndoFile?) throws {
    try Interruption.during {
      let account = try XenSession.with(
        try connection.settings(host), presses: { Interruption.presses }
      ) { session in
        try change(session, host: host, undoing: way)
      }
      try say(account)
    }
  }

  private func change(
    _ session: XenSession, host: String, undoing way: UndoFile?
  ) throws -> Account {
    let records = try session.poolRecords()
    try way?.check(records, host: host, file: undo ?? "")
    let plan = way.map { AuditPlan($0, records: records) } ?? AuditPlan(audit(records))
    let applier = MultiplierApplier(session)
    guard !plan.changes.isEmpty else {
      return Account(plan: plan, report: applier.apply([]), undoFile: nil)
    }
    let path = undoFile ?? Self.newUndoFile(Int(Date().timeIntervalSince1970))
    func write(_ outcomes: [ChangeOutcome]) throws {
      try UndoFile(host: host, pool: records.pool?.uuid, outcomes: outcomes).write(to: path)
    }
    try write(plan.changes.map { ChangeOutcome($0, .notTried) })
    Console().warn("\(path) undoes this")
    var undoError: (any Error)?
    let report = applier.apply(plan.changes) { outcomes in
      do {
        try write(outcomes)
        return true
      } catch {
        undoError = error
        return false
      }
    }
    return Account(plan: plan, report: report, undoFile: path, undoError: undoError)
  }

  /// A name that no file has: two runs within a second would else share one.
  private static func newUndoFile(_ time: Int) -> String {
    var (name, number) = ("multiplier-undo-\(time).json", 1)
    while FileManager.default.fileExists(atPath: name) {
      number += 1
      name = "multiplier-undo-\(time)-\(number).json"
    }
    return name
  }

  private func say(_ account: Account) throws {
    let (report, plan) = (account.report, account.plan)
    let reason = report.error.map { "\($0)" } ?? account.undoError.map { "\($0)" }
    try Console().account(
      ChangeReport.lines(report.outcomes, plan: plan),
      json: try JSONResult.text(
        nil, plan: plan, outcomes: report.outcomes, undoFile: account.undoFile, error: reason),
      as: output.json)
    if let error = report.error, error.code == nil { throw error }
    if let undoError = account.undoError { throw undoError }
    let isDone = report.outcomes.allSatisfy { $0.word == "done" } && !plan.hasObstacles
    if !isDone { throw Failure.Code.found }
  }
}
