import Bench
import Glibc
import GuestModel
import ShadowModel

/// Random reference guests: many allocations in one pass against a run for each.
enum GuestSweeps {
  /// `numbers`: guests, first seed.
  static func compare(_ numbers: [UInt64]) {
    let guests = numbers.first ?? 1000
    let first = numbers.dropFirst().first ?? 0
    var dropped = 0
    var pairs = 0
    for seed in first..<(first + guests) {
      var random = SeededGenerator(seed: seed)
      let mode = [PagingMode.twoLevel, .pae, .fourLevel][random.below(3)]
      let shape = GuestShape(
        mode: mode, memoryMiB: 128, vcpus: random.below(8) == 0 ? 2 : 1)
      let text = parameters(&random)
      do {
        let workload = try ReferenceWorkload(text: text, shape: shape)
        let least = 40 + random.below(120)
        let step = 1 + random.below(20)
        let sizes = (0..<(1 + random.below(64))).map { least + $0 * step }
        let outcome = InputSweeps.compare(workload, sizes: sizes, raises: false)
        if outcome.isDifferent {
          print("seed \(seed): \(mode.name) \(text): \(outcome.text)")
          exit(1)
        }
        dropped += outcome.dropped
        pairs += sizes.count
      } catch {
        print("seed \(seed): \(error)")
        exit(2)
      }
    }
    print(
      "\(guests) guests from seed \(first): no difference; "
        + "\(dropped) of \(pairs) sizes dropped")
  }

  private static func parameters(_ random: inout SeededGenerator) -> String {
    let procs = 4 + random.below(24)
    let leaves = 1 + random.below(6)
    var text = "procs=\(procs) leaves=\(leaves) touch=\(1 + random.below(40))"
    text += " rounds=\(1 + random.below(4)) sched=\(random.below(3))"
    text += " pattern=\(random.below(3)) seed=\(random.below(1000))"
    if random.below(3) == 0 { text += " window=\(1 + random.below(leaves))" }
    if random.below(3) == 0 { text += " kleaves=\(1 + random.below(3)) ktouch=4" }
    if random.below(3) == 0 { text += " kpriv=1" }
    if random.below(3) == 0 { text += " write=1" }
    if random.below(2) == 0 { text += " ad=1" }
    if random.below(6) == 0 { text += " super=1" }
    if random.below(3) == 0 { text += " remap=\(1 + random.below(4))" }
    if random.below(3) == 0 { text += " churn=\(1 + random.below(6))" }
    if random.below(4) == 0 { text += " repeat=2" }
    return text
  }
}
