import Glibc

/// libxenstore, open: where the tools keep the names of domains.
final class XenStore: @unchecked Sendable {
  typealias Open = @convention(c) (UInt) -> OpaquePointer?
  typealias Close = @convention(c) (OpaquePointer) -> Void
  typealias Read =
    @convention(c) (
      OpaquePointer, UInt32, UnsafePointer<CChar>, UnsafeMutablePointer<UInt32>
    ) -> UnsafeMutableRawPointer?

  private let handle: OpaquePointer
  private let closeFunction: Close
  private let readFunction: Read

  /// Loads the library and connects; nil when either fails.
  ///
  /// C: `xs_open`.
  init?() {
    guard
      let library = try? SharedLibrary(
        names: ["libxenstore.so.4", "libxenstore.so.3.0", "libxenstore.so"]),
      let open = library.function("xs_open", as: Open.self),
      let close = library.function("xs_close", as: Close.self),
      let read = library.function("xs_read", as: Read.self), let handle = open(0)
    else { return nil }
    (self.handle, closeFunction, readFunction) = (handle, close, read)
  }

  /// C: `xs_close`.
  deinit { closeFunction(handle) }

  /// The value at `path`; nil when there is none.
  ///
  /// C: `xs_read`.
  func read(_ path: String) -> String? {
    var length: UInt32 = 0
    guard let bytes = readFunction(handle, 0, path, &length) else { return nil }
    defer { free(bytes) }
    let buffer = UnsafeRawBufferPointer(start: bytes, count: Int(length))
    return String(decoding: buffer, as: UTF8.self)
  }
}

extension HypervisorCalls {
  /// This machine's hypervisor.
  public static func system() throws(HostError) -> HypervisorCalls {
    let interface = try XenInterface()
    let store = XenStore()
    return HypervisorCalls(
      version: interface.version, machine: interface.machine,
      domainFrom: interface.domain(from:), allocationMiB: interface.allocationMiB,
      setAllocationMiB: interface.setAllocation(_:mebibytes:),
      exact: interface.isExact
        ? ExactCalls(pages: interface.poolPages, setPages: interface.setPool(_:pages:)) : nil,
      faultCount: interface.faultCount, readStore: { store?.read($0) })
  }
}
