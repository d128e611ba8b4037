import Glibc
import XenServer

/// libxenctrl, open: one method for each of its functions.
///
/// One thread at a time: the commands make their calls one after the other.
final class XenInterface: @unchecked Sendable {
  private let library: SharedLibrary
  private let handle: OpaquePointer
  private let closeFunction: ControlFunction.Close
  private let versionFunction: ControlFunction.Version
  private let physicalFunction: ControlFunction.PhysicalInfo
  private let listFunction: ControlFunction.DomainList
  private let shadowCalls: ShadowCalls
  private let getPool: ControlFunction.GetPool?
  private let setPool: ControlFunction.SetPool?

  /// The names that libxenctrl has had from Xen 4.14 on; the one without a version is last.
  static let libraryNames =
    (14...29).reversed().map { "libxenctrl.so.4.\($0)" } + ["libxenctrl.so"]

  /// Loads the library and opens the hypervisor.
  ///
  /// C: `xc_interface_open`.
  init() throws(HostError) {
    let library = try SharedLibrary(names: Self.libraryNames)
    self.library = library
    let open = try library.needed("xc_interface_open", as: ControlFunction.Open.self)
    closeFunction = try library.needed("xc_interface_close", as: ControlFunction.Close.self)
    versionFunction = try library.needed("xc_version", as: ControlFunction.Version.self)
    physicalFunction = try library.needed("xc_physinfo", as: ControlFunction.PhysicalInfo.self)
    listFunction = try library.needed(
      "xc_domain_getinfolist", as: ControlFunction.DomainList.self)
    shadowCalls = try ShadowCalls(library)
    getPool = library.function("xc_get_paging_mempool_size", as: ControlFunction.GetPool.self)
    setPool = library.function("xc_set_paging_mempool_size", as: ControlFunction.SetPool.self)
    guard let handle = open(SilentLogger.pointer, SilentLogger.pointer, 0) else {
      throw .noHypervisor(errno: errno)
    }
    self.handle = handle
  }

  /// C: `xc_interface_close`.
  deinit { _ = closeFunction(handle) }

  /// Whether there are the calls in exact pages.
  var isExact: Bool { getPool != nil && setPool != nil }

  /// C: `xc_version`, for the numbers (0) and for what follows them (1, 16 bytes).
  func version() throws(HostError) -> XenVersion {
    let numbers = versionFunction(handle, Int32(VersionQuestion.release.value), nil)
    guard numbers >= 0 else { throw Self.failure("xc_version", nil) }
    var extra = [UInt8](repeating: 0, count: 1024)
    let result = extra.withUnsafeMutableBytes {
      versionFunction(handle, Int32(VersionQuestion.extra.value), $0.baseAddress)
    }
    return XenVersion(
      major: Int(numbers >> 16), minor: Int(numbers & 0xffff),
      extra: result < 0 ? "" : String(decoding: extra.prefix { $0 != 0 }, as: UTF8.self))
  }

  /// C: `xc_physinfo`.
  func machine() throws(HostError) -> Machine {
    let version = try version()
    var bytes = [UInt8](repeating: 0, count: XenLayout.bufferBytes)
    let result = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { physicalFunction(handle, $0) } ?? -1
    }
    guard result == 0 else { throw Self.failure("xc_physinfo", nil) }
    return XenLayout.machine(bytes, version: version)
  }

  /// The domain with the lowest number from `domain` on; nil when there is none.
  ///
  /// Asked one by one, so that the length of a record, which differs by version, does not matter.
  ///
  /// C: `xc_domain_getinfolist`.
  func domain(from domain: Int) throws(HostError) -> DomainInfo? {
    var bytes = [UInt8](repeating: 0, count: XenLayout.bufferBytes)
    let count = bytes.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { listFunction(handle, UInt32(domain), 1, $0) } ?? -1
    }
    guard count >= 0 else { throw Self.failure("xc_domain_getinfolist", nil) }
    return count == 0 ? nil : XenLayout.domain(bytes)
  }

  /// The pool's size, MiB.
  ///
  /// C: `xc_shadow_control`, to read.
  func allocationMiB(_ domain: Int) throws(HostError) -> Int {
    try shadowControl(ShadowOperation.getAllocation.value, domain, 0)
  }

  /// Sets the pool's size, MiB; gives what Xen says it is then.
  ///
  /// C: `xc_shadow_control`, to write.
  func setAllocation(_ domain: Int, mebibytes: Int) throws(HostError) -> Int {
    precondition(mebibytes > 0, "a size of 0 is never sent")
    return try shadowControl(ShadowOperation.setAllocation.value, domain, mebibytes)
  }

  /// Shadow faults fixed so far; nothing is changed by asking.
  ///
  /// C: `xc_logdirty_control`, up to 4.15 `xc_shadow_control`.
  func faultCount(_ domain: Int) throws(HostError) -> Int {
    var statistics = [UInt32](repeating: 0, count: ShadowStatisticsRecord.count)
    let (id, operation) = (UInt32(domain), ShadowOperation.peek.value)
    switch shadowCalls {
    case .joined(let call):
      guard call(handle, id, operation, nil, 0, nil, 0, &statistics) >= 0 else {
        throw Self.failure("xc_shadow_control", domain)
      }
    case .split(_, let call):
      guard call(handle, id, operation, nil, 0, 0, &statistics) >= 0 else {
        throw Self.failure("xc_logdirty_control", domain)
      }
    }
    return Int(statistics[ShadowStatisticsRecord.faults.offset / 4])
  }

  /// The pool's size, pages.
  ///
  /// C: `xc_get_paging_mempool_size`.
  func poolPages(_ domain: Int) throws(HostError) -> Int {
    var bytes: UInt64 = 0
    guard let getPool, getPool(handle, UInt32(domain), &bytes) == 0 else {
      throw Self.failure("xc_get_paging_mempool_size", domain)
    }
    return Int(bytes / 4096)
  }

  /// Sets the pool's size, pages.
  ///
  /// C: `xc_set_paging_mempool_size`.
  func setPool(_ domain: Int, pages: Int) throws(HostError) {
    precondition(pages > 0, "a size of 0 is never sent")
    guard let setPool, setPool(handle, UInt32(domain), UInt64(pages) * 4096) == 0 else {
      throw Self.failure("xc_set_paging_mempool_size", domain)
    }
  }

  private func shadowControl(_ operation: UInt32, _ domain: Int, _ mebibytes: Int)
    throws(HostError) -> Int
  {
    switch shadowCalls {
    case .joined(let call):
      var size = UInt(mebibytes)
      guard call(handle, UInt32(domain), operation, nil, 0, &size, 0, nil) >= 0 else {
        throw Self.failure("xc_shadow_control", domain)
      }
      return Int(size)
    case .split(let call, _):
      var size = UInt32(mebibytes)
      guard call(handle, UInt32(domain), operation, &size, 0) >= 0 else {
        throw Self.failure("xc_shadow_control", domain)
      }
      return Int(size)
    }
  }

  private static func failure(_ name: String, _ domain: Int?) -> HostError {
    .call(name, domain: domain, errno: errno)
  }
}

/// A logger for libxenctrl that says nothing: errors come back as numbers, and are told once.
enum SilentLogger {
  /// Three functions, as the library expects them: message, progress (may be missing), end.
  struct Functions {
    var message:
      @convention(c) (
        UnsafeMutableRawPointer?, Int32, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
        UnsafeMutableRawPointer?
      ) -> Void
    var progress: UnsafeMutableRawPointer?
    var end: @convention(c) (UnsafeMutableRawPointer?) -> Void
  }

  /// Made once, never freed: the library keeps it as long as it is open.
  nonisolated(unsafe) static let pointer: UnsafeMutableRawPointer = {
    let functions = UnsafeMutablePointer<Functions>.allocate(capacity: 1)
    functions.initialize(
      to: Functions(message: { _, _, _, _, _, _ in }, progress: nil, end: { _ in }))
    return UnsafeMutableRawPointer(functions)
  }()
}
