import ShellText

/// Runs programs in domains, one domain at a time, and takes them away again.
///
/// Whatever happens, a domain that was created is destroyed, and Xen's log level is put back.
public struct GuestRunner: Sendable {
  /// How long things may take.
  public struct Limits: Hashable, Sendable {
    /// Most time for a domain from its creation to its end, s.
    public var run = 600.0
    /// Most time for one call of a tool, s.
    public var tool = 120.0
    /// Time between two looks at a domain, s.
    public var pause = 0.2
    /// Time for xentrace to begin, s.
    public var tracer = 1.0
    /// Time between two looks at Xen's console, s.
    public var console = 2.0
    /// Time that a guest has for shutting down once it has said its last line, s.
    public var farewell = 4.0

    /// The usual limits.
    public init() {}
  }

  let tools: ToolCalls
  let hypervisor: HypervisorCalls?
  let clock: HostWatch.Clock
  let limits: Limits
  let journal: HostJournal?
  /// The host.
  public let info: ToolstackInfo

  /// A runner on the host whose tools and hypervisor these are.
  /// - Parameters:
  ///   - hypervisor: nil where libxenctrl cannot be loaded: then no faults are counted
  ///   - journal: where changes of the host are noted, so that they are taken back even after a
  ///     kill; nil: nowhere
  ///   - clock: its waits end, and it says so, when the program is told to end
  /// - Throws: ``HostError`` where there is no xl, no Xen or no permission
  public init(
    tools: ToolCalls, hypervisor: HypervisorCalls?, clock: HostWatch.Clock,
    limits: Limits = Limits(), journal: HostJournal? = nil
  ) throws(HostError) {
    self.tools = tools
    self.hypervisor = hypervisor
    self.clock = clock
    self.limits = limits
    self.journal = journal
    guard tools.isThere("xl") else {
      throw .noTool("xl is not on this machine; run this as root in dom0 of a Xen host that has it")
    }
    let outcome = try tools.run(["xl", "info"], limits.tool)
    guard outcome.isGood else {
      throw .noTool(
        "xl info: \(outcome.complaint); run this as root in dom0 of a Xen host")
    }
    info = ToolstackInfo(text: outcome.output)
  }

  /// Puts right what a killed one has left, raises Xen's log level, does `body`, and puts the level
  /// back.
  public func listening<T>(
    warn: (String) -> Void, _ body: () throws -> T
  ) throws -> T {
    if let journal { try recover(journal, warn: warn) }
    let level = try ConsoleLevel(tools, info: info, journal: journal)
    level.notes.forEach(warn)
    defer { level.restore().map(warn) }
    return try body()
  }

  /// Runs a domain to its end.
  /// - Parameters:
  ///   - folder: where the domain's configuration is put while it is made
  ///   - trace: a trace to be taken; nil for none
  ///   - heard: gets the domain's lines whenever there are more
  public func run(
    _ plan: GuestPlan, folder: String, trace: GuestTrace? = nil, heard: (String) -> Void = { _ in }
  ) throws(HostError) -> GuestRun {
    try checkPaging(plan)
    if let trace { try checkTracing(trace) }
    let configuration = "\(folder)/\(plan.name).cfg"
    try HostFile.write(plan.configuration, to: configuration)
    defer { HostFile.remove(configuration) }
    var notes: [String] = []
    let hasCounters = resetCounters(&notes)
    let tracer = try trace.map { trace throws(HostError) in
      try started(trace)
    }
    // It does not say when it has begun.
    if tracer != nil { _ = clock.wait(limits.tracer) }
    var run: GuestRun
    do throws(HostError) {
      run = try created(plan, configuration: configuration, hasCounters, heard)
    } catch {
      tracer.map { _ = stopped($0) }
      throw error
    }
    if let outcome = tracer.map(stopped), !outcome.isGood {
      notes.append("xentrace: \(outcome.complaint)")
    }
    run.notes = notes + run.notes
    return run
  }

  /// Shadow paging and the guest's exits.
  static let traceClass = "0x0048f000"

  /// Starts xentrace.
  private func started(_ trace: GuestTrace) throws(HostError) -> RunningTool {
    try journal?.note(.tracing)
    let tool = try tools.start(["xentrace", "-D", "-e", Self.traceClass, trace.file])
    do throws(HostError) {
      if let mark = tool.mark { try journal?.note(.tracer(mark)) }
    } catch {
      _ = tool.stop()
      throw error
    }
    return tool
  }

  /// Ends xentrace.
  private func stopped(_ tool: RunningTool) -> ToolOutcome {
    let outcome = tool.stop()
    if let mark = tool.mark { journal?.settle(.tracer(mark)) }
    if !outcome.isTimedOut { journal?.settle(.tracing) }
    return outcome
  }

  /// Creates the domain, waits for its end, asks what there is to ask, and destroys it.
  private func created(
    _ plan: GuestPlan, configuration: String, _ hasCounters: Bool, _ heard: (String) -> Void
  ) throws(HostError) -> GuestRun {
    let before = try tools.run(["xl", "dmesg"], limits.tool).output
    let began = clock.now()
    try journal?.note(.domain(plan.name))
    let creation = try tools.run(["xl", "create", "-e", configuration], limits.tool)
    guard creation.isGood else {
      destroy(plan.name)
      throw .notCreated(refusal(creation, plan))
    }
    var isThere = true
    defer { if isThere { destroy(plan.name) } }
    let number = try tools.run(["xl", "domid", plan.name], limits.tool)
    guard let domain = Int(number.output.filter { !$0.isWhitespace }) else {
      throw .notCreated("xl domid \(plan.name): \(number.complaint)")
    }
    var console = GuestConsole(domain: domain, before: before)
    let end = try wait(for: domain, plan.lastWords, since: began, &console, heard)
    var run = GuestRun(
      domain: domain, end: end, console: "", seconds: clock.now() - began, notes: [])
    readFaults(&run)
    if hasCounters { readCounters(&run) }
    console.add(try tools.run(["xl", "dmesg"], limits.tool).output)
    run.console = console.text
    heard(run.console)
    isThere = false
    if let fault = destroy(plan.name) { throw .changeFailed(fault) }
    return run
  }

  /// Waits for the domain's end.
  private func wait(
    for domain: Int, _ lastWords: [String], since began: Double, _ console: inout GuestConsole,
    _ heard: (String) -> Void
  ) throws(HostError) -> GuestRun.End {
    var looked = began
    var spoke: Double?
    while true {
      if let end = try end(of: domain) { return end }
      if let spoke, clock.now() - spoke >= limits.farewell { return .shutDown }
      if clock.now() - began >= limits.run { return .timedOut }
      guard clock.wait(limits.pause) else {
        throw .interrupted("interrupted: domain \(domain) was destroyed, its run is void")
      }
      guard clock.now() - looked >= limits.console else { continue }
      console.add(try tools.run(["xl", "dmesg"], limits.tool).output)
      looked = clock.now()
      heard(console.text)
      if spoke == nil && console.hasSaid(lastWords) { spoke = looked }
    }
  }

  /// How a domain has ended; nil while it has not.
  ///
  /// The library is asked first, since that is cheap; how it ended is known to xl.
  private func end(of domain: Int) throws(HostError) -> GuestRun.End? {
    if let hypervisor, let info = try? hypervisor.domainFrom(domain), info.id == domain,
      !info.isShutDown, !info.isDying
    {
      return nil
    }
    let list = try tools.run(["xl", "list", String(domain)], limits.tool)
    guard !list.isTimedOut else { throw .changeFailed("xl list: \(list.complaint)") }
    switch ListedState(text: list.output, domain: domain) {
    case .alive: return nil
    case .shutDown: return .shutDown
    case .crashed: return .crashed
    case .dying, nil: return .gone
    }
  }

  /// Destroys a domain; what went wrong, if it is still there.
  @discardableResult
  func destroy(_ name: String) -> String? {
    for _ in 0..<3 {
      _ = try? tools.run(["xl", "destroy", name], limits.tool)
      guard let outcome = try? tools.run(["xl", "domid", name], limits.tool), outcome.isGood else {
        journal?.settle(.domain(name))
        return nil
      }
      _ = clock.wait(0.5)
    }
    return "the domain \(name) could not be destroyed: run \(ShellCommand("xl", "destroy", name))"
  }
}
