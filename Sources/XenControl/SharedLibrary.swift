import Glibc

/// A C library that is looked for when the program runs, and stays loaded.
struct SharedLibrary: @unchecked Sendable {
  /// The name that it was found by.
  let name: String
  private let handle: UnsafeMutableRawPointer

  /// The first of these that is there; the error says which are there and do not load.
  ///
  /// C: `dlopen`, `dlerror`.
  init(names: [String]) throws(HostError) {
    var faults: [String] = []
    for name in names {
      if let handle = dlopen(name, RTLD_NOW) {
        (self.name, self.handle) = (name, handle)
        return
      }
      let fault = dlerror().map { String(cString: $0) } ?? name
      if !fault.hasPrefix("\(name): cannot open") { faults.append("\(name): \(fault)") }
    }
    throw .noLibrary(
      faults.isEmpty
        ? "this machine has no \(names.last ?? "library")" : faults.joined(separator: "; "))
  }

  /// The function of that name as a C function of type `type`; nil when there is none.
  ///
  /// C: `dlsym`.
  func function<T>(_ symbol: String, as type: T.Type) -> T? {
    dlsym(handle, symbol).map { unsafeBitCast($0, to: type) }
  }

  /// The function of that name, which every version has.
  func needed<T>(_ symbol: String, as type: T.Type) throws(HostError) -> T {
    guard let function = function(symbol, as: type) else {
      throw .noLibrary("\(name) has no \(symbol): it is of a version that is not known")
    }
    return function
  }
}
