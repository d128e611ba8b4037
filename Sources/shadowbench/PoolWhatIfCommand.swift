public import ArgumentParser
import Bench
public import XenServer

/// What a change would do to the pool's plan for failures.
struct PoolWhatIfCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "what-if",
    abstract: "Say how many host failures a pool survives, before and after a change.",
    discussion: """
      Plans as the pool's master does, to the MiB: which failures are tolerated, where the plan is \
      tight, which operations the pool would refuse. xapi itself does not check the plan when a \
      multiplier changes; this does.

      Hosts are named by name or UUID, machines by patterns of their names as in a shell, or by \
      UUID. Without a change it says how the pool is.

      Exits with 1 when a plan is lost: there was one for the failures asked about and there is \
      none afterwards, or a protected machine of a host that is gone has no place.

      EXAMPLES
        shadowbench pool what-if --pool pools/sample.yaml
        shadowbench pool what-if --pool pool.yaml --multiplier 4 --on "XenApp*"
        shadowbench pool what-if --pool dump.json --memory-mib 32768 --on SQL --json
        shadowbench pool what-if --pool pool.yaml --add 2 --like "Citrix XenApp 01"
        shadowbench pool what-if --connect xen1 --ca ca.pem --multiplier 4 --on SQL
        shadowbench pool what-if --pool pool.yaml --lose xen1
        shadowbench pool what-if --pool pool.yaml --partition "xen1,xen2|xen3"
        shadowbench pool what-if --pool pool.yaml --lose-storage all
      """)

  @Option(
    help: ArgumentHelp(
      "The pool: described in YAML, or the JSON dump of one.", valueName: "file"),
    completion: .file())
  var pool: String?

  @OptionGroup(title: "Connection") var connection: ConnectOptions

  @OptionGroup(title: "Changes") var changes: PoolChangeOptions
  @OptionGroup(title: "Failures") var failing: PoolFailureOptions

  @Option(
    help: ArgumentHelp(
      "Failures to ask about. (default: those that HA has a plan for)", valueName: "count"))
  var failures: Int?

  @Option(
    help: ArgumentHelp(
      """
      How the pool reckons memory, before-26.3 or since-26.3. (default: as its machines' \
      memory_overhead says)
      """, valueName: "version"))
  var xapi: MemoryModel.Version?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let source = try PoolSource.load(file: pool, connection: connection)
    let records = source.records
    let pool = try PoolInput.pool(records, file: source.name, version: xapi)
    if let failures, !(0...pool.hosts.count).contains(failures) {
      throw ValidationError("--failures is \(failures), must be 0 to \(pool.hosts.count)")
    }
    let names = PoolNames(pool, templates: records.templates.map(\.nameLabel))
    var question = try changes.question(names, pool: pool, file: source.name)
    question.failing = try failing.failures(names, pool: pool)
    question.failures = failures
    let scenario = try question.answer(pool, file: source.name)
    try Console().print(
      WhatIfReport(scenario, question: question).lines,
      json: try JSONResult.text(scenario, question: question), as: output.json)
    if scenario.isPlanLost { throw Failure.Code.found }
  }
}

extension MemoryModel.Version: ExpressibleByArgument {}
