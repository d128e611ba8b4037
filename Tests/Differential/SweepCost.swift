import Bench
import Foundation
import GuestModel
import ShadowModel

/// What 64 sizes in one pass cost against a run at one size, in user CPU time.
///
/// Pass and runs take turns, so that what slows the machine slows both.
enum SweepCost {
  private static let rounds = 5

  /// Prints a row for a workload file or a capture: the pass in seconds, its ratio to a run at the
  /// smallest size, to an average one and to the costliest, and the peak of memory in MiB.
  ///
  /// The peak is the process's, so that an input is best the only one of its process.
  static func measure(_ input: String) {
    do {
      let workload = try InputSweeps.load(input)
      let sizes = InputSweeps.sizes(workload.shape)
      let single = stride(from: 0, to: sizes.count, by: 9).map { sizes[$0] }
      var costs = [[Double]](repeating: [], count: single.count + 1)
      var peak = 0
      for _ in 0..<rounds {
        costs[0].append(userSeconds { pass(workload, sizes) })
        if peak == 0 { peak = InputSweeps.peakMiB() }
        for (number, size) in single.enumerated() {
          costs[number + 1].append(userSeconds { run(workload, size) })
        }
      }
      let medians = costs.map { $0.sorted()[rounds / 2] }
      let mean = medians.dropFirst().reduce(0, +) / Double(single.count)
      let ratios = [medians[1], mean, medians.dropFirst().max() ?? mean].map {
        hundredths(medians[0] / $0)
      }
      print(
        "\(input) \(hundredths(medians[0])) \(ratios.joined(separator: " ")) \(peak)")
    } catch {
      print(error)
      exit(2)
    }
  }

  private static func hundredths(_ value: Double) -> String {
    String(format: "%.2f", value)
  }

  private static func pass(_ workload: any Workload, _ sizes: [Int]) {
    var configuration = DomainConfiguration(shape: workload.shape, allocationPages: 0)
    configuration.raisesToMinimum = true
    let sweep = ShadowSweep(
      configuration: configuration, allocations: sizes, memory: workload.makeMemory())
    InputSweeps.run(workload) { sweep.execute($0) }
  }

  private static func run(_ workload: any Workload, _ size: Int) {
    var configuration = DomainConfiguration(shape: workload.shape, allocationPages: size)
    configuration.raisesToMinimum = true
    let pager = makePager(configuration: configuration, memory: workload.makeMemory())
    InputSweeps.run(workload) { pager.execute($0) }
  }

  private static func userSeconds(_ body: () -> Void) -> Double {
    let start = userTime()
    body()
    return userTime() - start
  }

  private static func userTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec) + Double(usage.ru_utime.tv_usec) / 1e6
  }
}
