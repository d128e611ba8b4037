import GuestModel
import ShadowModel
import XenServer

extension GuestOverride {
  /// The guest that a template makes: all is said.
  ///
  /// A 32-bit system counts as PAE, which its template's platform flags allow.
  init(_ template: BuiltInTemplate) {
    mode = template.wordSize == .bits64 ? .fourLevel : .pae
    memoryMiB = template.memoryMiB
    vcpus = template.vcpus
  }
}

extension BuiltInTemplate {
  /// Where a curve's knee is, seen from the pool that the template gives.
  enum KneePlace: String {
    /// The template's pool is large enough.
    case below
    /// It is too small.
    case above
    /// No size that was measured tells.
    case unknown
  }

  /// The pool that the template gives a guest, Xen's minimum applied: always by XenServer's rule.
  func allocation(_ sizing: Sizing) -> Allocation {
    var sizing = sizing
    sizing.rule = .xapi
    return sizing.allocation(.multiplier(shadowMultiplier))
  }

  /// Where the knee is for a pool of `pages`.
  static func place(of knee: Knee?, from pages: Int) -> KneePlace {
    guard let knee else { return .unknown }
    if let failing = knee.failing, failing.allocation.pages >= pages { return .above }
    if let fitting = knee.fitting, fitting.allocation.pages <= pages { return .below }
    return .unknown
  }
}
