import GuestModel
import ShadowModel

/// The model and the reference guest, as runs and verification take them.
public enum StandardModel {
  /// The model's pager, without a log of events.
  public static let pager: PagerFactory = { configuration, memory, policy in
    makePager(configuration: configuration, memory: memory, policy: policy)
  }

  /// The model at many allocations at once.
  public static let sweep: SweepFactory = { configuration, allocations, memory in
    ShadowSweep(configuration: configuration, allocations: allocations, memory: memory)
  }

  /// The reference guest as the scenarios' files describe it.
  public static let referenceGuest: Verification.WorkloadFactory = {
    guest, shape throws(InputError) in
    try ReferenceWorkload(text: guest, shape: shape)
  }
}
