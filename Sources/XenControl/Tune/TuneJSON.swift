import ShadowModel

/// What a search says, as JSON: a line for each thing that happens.
public enum TuneJSON {
  /// What happens on the way.
  public static func line(_ event: HostTune.Event, _ domain: DomainReport) throws -> String {
    switch event {
    case .measured(let step):
      try HostJSON.line(MeasuredRecord(domid: domain.info.id, step: StepRecord(step, domain)))
    case .changing(let from, let to):
      try HostJSON.line(ChangeRecord(domid: domain.info.id, fromPages: from, toPages: to))
    case .idle: try HostJSON.line(IdleRecord(domid: domain.info.id))
    }
  }

  /// The end.
  public static func end(_ tune: HostTune, log: String, rule: RuleChoice) throws -> String {
    let journal = tune.journal
    return try HostJSON.line(
      ResultRecord(
        domid: journal.domid, name: journal.name, verdict: journal.verdict?.rawValue,
        targetFaultsPerSecond: journal.settings.target, firstPages: journal.firstPages,
        bestPages: journal.bestPages, pages: journal.pages, pagesExact: journal.pagesExact,
        shadowMib: Double(journal.pages) / 256,
        multipliers: multipliers(tune.domain, journal.pages),
        multiplier: tune.domain.rules.multiplier(rule.rule, ofPages: journal.pages),
        rule: rule.rule.rawValue, ruleReason: rule.reason,
        steps: journal.steps.map { StepRecord($0, tune.domain) }, log: log))
  }

  /// The steps that a search may take.
  public static func plan(
    _ tune: HostTune, _ plan: (growing: [Int], shrinking: [Int]), rule: RuleChoice
  ) throws -> String {
    try HostJSON.line(
      PlanRecord(
        domid: tune.journal.domid, name: tune.journal.name, pages: tune.journal.pages,
        targetFaultsPerSecond: tune.journal.settings.target, growingPages: plan.growing,
        shrinkingPages: plan.shrinking, rule: rule.rule.rawValue, ruleReason: rule.reason))
  }

  fileprivate static func multipliers(_ domain: DomainReport, _ pages: Int) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: PoolRules.all.map {
        ($0.rawValue, domain.rules.multiplier($0, ofPages: pages))
      })
  }
}

private struct StepRecord: Encodable {
  var pages: Int
  var shadowMib: Double
  var multipliers: [String: Double]
  var faultsPerSecondPerVcpu: Double
  var spread: Double
  var faultsPerProcessorSecond: Double
  var processors: Double
  var samples: Int

  init(_ step: TuneStep, _ domain: DomainReport) {
    pages = step.pages
    shadowMib = Double(step.pages) / 256
    multipliers = TuneJSON.multipliers(domain, step.pages)
    faultsPerSecondPerVcpu = step.measurement.rate
    spread = step.measurement.spread
    faultsPerProcessorSecond = step.measurement.perProcessorSecond
    processors = step.measurement.processors
    samples = step.measurement.samples
  }
}

private struct MeasuredRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var event = "measured"
  var domid: Int
  var step: StepRecord
}

private struct ChangeRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var event = "changing"
  var domid: Int
  var fromPages: Int
  var toPages: Int
}

private struct IdleRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var event = "idle"
  var domid: Int
}

private struct PlanRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var event = "plan"
  var domid: Int
  var name: String?
  var pages: Int
  var targetFaultsPerSecond: Double
  var growingPages: [Int]
  var shrinkingPages: [Int]
  var rule: String
  var ruleReason: String
}

private struct ResultRecord: Encodable {
  var schemaVersion = HostJSON.schemaVersion
  var event = "result"
  var domid: Int
  var name: String?
  var verdict: String?
  var targetFaultsPerSecond: Double
  var firstPages: Int
  var bestPages: Int
  var pages: Int
  var pagesExact: Bool
  var shadowMib: Double
  var multipliers: [String: Double]
  var multiplier: Double
  var rule: String
  var ruleReason: String
  var steps: [StepRecord]
  var log: String
}
