/// The types of the functions of libxenctrl that are used.
///
/// A handle and a buffer are opaque; `unsigned long` is `UInt`; statistics are two 32-bit numbers:
/// faults fixed, pages dirtied.
enum ControlFunction {
  typealias Open =
    @convention(c) (UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, UInt32) -> OpaquePointer?
  typealias Close = @convention(c) (OpaquePointer) -> Int32
  typealias Version =
    @convention(c) (OpaquePointer, Int32, UnsafeMutableRawPointer?) -> Int32
  typealias PhysicalInfo = @convention(c) (OpaquePointer, UnsafeMutableRawPointer) -> Int32
  typealias DomainList =
    @convention(c) (OpaquePointer, UInt32, UInt32, UnsafeMutableRawPointer) -> Int32
  /// Since 4.16.
  typealias ShadowControl =
    @convention(c) (OpaquePointer, UInt32, UInt32, UnsafeMutablePointer<UInt32>?, UInt32) -> Int32
  /// Since 4.16.
  typealias DirtyControl =
    @convention(c) (
      OpaquePointer, UInt32, UInt32, UnsafeMutableRawPointer?, UInt, UInt32,
      UnsafeMutablePointer<UInt32>?
    ) -> Int64
  /// Up to 4.15: both in one, with the bitmap and its size in front.
  typealias OldShadowControl =
    @convention(c) (
      OpaquePointer, UInt32, UInt32, UnsafeMutableRawPointer?, UInt,
      UnsafeMutablePointer<UInt>?, UInt32, UnsafeMutablePointer<UInt32>?
    ) -> Int32
  typealias GetPool =
    @convention(c) (OpaquePointer, UInt32, UnsafeMutablePointer<UInt64>) -> Int32
  typealias SetPool = @convention(c) (OpaquePointer, UInt32, UInt64) -> Int32
}

/// What the shadow calls are asked to do, as Xen numbers it.
enum ShadowOperation {
  static let peek = XenNumber(name: "XEN_DOMCTL_SHADOW_OP_PEEK", value: 12)
  static let getAllocation = XenNumber(name: "XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION", value: 30)
  static let setAllocation = XenNumber(name: "XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION", value: 31)
  static let numbers = [peek, getAllocation, setAllocation]
}

/// What `xc_version` is asked for.
enum VersionQuestion {
  static let release = XenNumber(name: "XENVER_version", value: 0)
  static let extra = XenNumber(name: "XENVER_extraversion", value: 1)
  static let numbers = [release, extra]
}

/// The two forms of the shadow calls.
enum ShadowCalls {
  /// Up to 4.15: one function.
  case joined(ControlFunction.OldShadowControl)
  /// Since 4.16: the pool's size and the dirty bitmap are two functions.
  case split(ControlFunction.ShadowControl, ControlFunction.DirtyControl)

  /// The form that a library has: only the newer one has the second function.
  init(_ library: SharedLibrary) throws(HostError) {
    if let dirty = library.function("xc_logdirty_control", as: ControlFunction.DirtyControl.self) {
      self = .split(
        try library.needed("xc_shadow_control", as: ControlFunction.ShadowControl.self), dirty)
    } else {
      self = .joined(
        try library.needed("xc_shadow_control", as: ControlFunction.OldShadowControl.self))
    }
  }
}
