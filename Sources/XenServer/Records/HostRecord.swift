/// A host: its record, and the record of its metrics, with types.
public struct HostRecord: Hashable, Sendable, Comparable {
  /// XenAPI's reference.
  public var reference: String
  /// All fields.
  public var record: XenRecord
  /// All fields of its `host_metrics`; nil when there is no such record.
  public var metrics: XenRecord?

  /// A host of those records.
  public init(reference: String, record: XenRecord, metrics: XenRecord?) {
    self.reference = reference
    self.record = record
    self.metrics = metrics
  }

  /// `uuid`.
  public var uuid: String? { record["uuid"]?.string }
  /// `name_label`.
  public var nameLabel: String { record["name_label"]?.string ?? "" }
  /// `address`.
  public var address: String? { record["address"]?.string }
  /// `enabled`: whether machines may be started there.
  public var isEnabled: Bool { record["enabled"]?.boolean ?? true }
  /// `host_metrics.live`.
  public var isLive: Bool { metrics?["live"]?.boolean ?? true }
  /// `memory_overhead`, bytes: what Xen and the host's own services take.
  public var overheadBytes: Int? { record["memory_overhead"]?.integer.flatMap { Int(exactly: $0) } }
  /// `host_metrics.memory_total`, bytes.
  public var totalBytes: Int? { metrics?["memory_total"]?.integer.flatMap { Int(exactly: $0) } }
  /// Bytes for guests and the control domain.
  public var usableBytes: Int? {
    totalBytes.map { max(0, $0 - (overheadBytes ?? 0)) }
  }

  /// By UUID, then reference.
  public static func < (one: HostRecord, other: HostRecord) -> Bool {
    (one.uuid ?? "", one.reference) < (other.uuid ?? "", other.reference)
  }
}

/// A pool: its record with types.
public struct PoolRecord: Hashable, Sendable {
  /// XenAPI's reference.
  public var reference: String
  /// All fields.
  public var record: XenRecord

  /// A pool of that record.
  public init(reference: String, record: XenRecord) {
    self.reference = reference
    self.record = record
  }

  /// `uuid`.
  public var uuid: String? { record["uuid"]?.string }
  /// `name_label`; a pool of one host has none.
  public var nameLabel: String { record["name_label"]?.string ?? "" }
  /// `master`, a reference to a host.
  public var master: String? { record.reference("master") }
  /// `ha_enabled`.
  public var isHAEnabled: Bool { record["ha_enabled"]?.boolean ?? false }
  /// `ha_host_failures_to_tolerate`.
  public var failuresToTolerate: Int? {
    record["ha_host_failures_to_tolerate"]?.integer.flatMap { Int(exactly: $0) }
  }
  /// `ha_plan_exists_for`.
  public var planExistsFor: Int? {
    record["ha_plan_exists_for"]?.integer.flatMap { Int(exactly: $0) }
  }
  /// `ha_overcommitted`.
  public var isOvercommitted: Bool { record["ha_overcommitted"]?.boolean ?? false }
  /// `ha_allow_overcommit`.
  public var allowsOvercommit: Bool { record["ha_allow_overcommit"]?.boolean ?? false }
}

extension HostRecord {
  /// The key of `other_config` that says whether guests get nested paging there: `true` or `false`.
  ///
  /// XenAPI itself does not know; an administrator may set it.
  public static let hapKey = "hap"

  /// Whether guests get nested paging there, by ``hapKey``; nil when nobody says.
  public var hasHAP: Bool? {
    record["other_config"]?.strings?[Self.hapKey].flatMap { XenValue.string($0).boolean }
  }
}
