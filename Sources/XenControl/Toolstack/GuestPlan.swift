/// A domain that runs one program to its end: what its configuration says.
public struct GuestPlan: Hashable, Sendable {
  /// The domain's name.
  public var name: String
  /// The file of its kernel.
  public var kernel: String
  /// The file that the kernel gets as its module.
  public var module: String
  /// Memory, MiB.
  public var memoryMiB: Int
  /// Virtual CPUs.
  public var vcpus: Int
  /// The pool, MiB.
  public var shadowMiB: Int
  /// Whether the domain has nested paging instead of shadows.
  public var hasNestedPaging: Bool

  /// A domain.
  public init(
    name: String, kernel: String, module: String, memoryMiB: Int, vcpus: Int = 1, shadowMiB: Int,
    hasNestedPaging: Bool
  ) {
    self.name = name
    self.kernel = kernel
    self.module = module
    self.memoryMiB = memoryMiB
    self.vcpus = vcpus
    self.shadowMiB = shadowMiB
    self.hasNestedPaging = hasNestedPaging
  }

  /// The configuration as xl reads it. The domain stays when its guest has ended, so that Xen can
  /// be asked about it.
  /// - Throws: ``HostError/badSize(_:)`` for a file whose name xl cannot read
  public func configuration() throws(HostError) -> String {
    for word in [name, kernel, module]
    where word.contains(where: { "\"'\\\n\r".contains($0) }) {
      throw .badSize("'\(word)': xl cannot read a name with quotes, backslashes or line ends")
    }
    return """
      name = "\(name)"
      type = "pvh"
      kernel = "\(kernel)"
      ramdisk = "\(module)"
      memory = \(memoryMiB)
      vcpus = \(vcpus)
      shadow_memory = \(shadowMiB)
      hap = \(hasNestedPaging ? 1 : 0)
      on_poweroff = "preserve"
      on_reboot = "preserve"
      on_crash = "preserve"

      """
  }
}

/// What became of a domain that ran a program.
public struct GuestRun: Hashable, Sendable {
  /// How it ended.
  public enum End: String, Hashable, Sendable {
    /// The guest has shut down.
    case shutDown = "shut-down"
    /// The guest has crashed, or Xen has crashed it.
    case crashed
    /// It had not ended when its time was up.
    case timedOut = "timed-out"
    /// It was gone before it could be asked: somebody else has ended it.
    case gone
  }

  /// The domain's number.
  public var domain: Int
  /// How it ended.
  public var end: End
  /// Its lines on Xen's console.
  public var console: String
  /// Shadow faults that Xen fixed, of the domain as it was preserved; nil where Xen could not be
  /// asked.
  public var faultCount: Int?
  /// What `xenperf -f` wrote; nil where Xen has no performance counters.
  public var perfText: String?
  /// Time from its creation until its end was seen, s.
  public var seconds: Double
  /// What there is to say, such as why a figure is missing.
  public var notes: [String]
}
