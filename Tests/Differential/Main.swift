import Glibc
import GuestModel
import ShadowModel
import TestSupport

/// The long comparison of the model with the plain one, outside the quick tests.
///
/// `differential [STREAMS [OPERATIONS [FIRST-SEED]]]`. Every tenth stream runs the FIFO policy.
@main
struct Main {
  static func main() {
    let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
    let streams = numbers.first ?? 10_000
    let operations = Int(numbers.dropFirst().first ?? 1000)
    let first = numbers.dropFirst(2).first ?? 0
    var policies: [ReclaimPolicyChoice: Int] = [:]
    for seed in first..<(first + streams) {
      let policy: ReclaimPolicyChoice = seed % 10 == 9 ? .fifo : .xen
      let comparison = Differential(policy: policy) { configuration, memory, policy in
        makePager(
          configuration: configuration, memory: memory, policy: policy, logsEvents: true)
      }
      policies[policy, default: 0] += 1
      guard let divergence = comparison.compare(seed: seed, count: operations) else { continue }
      print("The model and the plain model differ:\n\(divergence)")
      exit(1)
    }
    print(
      "\(streams) streams of \(operations) operations from seed \(first): no difference "
        + "(\(policies[.xen, default: 0]) with Xen's policy, \(policies[.fifo, default: 0]) FIFO)")
  }
}
