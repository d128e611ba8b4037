/// How a virtual machine runs: a record's `domain_type`.
public enum DomainType: String, CaseIterable, Sendable {
  /// Hardware virtualised, with an emulated PC.
  case hvm
  /// Hardware virtualised without an emulated PC.
  case pvh
  /// Paravirtualised: it has no paging pool that a multiplier could enlarge.
  case pv
  /// Paravirtualised inside a PVH container, a shim of which takes memory as well.
  case pvInPVH = "pv_in_pvh"

  /// The type of a record.
  ///
  /// Records from before domain types existed have none, and the server may say `unspecified`: then
  /// the boot policy decides, an empty one being a paravirtualised machine's.
  /// - Parameters:
  ///   - record: the field `domain_type`; nil when the record has no such field
  ///   - bootPolicy: the field `HVM_boot_policy`; nil when the record has no such field
  /// - Returns: nil for a type that is not known, and when the record has neither field
  public init?(record: String?, bootPolicy: String?) {
    guard let record, !record.isEmpty, record != "unspecified" else {
      guard let bootPolicy else { return nil }
      self = bootPolicy.isEmpty ? .pv : .hvm
      return
    }
    self.init(rawValue: record)
  }

  /// Whether xenopsd gives the machine the pool that its multiplier asks for: it builds all but
  /// `hvm` with 1.0.
  public var usesMultiplier: Bool { self == .hvm }
}
