/// The fields of a virtual machine's record that decide its memory on a host.
public struct MemoryShape: Hashable, Sendable {
  /// The largest memory that is reckoned with, bytes: 2^50.
  ///
  /// Larger values, and negative ones, are taken as the nearest that is allowed; readers of files
  /// refuse them.
  public static let byteLimit = 1 << 50
  /// The most vCPUs that are reckoned with.
  public static let vcpuLimit = 1 << 20

  /// `memory_static_max`, bytes.
  public var staticMaxBytes: Int { didSet { staticMaxBytes = Self.allowed(staticMaxBytes) } }
  /// `memory_dynamic_max`, bytes.
  public var dynamicMaxBytes: Int { didSet { dynamicMaxBytes = Self.allowed(dynamicMaxBytes) } }
  /// `memory_dynamic_min`, bytes.
  public var dynamicMinBytes: Int { didSet { dynamicMinBytes = Self.allowed(dynamicMinBytes) } }
  /// `VCPUs_max`; how many it starts with plays no part.
  public var vcpus: Int { didSet { vcpus = min(max(vcpus, 0), Self.vcpuLimit) } }
  /// `HVM_shadow_multiplier` as the database has it.
  public var multiplier: Double
  /// `domain_type`.
  public var domainType: DomainType

  /// A shape.
  /// - Parameters:
  ///   - dynamicMaxBytes: the same as `staticMaxBytes` when nothing is said
  ///   - dynamicMinBytes: the same as `dynamicMaxBytes` when nothing is said
  public init(
    staticMaxBytes: Int, dynamicMaxBytes: Int? = nil, dynamicMinBytes: Int? = nil, vcpus: Int,
    multiplier: Double = 1, domainType: DomainType = .hvm
  ) {
    self.staticMaxBytes = Self.allowed(staticMaxBytes)
    self.dynamicMaxBytes = Self.allowed(dynamicMaxBytes ?? staticMaxBytes)
    self.dynamicMinBytes = Self.allowed(dynamicMinBytes ?? dynamicMaxBytes ?? staticMaxBytes)
    self.vcpus = min(max(vcpus, 0), Self.vcpuLimit)
    self.multiplier = multiplier
    self.domainType = domainType
  }

  /// A shape without ballooning: all limits are `memoryMiB`.
  public init(
    memoryMiB: Int, vcpus: Int, multiplier: Double = 1, domainType: DomainType = .hvm
  ) {
    let memory = min(max(memoryMiB, 0), Self.byteLimit >> 20)
    self.init(
      staticMaxBytes: memory << 20, vcpus: vcpus, multiplier: multiplier, domainType: domainType)
  }

  /// `memory_static_max` in MiB, rounded up.
  public var staticMaxMiB: Int { Self.mebibytes(staticMaxBytes) }

  /// What `policy` takes as the machine's own memory, MiB, rounded up.
  public func targetMiB(_ policy: MemoryPolicy) -> Int {
    switch policy {
    case .staticMax: staticMaxMiB
    case .dynamicMax: Self.mebibytes(dynamicMaxBytes)
    case .dynamicMin: Self.mebibytes(dynamicMinBytes)
    }
  }

  /// Whole MiB that hold `bytes`.
  static func mebibytes(_ bytes: Int) -> Int { (bytes + (1 << 20) - 1) >> 20 }

  private static func allowed(_ bytes: Int) -> Int { min(max(bytes, 0), byteLimit) }
}

/// Which of a machine's limits counts as the memory that it takes.
public enum MemoryPolicy: String, CaseIterable, Sendable {
  /// `memory_static_max`: what planning for failures reckons with.
  case staticMax = "static_max"
  /// `memory_dynamic_max`.
  case dynamicMax = "dynamic_max"
  /// `memory_dynamic_min`: all the ballooning there is; what starting a machine asks for.
  case dynamicMin = "dynamic_min"
}
