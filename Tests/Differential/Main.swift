import Glibc
import GuestModel
import ShadowModel
import TestSupport

/// The long comparison of the model with the plain one, outside the quick tests.
///
/// `differential [STREAMS [OPERATIONS [FIRST-SEED]]]`. Every tenth stream runs the FIFO policy. The
/// streams are shared out to as many tasks as there are processors, so that a sanitizer sees
/// domains at work side by side.
@main
struct Main {
  static func main() async {
    if CommandLine.arguments.contains("--sweep") { return compareSweeps() }
    if CommandLine.arguments.contains("--guests") { return GuestSweeps.compare(numbers()) }
    if let place = CommandLine.arguments.firstIndex(of: "--cost") {
      return CommandLine.arguments[(place + 1)...].forEach(SweepCost.measure)
    }
    if let place = CommandLine.arguments.firstIndex(of: "--inputs") {
      return InputSweeps.compare(Array(CommandLine.arguments[(place + 1)...]))
    }
    let numbers = numbers()
    let streams = numbers.first ?? 10_000
    let operations = Int(numbers.dropFirst().first ?? 1000)
    let first = numbers.dropFirst(2).first ?? 0
    let workers = UInt64(max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let found = await withTaskGroup(of: Optional<String>.self) { group -> String? in
      for worker in 0..<workers {
        group.addTask {
          firstDivergence(
            seeds: stride(from: first + worker, to: first + streams, by: Int(workers)),
            operations: operations)
        }
      }
      for await result in group {
        if let result { return result }
      }
      return nil
    }
    if let found {
      print("The model and the plain model differ:\n\(found)")
      exit(1)
    }
    print("\(streams) streams of \(operations) operations from seed \(first): no difference")
  }

  private static func numbers() -> [UInt64] {
    CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
  }

  private static func compareSweeps() {
    let numbers = numbers()
    let streams = numbers.first ?? 10_000
    let operations = Int(numbers.dropFirst().first ?? 1000)
    let first = numbers.dropFirst(2).first ?? 0
    var reasons: [String: Int] = [:]
    var (whole, pairs, crashed) = (0, 0, 0)
    for seed in first..<(first + streams) {
      let mode = [PagingMode.twoLevel, .pae, .fourLevel][Int(seed % 3)]
      let configuration = StreamGenerator.configuration(seed: seed, mode: mode)
      let stream = StreamGenerator.stream(
        seed: seed, configuration: configuration, count: operations)
      let least = configuration.allocationPages
      let sizes = (0..<ShadowSweep.limit).map { least + $0 * (1 + $0 / 4) }
      let outcome = SweepComparison.compare(stream, sizes: sizes)
      if outcome.difference != nil {
        print("The sweep and single runs differ:\n\(SweepComparison.shrunk(stream, sizes: sizes))")
        exit(1)
      }
      for reason in outcome.dropped { reasons[reason, default: 0] += 1 }
      if outcome.dropped.isEmpty { whole += 1 }
      crashed += outcome.crashed
      pairs += outcome.sizes
    }
    let dropped = reasons.values.reduce(0, +)
    let share = Double((pairs - dropped) * 1000 / max(1, pairs)) / 10
    print("\(streams) streams of \(operations) operations from seed \(first): no difference")
    print("\(whole) streams ended with all sizes in the pass")
    print("\(pairs - dropped) of \(pairs) runs, \(share) %, stayed (\(crashed) of them crashed)")
    print("\(dropped) dropped:")
    for (reason, count) in reasons.sorted(by: { $0.value > $1.value }) {
      print("  \(count) \(reason)")
    }
  }

  private static func firstDivergence(seeds: StrideTo<UInt64>, operations: Int) -> String? {
    for seed in seeds {
      let policy: ReclaimPolicyChoice = seed % 10 == 9 ? .fifo : .xen
      let comparison = Differential(policy: policy) { configuration, memory, policy in
        makePager(
          configuration: configuration, memory: memory, policy: policy, logsEvents: true)
      }
      if let divergence = comparison.compare(seed: seed, count: operations) {
        return "\(divergence)"
      }
    }
    return nil
  }
}
