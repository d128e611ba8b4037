import GuestModel
import ShadowModel

@testable import Bench

/// A trace as the command line would take it.
struct TracedJob {
  let job: Job

  init(
    path: String, memoryMiB: Int = 256, vcpus: Int = 1, mode: PagingMode? = nil,
    tracedPages: Int? = nil
  ) throws {
    let input = try InputResolver.standard.open(
      InputRequest(
        path, mode: mode, memoryMiB: memoryMiB, vcpus: vcpus, tracedPages: tracedPages))
    let conditions = Conditions(
      input: input, sizing: Sizing(shape: input.shape), policy: .xen,
      rule: ShareRule(cost: CostProfile.core2), target: Target(margin: Target.traceMargin))
    job = Job(
      conditions: conditions, seeds: [1], makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep)
  }
}
