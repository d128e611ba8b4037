import Charts
import ShadowModel

extension ReportPart {
  /// What a report says of `file`; `id` is its name within the page.
  init(_ file: ResultFile, id: String) {
    switch file.content {
    case .recommendation(let record):
      self = Self.recommendation(record, file, id)
    case .sweep(let record):
      self = Self.sizes(
        record.conditions, record.points, knee: record.knee, needed: record.neededPages,
        kind: "sweep", file, id)
      blocks.append(Self.facts(record.input, record.conditions, record.environment, file))
    case .prediction(let record): self = Self.prediction(record, file, id)
    case .run(let record): self = Self.run(record, file, id)
    case .verification(let record): self = Self.verification(record, file, id)
    case .traceSummary(let record): self = Self.trace(record, file, id)
    case .nestedPaging(let record): self = Self.nestedPaging(record, file, id)
    case .templateRecommendation(let record): self = Self.template(record, file, id)
    case .matrix(let record): self = Self.matrix(record, file, id)
    }
  }

  static func facts(
    _ input: InputRecord?, _ conditions: ConditionsRecord?, _ environment: RunEnvironment?,
    _ file: ResultFile
  ) -> ReportBlock {
    FactBlocks.block(
      input: input, conditions: conditions, environment: environment, version: file.schemaVersion)
  }

  static func size(_ point: PointRecord) -> String {
    "\(Numeral.fixed(point.multiplier, 2)) × \(point.rule) = "
      + "\(Numeral.fixed(point.shadowMib, 2)) MiB = \(Numeral.grouped(point.pages)) pages"
  }

  /// Sizes of one input: the curve and what else they do.
  static func sizes(
    _ conditions: ConditionsRecord, _ points: [PointRecord], knee: KneeRecord?, needed: Int,
    kind: String, _ file: ResultFile, _ id: String,
    traced: PredictionRecord.Traced? = nil
  ) -> ReportPart {
    var curve = CurveData(conditions, points: points)
    if let traced {
      curve.mark(
        SizeMark(
          symbol: "S", name: "size that the trace was taken at", mebibytes: traced.shadowMib))
    }
    if let failing = knee?.failing { curve.mark(.knee(mebibytes: failing.shadowMib)) }
    let (text, isGood) = outcome(knee, points: curve.points)
    let figures = CurveFigures(curve, id: id)
    var blocks: [ReportBlock] = [.outcome(isGood: isGood, text), .paragraph(need(needed))]
    if curve.points.count > 1 {
      blocks += [.figures([figures.multipliers]), .figures(figures.others)]
    } else {
      blocks.append(.table(figures.multipliers.table))
    }
    return ReportPart(
      id: id, title: "Sizes for \(conditions.input)", path: file.path, kind: kind, outcome: text,
      blocks: blocks)
  }

  private static func need(_ pages: Int) -> String {
    "To keep every shadow the input needs \(Numeral.grouped(pages)) pages "
      + "(\(Numeral.fixed(Double(pages) / 256, 2)) MiB)."
  }

  private static func outcome(_ knee: KneeRecord?, points: [PointRecord]) -> (String, Bool) {
    switch (knee?.failing, knee?.fitting) {
    case (let failing?, let fitting?):
      return (
        "Fits from \(size(fitting)). One size smaller, \(Numeral.grouped(failing.pages)) pages, "
          + "takes \(CurveFigures.percent(failing.recreationPercent)) for re-creation.", true
      )
    case (let failing?, nil):
      return ("No size that was looked at fits: \(size(failing)) fails.", false)
    case (nil, .some): return ("Every size that was looked at meets the target.", true)
    case (nil, nil): break
    }
    guard let first = points.first else { return ("No sizes.", false) }
    return ("\(size(first)): \(first.outcome).", first.verdict != Verdict.thrashes.rawValue)
  }

  private static func prediction(
    _ record: PredictionRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    var part = sizes(
      record.conditions, record.points, knee: record.knee, needed: record.neededPages,
      kind: "prediction from a trace", file, id, traced: record.traced)
    let trace = record.trace
    part.blocks.append(
      .tiles([
        ("faults fixed in the trace", Numeral.grouped(trace.faultsFixed), ""),
        ("roots given up in it", Numeral.grouped(trace.rootsGivenUp), ""),
        ("root loads", Numeral.grouped(trace.rootLoads), ""),
        ("address spaces", Numeral.grouped(trace.addressSpaces), ""),
        ("not explained", Numeral.grouped(trace.unexplained), "records"),
        ("lost", Numeral.grouped(trace.losses), "records"),
      ]))
    part.blocks = checkWarning(record.check) + part.blocks + checkBlocks(record.check)
    part.blocks += [.heading("Rests on"), .list(trace.basis)]
    part.blocks.append(facts(record.input, record.conditions, record.environment, file))
    return part
  }

  private static func run(_ record: RunRecord, _ file: ResultFile, _ id: String) -> ReportPart {
    let point = record.point
    let text =
      "\(size(point)): \(point.outcome), re-creation "
      + "\(CurveFigures.percent(point.recreationPercent)) of guest time."
    var blocks: [ReportBlock] = [
      .outcome(isGood: record.verdict != Verdict.thrashes.rawValue && !point.crashed, text),
      .paragraph(need(record.neededPages)),
      .tiles([
        ("re-creation", CurveFigures.percent(point.recreationPercent), range(point)),
        ("all shadow work", CurveFigures.percent(point.hypervisorPercent), "of guest time"),
        ("faults per root load", Numeral.fixed(point.faultsPerRootLoad, 2), ""),
        ("root loads", Numeral.grouped(point.rootLoads), ""),
        (
          "most pages in use", Numeral.grouped(point.peakPages),
          "of \(Numeral.grouped(point.pages))"
        ),
      ]),
    ]
    if let figure = TimelineFigures.phases(record.phases, id: id) {
      blocks.append(.figures([figure]))
    }
    var table = ReportTable(
      caption: "Counters of the run", columns: ["counter", "whole run", "steady state"])
    table.rows = point.counters.sorted { $0.key < $1.key }.map {
      [
        .text($0.key), .count($0.value),
        (point.steady?.counters[$0.key]).map { .count($0) } ?? .text("-"),
      ]
    }
    blocks += [.heading("Counters"), .table(table)]
    blocks.append(facts(record.input, record.conditions, record.environment, file))
    return ReportPart(
      id: id, title: "Run of \(record.conditions.input)", path: file.path, kind: "run",
      outcome: text, blocks: blocks)
  }

  private static func range(_ point: PointRecord) -> String {
    guard let range = point.recreationRange else { return "of guest time" }
    return "worst of \(point.seeds.count) seeds: \(Numeral.percent(range.lowerBound / 100)) to "
      + "\(Numeral.percent(range.upperBound / 100)) %"
  }

  private static func verification(
    _ record: VerificationRecord, _ file: ResultFile, _ id: String
  ) -> ReportPart {
    let text =
      "\(Numeral.grouped(record.scenarios)) scenarios, \(Numeral.grouped(record.counters)) counters "
      + "compared, \(Numeral.grouped(record.differing)) differ."
    var blocks: [ReportBlock] = [.outcome(isGood: record.differing == 0, text)]
    if record.differing > 0 { blocks.append(.table(AgreementFigures.differences(record))) }
    if let figures = AgreementFigures(record, id: id) {
      blocks += [
        .figures([figures.scatter]), .heading("Counter by counter"), .table(figures.counters),
      ]
    } else {
      blocks.append(
        .paragraph(
          "This result holds differences alone; ‘verify --values’ keeps every value, to be drawn."))
    }
    blocks.append(facts(nil, nil, record.environment, file))
    return ReportPart(
      id: id, title: "The model beside a real Xen", path: file.path, kind: "verification",
      outcome: text, blocks: blocks)
  }
}
