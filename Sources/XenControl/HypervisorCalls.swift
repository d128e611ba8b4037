public import XenServer

/// What is asked of a hypervisor: a closure for each question, so that tests can answer.
public struct HypervisorCalls: Sendable {
  /// The running Xen's version.
  public var version: @Sendable () throws(HostError) -> XenVersion
  /// The machine's memory and abilities.
  public var machine: @Sendable () throws(HostError) -> Machine
  /// The domain with the lowest number from this one on; nil when there is none.
  public var domainFrom: @Sendable (_ domain: Int) throws(HostError) -> DomainInfo?
  /// A pool's size in MiB, rounded up.
  public var allocationMiB: @Sendable (_ domain: Int) throws(HostError) -> Int
  /// Sets a pool's size, MiB above 0; gives what Xen says it is then, rounded up.
  public var setAllocationMiB: @Sendable (_ domain: Int, _ mebibytes: Int) throws(HostError) -> Int
  /// The calls in exact pages; nil before Xen 4.17.
  public var exact: ExactCalls?
  /// Shadow faults fixed since the domain began, or since a migration last cleared them.
  public var faultCount: @Sendable (_ domain: Int) throws(HostError) -> Int
  /// A value of the store that the tools share; nil when it cannot be read.
  public var readStore: @Sendable (_ path: String) -> String?

  /// A pool's size in exact pages, since Xen 4.17.
  public struct ExactCalls: Sendable {
    /// A pool's size, pages.
    public var pages: @Sendable (_ domain: Int) throws(HostError) -> Int
    /// Sets a pool's size, pages above 0.
    public var setPages: @Sendable (_ domain: Int, _ pages: Int) throws(HostError) -> Void

    /// Calls that answer so.
    public init(
      pages: @escaping @Sendable (Int) throws(HostError) -> Int,
      setPages: @escaping @Sendable (Int, Int) throws(HostError) -> Void
    ) {
      self.pages = pages
      self.setPages = setPages
    }
  }

  /// A hypervisor that answers so.
  public init(
    version: @escaping @Sendable () throws(HostError) -> XenVersion,
    machine: @escaping @Sendable () throws(HostError) -> Machine,
    domainFrom: @escaping @Sendable (Int) throws(HostError) -> DomainInfo?,
    allocationMiB: @escaping @Sendable (Int) throws(HostError) -> Int,
    setAllocationMiB: @escaping @Sendable (Int, Int) throws(HostError) -> Int,
    exact: ExactCalls?,
    faultCount: @escaping @Sendable (Int) throws(HostError) -> Int,
    readStore: @escaping @Sendable (String) -> String?
  ) {
    self.version = version
    self.machine = machine
    self.domainFrom = domainFrom
    self.allocationMiB = allocationMiB
    self.setAllocationMiB = setAllocationMiB
    self.exact = exact
    self.faultCount = faultCount
    self.readStore = readStore
  }
}

/// What the machine has.
public struct Machine: Hashable, Sendable {
  /// Memory, pages.
  public var totalPages: Int
  /// Memory that nothing has, pages.
  public var freePages: Int
  /// Memory of ``freePages`` that is promised to domains, pages.
  public var claimedPages: Int
  /// Whether domains can have nested paging.
  public var hasNestedPaging: Bool
  /// Whether Xen was built with shadow paging.
  public var hasShadowPaging: Bool

  /// A machine.
  public init(
    totalPages: Int, freePages: Int, claimedPages: Int = 0, hasNestedPaging: Bool,
    hasShadowPaging: Bool
  ) {
    self.totalPages = totalPages
    self.freePages = freePages
    self.claimedPages = claimedPages
    self.hasNestedPaging = hasNestedPaging
    self.hasShadowPaging = hasShadowPaging
  }

  /// Memory that a pool may grow by, pages.
  public var usablePages: Int { max(0, freePages - claimedPages) }
}

/// What Xen says about a domain.
public struct DomainInfo: Hashable, Sendable {
  /// How the guest runs.
  public enum Mode: String, Sendable {
    /// Paravirtualised: it has no pool.
    case pv = "PV"
    /// Fully virtualised, with emulated devices.
    case hvm = "HVM"
    /// Virtualised by the processor, without emulated devices.
    case pvh = "PVH"
  }

  /// Its number.
  public var id: Int
  /// How it runs.
  public var mode: Mode
  /// Whether it has nested paging.
  public var hasNestedPaging: Bool
  /// Whether it is being torn down.
  public var isDying: Bool
  /// Whether its guest has shut down.
  public var isShutDown: Bool
  /// Virtual processors that it may have.
  public var vcpus: Int
  /// Memory that it has now, pages.
  public var memoryPages: Int
  /// Time that processors have spent on it, ns.
  public var processorNanoseconds: Int
  /// What tells it from another that has its number later, 32 hexadecimal digits.
  public var handle: String

  /// A domain.
  public init(
    id: Int, mode: Mode, hasNestedPaging: Bool, isDying: Bool = false, isShutDown: Bool = false,
    vcpus: Int, memoryPages: Int, processorNanoseconds: Int = 0, handle: String = ""
  ) {
    self.id = id
    self.mode = mode
    self.hasNestedPaging = hasNestedPaging
    self.isDying = isDying
    self.isShutDown = isShutDown
    self.vcpus = vcpus
    self.memoryPages = memoryPages
    self.processorNanoseconds = processorNanoseconds
    self.handle = handle
  }
}
