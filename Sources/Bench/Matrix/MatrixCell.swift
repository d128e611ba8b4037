import Digests
public import GuestModel
public import ShadowModel
public import XenServer

/// What a matrix says about a guest; what it leaves out is the input's.
public struct GuestOverride: Hashable, Sendable {
  /// The paging mode.
  public var mode: PagingMode?
  /// Memory, MiB.
  public var memoryMiB: Int?
  /// Virtual CPUs.
  public var vcpus: Int?

  /// This, and `other` where it says nothing.
  func over(_ other: GuestOverride) -> GuestOverride {
    GuestOverride(
      mode: mode ?? other.mode, memoryMiB: memoryMiB ?? other.memoryMiB,
      vcpus: vcpus ?? other.vcpus)
  }

  /// In a few words, empty when nothing is said: `pae-2048mib-2vcpu`.
  var words: String {
    [mode?.name, memoryMiB.map { "\($0)mib" }, vcpus.map { "\($0)vcpu" }]
      .compactMap { $0 }.joined(separator: "-")
  }
}

/// One combination of a matrix: an input's curve under one set of conditions.
public struct MatrixCell: Hashable, Sendable {
  /// Its place in the matrix, from 0.
  public var index: Int
  /// The input as the matrix names it.
  public var input: String
  /// What is said about its guest.
  public var guest: GuestOverride
  /// The template that says it; nil where none does.
  public var template: BuiltInTemplate?
  /// The sizing rule.
  public var rule: SizingRule
  /// How the P2M is built.
  public var p2m: P2MLayout
  /// Which shadows are given up when the pool is full.
  public var policy: ReclaimPolicyChoice
  /// The workload's seed.
  public var seed: UInt64

  /// What tells the cell from all others of the matrix.
  ///
  /// Its place is no part of it, so it stays the same when others come and go.
  public var id: String {
    let words = [
      Self.slug(input), template?.id ?? guest.words, rule.rawValue, p2m.rawValue, policy.rawValue,
      "s\(seed)",
    ]
    let readable = words.filter { !$0.isEmpty }.joined(separator: "-")
    return "\(readable)-\(SHA256.hex(settings.utf8).prefix(10))"
  }

  /// The cell's settings on one line, all of them.
  var settings: String {
    "input=\(input)\tguest=\(guest.words)\trule=\(rule.rawValue)\tp2m=\(p2m.rawValue)"
      + "\tpolicy=\(policy.rawValue)\tseed=\(seed)"
      + (template.map { "\ttemplate=\($0.id) \($0.shadowMultiplier)" } ?? "")
  }

  /// The end of an input's name, of letters and digits that any file name may have.
  private static func slug(_ name: String) -> String {
    let isReference = name.hasPrefix("reference:")
    var end = isReference ? "reference" : name.split(separator: "/").last.map(String.init) ?? ""
    for suffix in [".yaml", ".yml"] where end.hasSuffix(suffix) { end.removeLast(suffix.count) }
    let safe = end.lowercased().unicodeScalars.map { scalar in
      switch scalar {
      case "a"..."z", "0"..."9", "_": Character(scalar)
      default: Character("-")
      }
    }
    return String(safe.prefix(32))
  }
}
