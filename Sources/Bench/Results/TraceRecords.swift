import XenTrace

/// A trace in a result.
struct TraceInfoRecord: Codable {
  struct Processor: Codable {
    var number: Int
    var records: UInt64
  }
  struct VCPU: Codable {
    var domain: Int
    var vcpu: Int
  }
  struct Damage: Codable {
    var kind: String
    var offset: UInt64
    var lostBytes: UInt64
  }

  var file: String
  var bytes: UInt64
  var records: UInt64
  var windows: UInt64
  var paddings: UInt64
  var spanCycles: UInt64
  var processors: [Processor]
  var maker: String
  var vcpus: [VCPU]
  var paging: [String]
  var since419: Bool
  var lostRecords: UInt64
  var lostPeriods: UInt64
  var damages: UInt64
  var lostBytes: UInt64
  var firstDamages: [Damage]
  /// Places at which a processor's time runs back; nil in results that were kept before this was
  /// counted.
  var rewinds: UInt64?
  var rewoundCycles: UInt64?
  var unreadable: UInt64
  var classes: [String: UInt64]
  var shadowEvents: [String: UInt64]
  var rootLoads: UInt64

  init(_ reading: TraceReading) {
    let (readout, summary) = (reading.readout, reading.summary)
    file = reading.path
    bytes = readout.bytes
    records = readout.records
    windows = readout.windows
    paddings = readout.paddings
    spanCycles = summary.spanCycles
    processors = reading.processors.map { Processor(number: $0.number, records: $0.records) }
    maker = reading.maker
    vcpus = summary.vcpus.sorted().map { VCPU(domain: Int($0.domain), vcpu: Int($0.vcpu)) }
    paging = reading.modeNames
    since419 = summary.isSince419
    lostRecords = summary.lostRecords
    lostPeriods = summary.lostPeriods
    damages = readout.damages
    lostBytes = readout.lostBytes
    firstDamages = readout.firstDamages.map {
      Damage(kind: $0.kind.rawValue, offset: $0.offset, lostBytes: $0.lostBytes)
    }
    rewinds = readout.rewinds
    rewoundCycles = readout.rewoundCycles
    unreadable = summary.unreadable
    classes = [:]
    for (index, name) in TraceReading.classNames.enumerated() where summary.classes[index] > 0 {
      classes[name] = summary.classes[index]
    }
    shadowEvents = [:]
    for kind in ShadowTraceEvent.Kind.allCases where summary.count(kind) > 0 {
      shadowEvents[kind.name] = summary.count(kind)
    }
    rootLoads = summary.rootLoads
  }
}

/// A trace's sums in a result.
struct TraceSummaryRecord: Codable {
  struct Arc: Codable {
    var count: UInt64
    var totalCycles: UInt64
    var medianCycles: Double
    var meanCycles: Double
    var shortestCycles: UInt64
    var longestCycles: UInt64
    var shareOfTime: Double
  }
  struct Space: Codable {
    var cr3: UInt64
    var rootLoads: UInt64
    var fixups: UInt64
    var promotes: UInt64
    var reshadowings: UInt64
    var cycles: UInt64
  }
  struct Bucket: Codable {
    var fromCycles: UInt64
    var rootLoads: UInt64
    var fixups: UInt64
    var reclaims: UInt64
    var reshadowings: UInt64
    var shadowCycles: UInt64
  }

  var info: TraceInfoRecord
  var fixupCauses: [String: UInt64] = [:]
  var reclaims: UInt64
  var reshadowings: UInt64
  var reshadowMedianCycles: Double
  var reshadowMeanCycles: Double
  var shadowShare: Double
  var arcs: [String: Arc] = [:]
  var addressSpaces: Int
  var topAddressSpaces: [Space]
  var timeline: [Bucket]

  init(_ reading: TraceReading) {
    let summary = reading.summary
    info = TraceInfoRecord(reading)
    for (index, name) in TraceSummary.causeNames.enumerated() {
      fixupCauses[name] = summary.causes[index]
    }
    reclaims = summary.count(.preallocUnpin)
    reshadowings = summary.reshadowings
    reshadowMedianCycles = summary.spaces.reshadowTimes.median
    reshadowMeanCycles = summary.spaces.reshadowTimes.mean
    let time = Double(max(1, summary.processorCycles))
    shadowShare = Double(summary.shadowCycles) / time
    for kind in ArcKind.allCases {
      let arc = summary.arcs[kind.rawValue]
      guard arc.count > 0 else { continue }
      arcs[kind.name] = Arc(
        count: arc.count, totalCycles: arc.total, medianCycles: arc.median, meanCycles: arc.mean,
        shortestCycles: arc.shortest, longestCycles: arc.longest,
        shareOfTime: Double(arc.total) / time)
    }
    addressSpaces = summary.spaces.spaces.count
    topAddressSpaces = summary.spaces.dearest(10).map {
      Space(
        cr3: $0.root << 12, rootLoads: $0.rootLoads, fixups: $0.fixups, promotes: $0.promotes,
        reshadowings: $0.reshadowings, cycles: $0.cycles)
    }
    let timeline = summary.timeline
    self.timeline = (0..<timeline.used).map { index in
      let bucket = timeline.buckets[index]
      return Bucket(
        fromCycles: UInt64(index) &* timeline.bucketCycles, rootLoads: bucket.rootLoads,
        fixups: bucket.fixups, reclaims: bucket.reclaims, reshadowings: bucket.reshadowings,
        shadowCycles: bucket.shadowCycles)
    }
  }
}

extension JSONResult {
  /// `trace info`.
  public static func text(info reading: TraceReading) throws -> String {
    try encode(.traceInfo, TraceInfoRecord(reading))
  }

  /// `trace summary`.
  public static func text(summary reading: TraceReading) throws -> String {
    try encode(.traceSummary, TraceSummaryRecord(reading))
  }
}

extension TraceReport {
  /// `trace summary` as CSV: a row for each figure, `section,name,measure,value`.
  public static func csv(_ reading: TraceReading) -> [String] {
    let record = TraceSummaryRecord(reading)
    var lines = ["section,name,measure,value"]
    func add(_ section: String, _ name: String, _ measure: String, _ value: some Any) {
      lines.append(CSVLine.of([section, name, measure, "\(value)"]))
    }
    for (name, count) in record.info.shadowEvents.sorted(by: { $0.key < $1.key }) {
      add("shadow_event", name, "records", count)
    }
    add("event", "cr3_write", "records", record.info.rootLoads)
    for (name, count) in record.fixupCauses.sorted(by: { $0.key < $1.key }) {
      add("fixup_cause", name, "faults", count)
    }
    add("thrash", "reclaims", "roots", record.reclaims)
    add("thrash", "reshadowings", "address_spaces", record.reshadowings)
    add("thrash", "reshadow_time", "median_cycles", record.reshadowMedianCycles)
    add("time", "shadow_work", "share", record.shadowShare)
    for (name, arc) in record.arcs.sorted(by: { $0.key < $1.key }) {
      add("arc", name, "count", arc.count)
      add("arc", name, "total_cycles", arc.totalCycles)
      add("arc", name, "median_cycles", arc.medianCycles)
    }
    for space in record.topAddressSpaces {
      let name = "0x" + String(space.cr3, radix: 16)
      add("address_space", name, "root_loads", space.rootLoads)
      add("address_space", name, "fixups", space.fixups)
      add("address_space", name, "cycles", space.cycles)
    }
    for bucket in record.timeline {
      let name = String(bucket.fromCycles)
      add("timeline", name, "root_loads", bucket.rootLoads)
      add("timeline", name, "fixups", bucket.fixups)
      add("timeline", name, "reclaims", bucket.reclaims)
      add("timeline", name, "reshadowings", bucket.reshadowings)
      add("timeline", name, "shadow_cycles", bucket.shadowCycles)
    }
    return lines
  }
}
