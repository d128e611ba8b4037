import ArgumentParser
import XenControl

/// What a search for a pool's size goes by.
struct TuneOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Shadow faults a second on each vCPU that are few enough. (default: 350)", valueName: "rate"))
  var target: Double?

  @Option(
    help: """
      MiB that the pool may grow by in all. (default: an eighth of the domain's memory, 16 or more)
      """)
  var budgetMib: Double?

  @Option(help: "MiB of the host's free memory that stay free. (default: 64)")
  var keepFreeMib: Double?

  @Option(help: "Seconds of a sample. (default: 2)")
  var interval: Double?

  @Option(help: "Samples at each size; their median counts. (default: 5)")
  var samples: Int?

  @Option(help: "Seconds from a change to the first sample. (default: two samples' time)")
  var settle: Double?

  @Option(help: "What a step multiplies the pool by. (default: 1.5)")
  var factor: Double?

  @Option(help: "Percent by which a step must lower the rate to count as help. (default: 20)")
  var leastGain: Double?

  @Option(help: "Steps in a row without help that end it. (default: 3)")
  var patience: Int?

  @Flag(help: "Look also for a smaller pool than the one found.")
  var shrink = false

  @Flag(help: "When told to stop, bring back the size found, not the best one measured.")
  var restoreOnInterrupt = false

  @Flag(help: "Run on a domain with nested paging too, where no size makes a difference.")
  var hapAnyway = false

  /// Whether any of these was given.
  var isGiven: Bool {
    let numbers = [target, budgetMib, keepFreeMib, interval, settle, factor, leastGain]
    return numbers.contains { $0 != nil } || samples != nil || patience != nil || shrink
      || restoreOnInterrupt || hapAnyway
  }

  func validate() throws {
    try Self.check("--target", target, 0...1e9)
    try Self.check("--budget-mib", budgetMib, 0...65_536)
    try Self.check("--keep-free-mib", keepFreeMib, 0...1e8)
    try Self.check("--interval", interval, 0.01...86_400)
    try Self.check("--settle", settle, 0...86_400)
    try Self.check("--factor", factor, 1.01...16)
    try Self.check("--least-gain", leastGain, 0...99)
    try Self.check("--samples", samples.map(Double.init), 1...1000)
    try Self.check("--patience", patience.map(Double.init), 1...100)
  }

  /// The settings for a domain.
  func settings(_ domain: DomainReport) -> TuneSettings {
    var settings = TuneSettings(
      target: target ?? TuneSettings.defaultTarget,
      budgetPages: budgetMib.map { Int($0 * 256) } ?? TuneSettings.defaultBudget(domain.rules))
    if let keepFreeMib { settings.keptFreePages = Int(keepFreeMib * 256) }
    if let interval { settings.interval = interval }
    settings.settle = settle ?? 2 * settings.interval
    if let samples { settings.samples = samples }
    if let factor { settings.factor = factor }
    if let leastGain { settings.leastGain = leastGain / 100 }
    if let patience { settings.patience = patience }
    settings.canShrink = shrink
    settings.restoresOnInterrupt = restoreOnInterrupt
    settings.triesNestedPaging = hapAnyway && !domain.hasShadows
    return settings
  }

  private static func check(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError("\(name) must be \(range.lowerBound) to \(range.upperBound)")
  }
}
