extension FigureReader {
  /// The part `sharing`, which may be missing: then nothing is shared.
  mutating func sharing(
    _ place: YAMLValue?, processes: Int
  ) throws(InputError) -> WorkloadFile.Sharing {
    var mapping: YAMLMapping?
    if let place {
      mapping = try place.mapping(known: ["entries_share", "sharers", "writable_share"])
    }
    let share = try figure(mapping, "entries_share", 0...1, default: 0)
    return WorkloadFile.Sharing(
      entriesShare: share,
      sharers: try figure(
        mapping, "sharers", 1...20000, whole: true, default: Double(processes)),
      writableShare: try figure(mapping, "writable_share", 0...1, default: 1 - share.value))
  }

  /// The part `activity`.
  mutating func activity(
    _ place: YAMLValue, processes: Int
  ) throws(InputError) -> WorkloadFile.Activity {
    let mapping = try place.mapping(known: [
      "active_processes", "turnover", "leaves_touched", "entries_touched", "blocks_touched",
      "run_pages", "overlap", "root_loads", "churn", "guest_faults", "write_share", "schedule",
    ])
    let schedules = WorkloadFile.Schedule.allCases
    try mapping.require(["leaves_touched", "entries_touched", "root_loads", "schedule"])
    var blocks: Figure?
    if mapping.optional("blocks_touched") != nil {
      blocks = try figure(mapping, "blocks_touched", 1...32)
    }
    let overlap = try figure(mapping, "overlap", 0...1, default: 0.75)
    return WorkloadFile.Activity(
      activeProcesses: try figure(
        mapping, "active_processes", 1...20000, whole: true, default: Double(processes)),
      turnover: try figure(mapping, "turnover", 0...1, default: (1 - overlap.value) / 4),
      leavesTouched: try figure(mapping, "leaves_touched", 1...16384),
      entriesTouched: try figure(mapping, "entries_touched", 1...1024),
      blocksTouched: blocks,
      runPages: try figure(mapping, "run_pages", 1...32, default: 2.5),
      overlap: overlap,
      rootLoads: try figure(mapping, "root_loads", 1...1_000_000),
      churn: try figure(mapping, "churn", 0...1000, default: 0),
      guestFaults: try figure(mapping, "guest_faults", 0...1_000_000, default: 0),
      writeShare: try figure(mapping, "write_share", 0...1, default: 0.3),
      schedule: schedules[
        try mapping.required("schedule").choice(schedules.map(\.rawValue))])
  }

  /// The part `run`, which may be missing.
  mutating func run(_ place: YAMLValue?) throws(InputError) -> WorkloadFile.Run {
    var mapping: YAMLMapping?
    if let place { mapping = try place.mapping(known: ["warm_up_seconds", "seconds"]) }
    return WorkloadFile.Run(
      warmUpSeconds: try mapping?.optional("warm_up_seconds")?.integer(in: 0...3600) ?? 3,
      seconds: try mapping?.optional("seconds")?.integer(in: 1...3600) ?? 10)
  }
}
