import Digests

/// What a result is of: results with the same subject are of the same thing.
struct ResultSubject: Hashable, Sendable {
  /// Everything that must be the same, in words.
  var facts: [String]
  /// What people call it: the kind, the input and the size.
  var label: String

  init(_ file: ResultFile) {
    var facts = [file.kind.rawValue]
    var words = [file.kind.rawValue.replacing("_", with: " ")]
    if let conditions = file.content.conditions {
      facts += Self.facts(conditions)
      words.append(conditions.input)
    }
    switch file.content {
    case .run(let record):
      facts += ["\(record.point.requestedPages)", "\(record.point.seeds)", record.point.rule]
      words.append("\(Numeral.fixed(record.point.shadowMib, 2)) MiB")
    case .sweep(let record): facts += record.points.map { "\($0.seeds)" }.prefix(1)
    case .recommendation(let record): facts += ["\(record.defaultSize.seeds)", record.rule]
    case .prediction(let record): facts += record.points.map { "\($0.seeds)" }.prefix(1)
    case .verification(let record):
      let names = record.results.map(\.id).joined(separator: " ")
      facts.append(names)
      words.append("\(record.scenarios) scenarios (\(SHA256.hex(names.utf8).prefix(8)))")
    case .traceSummary(let record):
      facts.append(record.info.file)
      words.append(record.info.file)
    case .nestedPaging(let record):
      facts.append(record.rule)
      words.append(record.rule)
    case .templateRecommendation(let record):
      facts += [record.template.nameLabel, "\(record.hostMib)"]
      words.append(record.template.nameLabel)
    case .matrix(let record):
      facts.append(record.matrix)
      words.append(record.matrix)
    }
    self.facts = facts
    label = words.joined(separator: " ")
  }

  private static func facts(_ conditions: ConditionsRecord) -> [String] {
    let cycles = conditions.cyclesPerAccess ?? ShareRule.defaultCyclesPerAccess
    // Results made before there was a choice are compared with those of the default.
    let placement = conditions.placement.flatMap { $0 == "descending" ? nil : $0 }
    return [
      conditions.input, conditions.kind, conditions.mode, "\(conditions.memoryMib)",
      "\(conditions.vcpus)", conditions.p2m, conditions.policy, conditions.costProfile,
      "\(conditions.target)", "\(conditions.margin)", "\(cycles)",
    ] + (placement.map { [$0] } ?? [])
  }
}

extension ResultFile.Content {
  /// The guest and the prices; nil where there are none.
  var conditions: ConditionsRecord? {
    switch self {
    case .run(let record): record.conditions
    case .sweep(let record): record.conditions
    case .recommendation(let record): record.conditions
    case .prediction(let record): record.conditions
    case .templateRecommendation(let record): record.shadowPaging?.conditions
    case .verification, .traceSummary, .nestedPaging, .matrix: nil
    }
  }

  /// The input with its digest; nil in version 1.
  var input: InputRecord? {
    switch self {
    case .run(let record): record.input
    case .sweep(let record): record.input
    case .recommendation(let record): record.input
    case .prediction(let record): record.input
    case .templateRecommendation(let record): record.shadowPaging?.input
    case .verification, .traceSummary, .nestedPaging, .matrix: nil
    }
  }

  /// Measured times; nil where there are none.
  var timing: TimingRecord? {
    guard case .run(let record) = self else { return nil }
    return record.timing
  }

  /// The machine; nil where it is not told.
  var environment: RunEnvironment? {
    switch self {
    case .run(let record): record.environment
    case .sweep(let record): record.environment
    case .recommendation(let record): record.environment
    case .prediction(let record): record.environment
    case .verification(let record): record.environment
    case .templateRecommendation(let record): record.environment
    case .traceSummary, .nestedPaging, .matrix: nil
    }
  }

  /// The same without what depends on the machine: times and the machine itself.
  var withoutMachine: Self {
    switch self {
    case .run(var record):
      record.timing = nil
      record.environment = nil
      return .run(record)
    case .sweep(var record):
      record.environment = nil
      return .sweep(record)
    case .recommendation(var record):
      record.environment = nil
      return .recommendation(record)
    case .prediction(var record):
      record.environment = nil
      return .prediction(record)
    case .verification(var record):
      record.environment = nil
      return .verification(record)
    case .templateRecommendation(var record):
      record.environment = nil
      return .templateRecommendation(record)
    case .traceSummary, .nestedPaging, .matrix: return self
    }
  }
}
