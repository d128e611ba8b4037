public import GuestModel
import ShadowModel

/// A stream with the sizes at which a host is to run it.
public struct ReplayItem: Sendable {
  /// Its name: letters, digits, hyphens.
  public var name: String
  /// The stream.
  public var stream: ReplayStream
  /// The pools, MiB: `shadow_memory` of xl's configuration takes whole ones.
  public var shadowMiB: [Int]
  /// Whether the domains have nested paging.
  public var hasNestedPaging: Bool

  /// A stream with its sizes.
  public init(name: String, stream: ReplayStream, shadowMiB: [Int], hasNestedPaging: Bool) {
    self.name = name
    self.stream = stream
    self.shadowMiB = shadowMiB
    self.hasNestedPaging = hasNestedPaging
  }

  /// The name of the run at a size.
  public func id(_ shadowMiB: Int) -> String { "\(name)-\(shadowMiB)mib" }

  /// What the model counts at a size.
  /// - Parameter address: where the loader put the stream; nil: where it usually does
  public func model(
    _ shadowMiB: Int, moduleAt address: UInt64? = nil, makePager: @escaping PagerFactory
  ) throws -> RunPoint {
    let settings = RunSettings(sizing: Sizing(shape: stream.shape), makePager: makePager)
    return try Runner(settings: settings).run(
      stream.workload(moduleAt: address), seed: 0, pages: shadowMiB * 256)
  }

  /// The configuration of the run at a size, as xl reads it.
  ///
  /// The domain stays when its guest has ended, so that Xen can be asked about it. It reads the
  /// processor's own time stamps, so that reading them is no work for Xen.
  /// - Parameters:
  ///   - domain: the domain's name
  ///   - kernel: the kernel's file
  ///   - module: the stream's file
  /// - Throws: ``InputError`` for a file whose name xl cannot read
  public func configuration(
    _ shadowMiB: Int, domain: String, kernel: String, module: String
  ) throws(InputError) -> String {
    for path in [kernel, module] where path.contains(where: { "\"'\\\n\r".contains($0) }) {
      throw InputError(
        file: path, reason: "xl cannot read a name with quotes, backslashes or line ends")
    }
    return """
      name = "\(domain)"
      type = "pvh"
      kernel = "\(kernel)"
      ramdisk = "\(module)"
      memory = \(stream.shape.memoryMiB)
      vcpus = \(stream.shape.vcpus)
      shadow_memory = \(shadowMiB)
      hap = \(hasNestedPaging ? 1 : 0)
      tsc_mode = "native"
      on_poweroff = "preserve"
      on_reboot = "preserve"
      on_crash = "preserve"

      """
  }

  /// A name for an input: the last part of its path, or what it is, and the mode.
  public static func name(of input: String, mode: PagingMode) -> String {
    let isReference = input.hasPrefix("reference:")
    let last = isReference ? "reference" : input.split(separator: "/").last.map(String.init) ?? ""
    let stem = last.split(separator: ".").first.map(String.init) ?? "stream"
    let words = (isReference ? "\(stem)-\(mode.name)" : stem).lowercased()
      .split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return words.isEmpty ? "stream" : words.joined(separator: "-")
  }

  /// Whether a text may be a name: it becomes the name of files and of domains.
  public static func isName(_ text: String) -> Bool {
    (1...60).contains(text.utf8.count)
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      && text.first != "-"
  }
}
