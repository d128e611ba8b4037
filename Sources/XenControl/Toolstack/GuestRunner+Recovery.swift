import XenServer

extension GuestRunner {
  /// Puts right what a replay that was killed has left; what could not be is kept in the journal.
  func recover(_ journal: HostJournal, warn: (String) -> Void) throws(HostError) {
    guard !journal.leftover.isEmpty else { return }
    warn("a replay that was killed has left something on this host; it is put right")
    var isTraced = journal.leftover.contains(.tracing)
    for entry in journal.leftover.reversed() {
      try journal.note(entry)
      var isDone = true
      switch entry {
      case .tracer(let mark):
        let lived = mark.lives
        isDone = mark.stop(within: ToolCalls.secondsToStop)
        // It turns the tracing off when it ends.
        if lived && isDone { isTraced = false }
        if !isDone {
          warn("xentrace, process \(mark.number), does not end: run kill \(mark.number)")
        }
      case .tracing:
        if isTraced { stopTracing() }
      case .domain(let name):
        if let fault = destroy(name) {
          warn(fault)
          isDone = false
        }
      case .level(let level):
        if let fault = ConsoleLevel.put(level, tools) {
          warn(fault)
          isDone = false
        }
      }
      if isDone { journal.settle(entry) }
    }
  }

  /// Xen goes on tracing when xentrace is killed; one that ends as asked turns it off.
  private func stopTracing() {
    guard let tool = try? tools.start(["xentrace", "-D", "-e", Self.traceClass, "/dev/null"]) else {
      return
    }
    _ = clock.wait(limits.tracer)
    _ = tool.stop()
  }

  /// Refuses to trace where that opens the host to its guests.
  /// - Throws: ``HostError/unsafeTrace(_:)`` unless it is forced; nothing was changed
  func checkTracing(_ trace: GuestTrace) throws(HostError) {
    let version = XenVersion(text: info.version)
    guard !trace.isForced,
      TracingFlaw.isDangerous(version, hasShadowPaging: info.hasShadowPaging)
    else { return }
    let running = info.version.isEmpty ? "a Xen of unknown version" : "Xen \(info.version)"
    throw .unsafeTrace(
      "this host runs \(running), and \(TracingFlaw.warning); nothing was changed; where every guest "
        + "with shadows is trusted, or the vendor has mended it, give --xentrace-anyway")
  }
}
