import ShellText

/// Makes Xen write what guests say to its console, and puts the level back.
///
/// A guest's bytes to port 0xE9 are messages of the level `debug`, which most hosts drop.
struct ConsoleLevel {
  /// What is sent to put the level back; nil where nothing was changed.
  let former: String?
  /// What there is to say about it.
  let notes: [String]

  /// Xen's level where its command line says nothing.
  static let standard = "none/warning"

  private let tools: ToolCalls
  private let journal: HostJournal?

  /// Lets guests' messages through.
  /// - Parameter journal: hears of the change before it is made
  init(_ tools: ToolCalls, info: ToolstackInfo, journal: HostJournal?) throws(HostError) {
    self.tools = tools
    self.journal = journal
    let known = Self.current(tools)
    let level = known ?? Self.booted(info.commandLine)
    guard level != "all", level != "all/all", level != "debug/debug" else {
      (former, notes) = (nil, [])
      return
    }
    let old = level ?? Self.standard
    try journal?.note(.level(old))
    let outcome = Self.send(tools, "all")
    guard outcome.isGood else {
      journal?.settle(.level(old))
      former = nil
      notes = [
        "Xen's guest_loglvl could not be raised (\(outcome.complaint)): boot Xen with "
          + "guest_loglvl=all if the guest's lines do not show up"
      ]
      return
    }
    former = old
    notes =
      known != nil || level != nil
      ? []
      : [
        "Xen does not tell its guest_loglvl; afterwards it is set to \(Self.standard), "
          + "what it is when nothing is said"
      ]
  }

  /// Puts the level back; what went wrong, if anything.
  func restore() -> String? {
    guard let former else { return nil }
    let fault = Self.put(former, tools)
    if fault == nil { journal?.settle(.level(former)) }
    return fault
  }

  /// Sets the level; what went wrong, if anything.
  static func put(_ former: String, _ tools: ToolCalls) -> String? {
    let outcome = send(tools, former)
    return outcome.isGood
      ? nil
      : "Xen's guest_loglvl could not be put back (\(outcome.complaint)): run "
        + ShellCommand("xl", "set-parameters", "guest_loglvl=\(former)").description
  }

  /// The level that Xen tells, since 4.14 and where it is built in; nil otherwise.
  private static func current(_ tools: ToolCalls) -> String? {
    guard tools.isThere("xenhypfs"),
      let outcome = try? tools.run(["xenhypfs", "cat", "/params/guest_loglvl"], 20),
      outcome.isGood
    else { return nil }
    let word = outcome.output.split(whereSeparator: \.isWhitespace).joined()
    return HostJournal.isLevel(word) ? word : nil
  }

  /// The level that Xen was booted with; the last word counts.
  private static func booted(_ commandLine: String) -> String? {
    let name = "guest_loglvl="
    return commandLine.split(separator: " ").last { $0.hasPrefix(name) }
      .map { String($0.dropFirst(name.count)) }
      .flatMap { HostJournal.isLevel($0) ? $0 : nil }
  }

  private static func send(_ tools: ToolCalls, _ level: String) -> ToolOutcome {
    do throws(HostError) {
      return try tools.run(["xl", "set-parameters", "guest_loglvl=\(level)"], 20)
    } catch {
      return ToolOutcome(code: 127, errors: "\(error)")
    }
  }
}
