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
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
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
