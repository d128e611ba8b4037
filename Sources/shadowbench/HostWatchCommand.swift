public import ArgumentParser
import Bench
import Foundation
import Synchronization
public import XenControl

extension FaultLevel: ExpressibleByArgument {}

/// Looks at a domain again and again.
struct HostWatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show a domain's pool and its rate of shadow faults over time.",
    usage: "shadowbench host watch <domain> [<options>]",
    discussion: """
      The rate of shadow faults is all that is seen here: many faults need not mean a pool that is \
      too small, nor few that it is large enough. Reclaims decide, which a trace shows \
      ('shadowbench trace summary'). Ends with the domain, or with Ctrl-C.

      EXAMPLES
        shadowbench host watch web
        shadowbench host watch 3 --interval 5 --count 12 --json
        shadowbench host watch 3 --count 10 --fail-on many-faults
        shadowbench host watch 3 --interval 10 --listen 127.0.0.1:9200 > /dev/null
      """)

  @Argument(help: "A domain's number or name.")
  var domain: String

  @Option(help: "Seconds between samples.")
  var interval = 1.0

  @Option(help: "Samples to take. (default: until the domain ends, or Ctrl-C)")
  var count: Int?

  @Option(help: "Shadow faults a second on each vCPU from which they are many.")
  var manyFaults = FaultLevel.defaultLimit

  @Option(help: "Exit with 1 when a sample has so many: some-faults or many-faults.")
  var failOn: FaultLevel?

  @Option(
    help: ArgumentHelp(
      "Answer HTTP requests for /metrics with the last sample as OpenMetrics.",
      valueName: "address:port"))
  var listen: String?

  @OptionGroup var sizing: HostRuleOptions

  @Flag(help: "Write JSON, a line for each sample.")
  var json = false

  func validate() throws {
    guard interval >= 0.01, interval <= 86_400 else {
      throw ValidationError("--interval must be 0.01 to 86400 seconds")
    }
    guard manyFaults > 0, manyFaults.isFinite else {
      throw ValidationError("--many-faults must be above 0")
    }
    if let count, count < 1 { throw ValidationError("--count must be 1 or more") }
  }

  func run() async throws { try Interruption.endingBySignal(watch) }

  private func watch() throws {
    let listener = try listen.map { try MetricsListener($0) }
    let host = Host(try .system())
    let report = try host.domainWithPool(domain)
    let console = Console()
    let rule = sizing.choice(host)
    console.warn("rule \(rule.text)")
    console.warn(report.hasShadows ? HostText.rateAlone : HostText.nestedPaging)
    let last = Mutex<WatchSample?>(nil)
    let clock = Interruption.clock { seconds in
      guard let listener else { return _ = usleep(UInt32(seconds * 1_000_000)) }
      listener.answer(within: seconds) { request in
        HostMetrics.response(to: request, sample: last.withLock { $0 })
      }
    }
    var worst = FaultLevel.few
    let end = try HostWatch(host, domain: report, limit: manyFaults).run(
      interval: interval, count: count, clock: clock
    ) { sample in
      last.withLock { $0 = sample }
      worst = max(worst, sample.level ?? .few)
      try console.print(
        [HostText.line(sample, rule: rule)], json: HostJSON.line(sample, rule: rule), as: json)
    }
    if end == .domainGone { console.warn("domain \(report.info.id) has ended") }
    if let failOn, worst >= failOn { throw Failure.Code.found }
  }
}
