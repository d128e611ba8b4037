public import ArgumentParser
public import Bench
import GuestModel
public import ShadowModel

extension SizingRule: ExpressibleByArgument {}
extension Toolstack: ExpressibleByArgument {}
extension P2MLayout: ExpressibleByArgument {}
extension MemoryPlacement: ExpressibleByArgument {
  /// What ``MemoryPlacement/init(text:)`` reads.
  public init?(argument: String) { self.init(text: argument) }
  /// As on the command line.
  public var defaultValueDescription: String { text }
}
extension ReclaimPolicyChoice: ExpressibleByArgument {}
extension Verdict: ExpressibleByArgument {}

/// The guest, the rules and the prices: what every command that runs an input takes.
struct GuestOptions: ParsableArguments {
  @Option(
    help: "Guest paging: 64-bit, pae or 2-level. Default: the input's own, else 64-bit.",
    transform: Self.mode)
  var mode: PagingMode?

  @Option(
    name: .customLong("memory-mib"),
    help: "Guest memory, MiB. Default: the input's own; captures 4096, reference 256.")
  var memoryMiB: Int?

  @Option(help: "Virtual CPUs. Default: the input's own; captures 2, reference 1.")
  var vcpus: Int?

  @Option(help: "The sizing rule that multipliers are relative to.")
  var rule: SizingRule = .mappedOnce

  @Option(help: "Page size of the P2M, the table from guest frames to host frames.")
  var p2m: P2MLayout = .superpages

  @Option(
    help: ArgumentHelp(
      """
      Where the guest's memory lies in the machine: descending or contiguous 2 MiB extents, or a digit \
      for each extent, its offset modulo 3.
      """, valueName: "descending|contiguous|digits"))
  var placement: MemoryPlacement = .descending

  @Option(help: "Which shadows are given up when the pool is full: Xen's policy, or KVM's.")
  var policy: ReclaimPolicyChoice = .xen

  @Option(
    help: ArgumentHelp(
      """
      What the hypervisor's work costs: a built-in profile, a file, or 'trace': calibrated by the \
      input. Default: trace for traces, else \(CostProfile.core2.name).
      """, valueName: "name|file"))
  var costProfile: String?

  @Option(
    help: "Guest time that an access stands for in an input without a clock, cycles.")
  var cyclesPerAccess = ShareRule.defaultCyclesPerAccess

  @OptionGroup var traced: TracedSizeOptions

  @Flag(help: "Take a perf text of which more than 1 % of the lines with events cannot be read.")
  var lossy = false

  @Option(help: "The first seed of the input's random choices.")
  var seed: UInt64 = 1

  func validate() throws {
    if let memoryMiB, !(1...65_536).contains(memoryMiB) {
      throw ValidationError("--memory-mib is \(memoryMiB), must be 1 to 65536 MiB")
    }
    if let vcpus, !(1...128).contains(vcpus) {
      throw ValidationError("--vcpus is \(vcpus), must be 1 to 128")
    }
    guard cyclesPerAccess.isFinite, cyclesPerAccess > 0 else {
      throw ValidationError("--cycles-per-access must be above 0")
    }
  }

  /// Opens an input with these settings.
  func conditions(input name: String, target: Target) throws -> Conditions {
    if traced.isGiven, !TraceFile.isTrace(name) {
      throw InputError(
        file: name, reason: "is no trace: leave --traced-mib and --traced-pages out")
    }
    let rule = ShareRule(cost: try profile(for: name), cyclesPerAccess: cyclesPerAccess)
    let input = try InputResolver.standard.open(request(name))
    guard placement.fits(memoryMiB: input.shape.memoryMiB) else {
      throw InputError(
        file: name,
        reason: "--placement: give a digit for each of the guest's "
          + "\((input.shape.memoryMiB + 1) / 2) extents of 2 MiB, not \(placement.text.count)")
    }
    return Conditions(
      input: input, sizing: sizing(input.shape), policy: policy, rule: rule, target: target)
  }

  /// The cost profile: the one that was asked for, or the input's own.
  func profile(for input: String) throws -> CostProfile {
    let isTrace = TraceFile.isTrace(input)
    if costProfile == "trace" || costProfile == nil && isTrace {
      guard isTrace else {
        throw InputError(file: input, reason: "is no trace: it cannot calibrate a cost profile")
      }
      return CostProfile(
        calibratedBy: try TraceReading(path: input).summary, file: input)
    }
    return try CostProfile.named(costProfile ?? CostProfile.core2.name)
  }

  /// The sizing of a guest.
  func sizing(_ shape: GuestShape) -> Sizing {
    var sizing = Sizing(shape: shape, rule: rule, p2m: p2m)
    sizing.placement = placement
    return sizing
  }

  /// The input, with what was said about its guest.
  func request(_ name: String) -> InputRequest {
    InputRequest(
      name, mode: mode, memoryMiB: memoryMiB, vcpus: vcpus, tracedPages: traced.pages,
      isLossy: lossy)
  }

  /// `count` seeds from the first on.
  func seeds(_ count: Int) -> [UInt64] { (0..<UInt64(count)).map { seed &+ $0 } }

  @Sendable static func mode(_ text: String) throws -> PagingMode {
    guard let mode = PagingMode(name: text), mode != .unpaged else {
      throw ValidationError("'\(text)' is no paging mode; give 64-bit, pae or 2-level")
    }
    return mode
  }
}
