import CCurl
import Glibc

/// libcurl, looked for when the program runs, so that it starts without.
///
/// Either of Debian's builds will do, the one with OpenSSL first; both know what is used here.
struct CurlLibrary: @unchecked Sendable {
  private static let names = ["libcurl.so.4", "libcurl-gnutls.so.4"]

  /// C: `curl_easy_init`.
  let makeHandle: @convention(c) () -> UnsafeMutableRawPointer?
  /// C: `curl_easy_cleanup`.
  let freeHandle: @convention(c) (UnsafeMutableRawPointer) -> Void
  /// C: `curl_easy_reset`: options are forgotten, connections stay.
  let reset: @convention(c) (UnsafeMutableRawPointer) -> Void
  /// C: `curl_easy_perform`.
  let perform: @convention(c) (UnsafeMutableRawPointer) -> Int32
  /// C: `curl_easy_strerror`.
  let text: @convention(c) (Int32) -> UnsafePointer<CChar>?
  /// C: `curl_slist_append`.
  let append:
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>)
      -> UnsafeMutableRawPointer?
  /// C: `curl_slist_free_all`.
  let freeList: @convention(c) (UnsafeMutableRawPointer?) -> Void
  /// C: `curl_easy_setopt`, called through `CCurl`.
  let setOption: UnsafeMutableRawPointer
  /// C: `curl_easy_getinfo`, called through `CCurl`.
  let getInfo: UnsafeMutableRawPointer

  /// The library of this machine; the process has it once.
  static let shared = Result { () throws(XenAPIError) in try CurlLibrary() }

  private init() throws(XenAPIError) {
    guard let library = Self.names.lazy.compactMap({ dlopen($0, RTLD_NOW) }).first else {
      throw .noLibrary("this machine has no \(Self.names.joined(separator: " or "))")
    }
    func symbol(_ name: String) throws(XenAPIError) -> UnsafeMutableRawPointer {
      guard let symbol = dlsym(library, name) else {
        throw .noLibrary("libcurl has no \(name): it is of a version that is not known")
      }
      return symbol
    }
    func function<T>(_ name: String, _ type: T.Type) throws(XenAPIError) -> T {
      unsafeBitCast(try symbol(name), to: type)
    }
    let initialise = try function(
      "curl_global_init", (@convention(c) (Int) -> Int32).self)
    makeHandle = try function(
      "curl_easy_init", (@convention(c) () -> UnsafeMutableRawPointer?).self)
    freeHandle = try function(
      "curl_easy_cleanup", (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
    reset = try function(
      "curl_easy_reset", (@convention(c) (UnsafeMutableRawPointer) -> Void).self)
    perform = try function(
      "curl_easy_perform", (@convention(c) (UnsafeMutableRawPointer) -> Int32).self)
    text = try function(
      "curl_easy_strerror", (@convention(c) (Int32) -> UnsafePointer<CChar>?).self)
    append = try function(
      "curl_slist_append",
      (@convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>) -> UnsafeMutableRawPointer?)
        .self)
    freeList = try function(
      "curl_slist_free_all", (@convention(c) (UnsafeMutableRawPointer?) -> Void).self)
    setOption = try symbol("curl_easy_setopt")
    getInfo = try symbol("curl_easy_getinfo")
    guard initialise(CurlNumber.globalDefault) == 0 else {
      throw .noLibrary("libcurl cannot be initialised")
    }
  }
}

/// Numbers of libcurl's interface, which never change.
enum CurlNumber {
  static let globalDefault = 3

  static let writeData: Int32 = 10_001
  static let url: Int32 = 10_002
  static let proxy: Int32 = 10_004
  static let errorBuffer: Int32 = 10_010
  static let userAgent: Int32 = 10_018
  static let headers: Int32 = 10_023
  static let sslVersion: Int32 = 32
  static let progressOff: Int32 = 43
  static let postSize: Int32 = 60
  static let verifyPeer: Int32 = 64
  static let caFile: Int32 = 10_065
  static let caFolder: Int32 = 10_097
  static let freshConnection: Int32 = 74
  static let noReuse: Int32 = 75
  static let verifyHost: Int32 = 81
  static let httpVersion: Int32 = 84
  static let noSignals: Int32 = 99
  static let connectOnly: Int32 = 141
  static let timeoutMilliseconds: Int32 = 155
  static let connectMilliseconds: Int32 = 156
  static let copyPost: Int32 = 10_165
  static let certificateInfo: Int32 = 172
  static let protocols: Int32 = 181
  static let headerData: Int32 = 10_029
  static let headerWriter: Int32 = 20_079
  static let writer: Int32 = 20_011
  static let progressData: Int32 = 10_057
  static let progress: Int32 = 20_219
  static let pinnedKey: Int32 = 10_230

  static let statusInfo: Int32 = 0x20_0002
  static let requestSizeInfo: Int32 = 0x20_000C
  static let certificatesInfo: Int32 = 0x40_0022

  static let https = 2
  static let tls1_2 = 6
  static let http1_1 = 2

  static let timedOut: Int32 = 28
  static let writeRefused: Int32 = 23
  static let aborted: Int32 = 42
  static let notVerified: Int32 = 60
  static let badCAFile: Int32 = 77
  static let keyNotMatched: Int32 = 90
}
