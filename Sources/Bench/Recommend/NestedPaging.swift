import GuestModel
import ShadowModel
import XenServer

/// Why there is nothing to recommend on a host with nested paging.
public enum NestedPaging {
  /// The reasons, a sentence each.
  public static let basis = [
    "With nested paging (Intel EPT, AMD NPT) the processor walks the guest's own page tables: "
      + "there are no shadows to run short of, so a larger pool buys no speed.",
    "The pool then holds the P2M table and the log-dirty bitmap: about one page for each 2 MiB of "
      + "guest memory at most, half of what multiplier 1.0 gives by XenServer's rule.",
    "Each step above 1.0 takes about 0.8 % of the guest's memory from the host for nothing: "
      + "\(ShadowPagingProduct.nestedPaging).",
  ]

  /// What a guest has unasked.
  struct Pools: Hashable, Sendable {
    /// By XenServer, at 1.0, MiB.
    var xapiMiB: Int
    /// By libxl since 4.17, which leaves out the page for each MiB that shadows would take: pages.
    var libxlPages: Int

    /// The pools of a guest.
    init(_ sizing: Sizing) {
      let xapi = SizingRule.xapi.basePages(shape: sizing.shape, p2mPages: sizing.p2mPages)
      xapiMiB = xapi / 256
      libxlPages = 256 * sizing.shape.vcpus + sizing.shape.memoryMiB
    }
  }

  /// The sizing of a guest by the rule of a toolstack: XenServer's where no other was asked for.
  public static func sizing(_ sizing: Sizing) -> Sizing {
    var sizing = sizing
    if sizing.rule == .mappedOnce { sizing.rule = .xapi }
    return sizing
  }
}
