public import XenServer

/// A Xen host: its domains and their pools.
public struct Host: Sendable {
  /// The hypervisor.
  let calls: HypervisorCalls

  /// A host that answers through these calls.
  public init(_ calls: HypervisorCalls) { self.calls = calls }

  /// The host itself.
  /// - Parameter signs: what its files and processes tell
  public func info(_ signs: HostSigns) throws(HostError) -> HostInfo {
    let version = try calls.version()
    return HostInfo(
      version: version, machine: try calls.machine(), hasExactPoolSizes: calls.exact != nil,
      toolstack: toolstack(signs), product: HostProduct.find(signs, xen: version))
  }

  /// The toolstack that makes the host's domains.
  public func toolstack(_ signs: HostSigns) -> HostToolstack {
    HostToolstack(signs, readStore: calls.readStore)
  }

  /// All domains, by number.
  public func domains() throws(HostError) -> [DomainReport] {
    var reports: [DomainReport] = []
    var next = 0
    while next < Self.domainEnd, let info = try calls.domainFrom(next) {
      reports.append(report(info))
      next = info.id + 1
    }
    return reports
  }

  /// The domain that a number or a name means; a number is tried first.
  public func domain(_ text: String) throws(HostError) -> DomainReport {
    if let id = Int(text), (0..<Self.domainEnd).contains(id) {
      if let info = try info(of: id) { return report(info) }
    }
    let named = try domains().filter { $0.name == text }
    guard named.count < 2 else {
      throw .ambiguousName(text, named.map(\.info.id))
    }
    guard let found = named.first else { throw .noSuchDomain("'\(text)'") }
    return found
  }

  /// The domain that a number or a name means, if it has a pool that may be read from here.
  public func domainWithPool(_ text: String) throws(HostError) -> DomainReport {
    let report = try domain(text)
    let id = report.info.id
    if id == 0 {
      throw .noPool(
        domain: id, reason: "dom0 has no pool to look at or to change; nothing was changed")
    }
    if report.info.mode == .pv {
      throw .noPool(
        domain: id, reason: "a PV domain has no shadow pool of its own; nothing was changed")
    }
    if report.info.isDying {
      throw .noPool(domain: id, reason: "the domain is being torn down; nothing was changed")
    }
    if let fault = report.poolError { throw fault }
    return report
  }

  /// What Xen says about a domain; nil when it is not there.
  func info(of id: Int) throws(HostError) -> DomainInfo? {
    guard let info = try calls.domainFrom(id), info.id == id else { return nil }
    return info
  }

  /// The size of a domain's pool, as exact as can be.
  func pool(_ id: Int) throws(HostError) -> PoolSize {
    if let exact = calls.exact { return PoolSize(pages: try exact.pages(id), isExact: true) }
    return PoolSize(pages: try calls.allocationMiB(id) * 256, isExact: false)
  }

  private func report(_ info: DomainInfo) -> DomainReport {
    let store = "/local/domain/\(info.id)"
    let currentMiB = (info.memoryPages + 255) / 256
    let maximumMiB = calls.readStore("\(store)/memory/static-max").flatMap { Int($0) }
      .flatMap { $0 > 0 ? ($0 + 1023) / 1024 : nil }
    var report = DomainReport(
      info: info, name: calls.readStore("\(store)/name"),
      rules: PoolRules(
        vcpus: info.vcpus, maximumMiB: maximumMiB ?? max(1, currentMiB),
        memoryPages: info.memoryPages, hasNestedPaging: info.hasNestedPaging))
    guard info.id != 0, info.mode != .pv, !info.isDying else { return report }
    do throws(HostError) {
      report.pool = try pool(info.id)
      report.faultCount = info.hasNestedPaging ? nil : try calls.faultCount(info.id)
    } catch {
      report.poolError = error
    }
    return report
  }

  /// The number after the last that a domain may have.
  private static let domainEnd = 0x7ff0
}

/// A host.
public struct HostInfo: Hashable, Sendable {
  /// The running Xen.
  public var version: XenVersion
  /// The machine.
  public var machine: Machine
  /// Whether pools are read and set in exact pages.
  public var hasExactPoolSizes: Bool
  /// What makes its domains.
  public var toolstack: HostToolstack
  /// The product that it is; nil where that is not one of those known.
  public var product: ShadowPagingProduct?

  /// Whether a trace opens it to its guests.
  public var isTracingDangerous: Bool {
    TracingFlaw.isDangerous(version, hasShadowPaging: machine.hasShadowPaging)
  }
}

/// A domain and its pool.
public struct DomainReport: Hashable, Sendable {
  /// What Xen says.
  public var info: DomainInfo
  /// Its name; nil where the tools' store has none.
  public var name: String?
  /// What rules make of it.
  public var rules: PoolRules
  /// Its pool; nil for PV domains and dom0.
  public var pool: PoolSize?
  /// Shadow faults fixed so far; nil where there are no shadows.
  public var faultCount: Int?
  /// Why ``pool`` could not be read.
  public var poolError: HostError?

  /// Whether the pool is for shadows: neither PV nor nested paging.
  public var hasShadows: Bool { info.mode != .pv && !info.hasNestedPaging }

  /// What the pool is for; nil when there is none.
  public var paging: String? {
    info.mode == .pv ? nil : info.hasNestedPaging ? "hap" : "shadow"
  }
}
