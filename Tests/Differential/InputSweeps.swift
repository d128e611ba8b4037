import Bench
import Glibc
import GuestModel
import ShadowModel

/// Whole workloads: many allocations in one pass against a run for each.
enum InputSweeps {
  /// A file of scenarios, workload files and captures.
  static func compare(_ inputs: [String]) {
    for input in inputs {
      do {
        if input.hasSuffix(".json") {
          try compareScenarios(input)
        } else {
          let workload = try load(input)
          report(input, compare(workload, sizes: sizes(workload.shape), raises: true))
        }
      } catch {
        print(error)
        exit(2)
      }
    }
  }

  static func load(_ input: String) throws(InputError) -> any Workload {
    if input.hasSuffix(".yaml") {
      return try SyntheticWorkload(file: WorkloadFile.load(path: input))
    }
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2)
    return try CaptureWorkload(capture: Capture.load(path: input), shape: shape)
  }

  private static func compareScenarios(_ path: String) throws(InputError) {
    for scenario in try ScenarioFile.load(path: path).scenarios {
      let workload = try ReferenceWorkload(text: scenario.guest, shape: scenario.shape)
      report(
        scenario.id, compare(workload, sizes: sizes(workload.shape), raises: true))
    }
  }

  private static func report(_ name: String, _ outcome: Outcome) {
    print("\(name): \(outcome.text)")
    if outcome.isDifferent { exit(1) }
  }

  /// 64 sizes from Xen's minimum to a good deal more.
  static func sizes(_ shape: GuestShape) -> [Int] {
    let least = DomainConfiguration(shape: shape, allocationPages: 0).minimumAllocation
    return (0..<64).map { least + $0 * least / 24 }
  }

  /// How a comparison ended.
  struct Outcome {
    var text: String
    var isDifferent = false
    var dropped = 0
  }

  static func compare(_ workload: any Workload, sizes: [Int], raises: Bool) -> Outcome {
    var configuration = DomainConfiguration(shape: workload.shape, allocationPages: 0)
    configuration.raisesToMinimum = raises
    let start = seconds()
    let sweep = ShadowSweep(
      configuration: configuration, allocations: sizes, memory: workload.makeMemory())
    run(workload) { sweep.execute($0) }
    let swept = seconds() - start
    let peak = peakMiB()
    var single = 0.0
    var smallest = 0.0
    var reclaiming = 0
    var dropped = 0
    for (number, size) in sizes.enumerated() {
      configuration.allocationPages = size
      let start = seconds()
      let pager = makePager(configuration: configuration, memory: workload.makeMemory())
      run(workload) { pager.execute($0) }
      single += seconds() - start
      if number == 0 { smallest = seconds() - start }
      if pager.counters[.prealloc1] > 0 { reclaiming += 1 }
      if sweep.refusal(at: number) != nil {
        dropped += 1
      } else if let line = difference(pager, sweep, number) {
        return Outcome(text: "at \(size) pages \(line)", isDifferent: true)
      }
    }
    let mean = single / Double(sizes.count)
    return Outcome(
      text:
        "equal; \(reclaiming) of \(sizes.count) sizes reclaim, \(dropped) dropped; one pass costs "
        + "\(Int(100 * swept / smallest)) % of a run at the smallest size, "
        + "\(Int(100 * swept / mean)) % of an average one; peak MiB \(peak)", dropped: dropped)
  }

  private static func difference(
    _ pager: any ShadowPager, _ sweep: ShadowSweep, _ number: Int
  ) -> String? {
    for name in Counters.Name.allCases
    where pager.counters[name] != sweep.counters(at: number)[name] {
      return "\(name.xenName): \(pager.counters[name]), but \(sweep.counters(at: number)[name])"
    }
    if pager.phases != sweep.phases(at: number) { return "phases differ" }
    if pager.accesses != sweep.accesses(at: number) { return "accesses differ" }
    if pager.peakPages != sweep.peakPages(at: number) { return "peak pages differ" }
    if pager.allocationPages != sweep.allocationPages(at: number) { return "allocation differs" }
    if pager.isCrashed != sweep.isCrashed(at: number) { return "crash differs" }
    return nil
  }

  static func run(
    _ workload: any Workload, _ body: (borrowing OperationBlock) -> Void
  ) {
    var source = workload.makeSource()
    var block = OperationBlock()
    while true {
      block.removeAll()
      source.fill(&block)
      if block.count == 0 { return }
      body(block)
    }
  }

  /// The most memory this process has had resident, in MiB, rounded up.
  ///
  /// It never falls: of several inputs in one process, only the first's is its own.
  static func peakMiB() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return (Int(usage.ru_maxrss) + 1023) / 1024
  }

  private static func seconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
