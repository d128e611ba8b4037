import Glibc

/// A C library that is looked for when the program runs, and stays loaded.
struct SharedLibrary: @unchecked Sendable {
  /// The name that it was found by.
  let name: String
  private let handle: UnsafeMutableRawPointer

  /// The first of these that is there; nil when none is.
  ///
  /// C: `dlopen`.
  init?(names: [String]) {
    for name in names {
      if let handle = dlopen(name, RTLD_NOW) {
        (self.name, self.handle) = (name, handle)
        return
      }
    }
    return nil
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
