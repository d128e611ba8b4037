import Bench
import GuestModel
import ShadowModel
import XenServer

/// Runs the model for templates; each guest and workload only once.
struct TemplateAdvisor {
  /// A guest and what it does.
  private struct Key: Hashable {
    var input: String
    var shape: GuestShape
  }

  /// What a run found.
  struct Outcome {
    var recommendation: Recommendation
    var ample: RunPoint
    var conditions: Conditions
  }

  /// What commands say of guests, costs and rules.
  var guest: GuestOptions
  /// What a size must meet.
  var target: Target
  /// Seeds.
  var seeds: Int
  /// Sizes to look at first.
  var choice: SizeChoice
  /// The folder of workloads.
  var workloads: String
  private var known: [Key: Outcome] = [:]

  init(
    guest: GuestOptions, target: Target, seeds: Int, choice: SizeChoice, workloads: String
  ) {
    self.guest = guest
    self.target = target
    self.seeds = seeds
    self.choice = choice
    self.workloads = workloads
  }

  /// The guest that a template makes, unless another was asked for.
  func shape(_ choice: TemplateChoice) throws -> MemoryShape {
    var shape = choice.shape
    if let memory = guest.memoryMiB { shape.staticMaxBytes = memory << 20 }
    if let vcpus = guest.vcpus { shape.vcpus = vcpus }
    shape.dynamicMaxBytes = shape.staticMaxBytes
    shape.dynamicMinBytes = shape.staticMaxBytes
    guard (1...65_536).contains(shape.staticMaxMiB), (1...128).contains(shape.vcpus) else {
      throw InputError(
        file: choice.template.nameLabel,
        reason:
          "its guest of \(shape.staticMaxMiB) MiB and \(shape.vcpus) vCPUs is beyond the model: "
          + "1 to 65536 MiB, 1 to 128 vCPUs; give --memory-mib and --vcpus")
    }
    return shape
  }

  /// The guest, or the one that the workload was made for where that has no room in it.
  func guest(_ choice: TemplateChoice, input: String) throws -> (
    shape: MemoryShape, isWorkloads: Bool
  ) {
    let shape = try shape(choice)
    guard guest.memoryMiB == nil, input.hasSuffix(".yaml") else { return (shape, false) }
    let file = try WorkloadFile.load(path: input)
    let made = GuestShape(
      mode: mode(choice.template), memoryMiB: shape.staticMaxMiB, vcpus: shape.vcpus)
    guard !file.fits(made), file.fits(file.shape) else { return (shape, false) }
    return (Self.shape(shape, of: file), true)
  }

  /// The guest that a workload was made for, with the template's multiplier and type.
  static func shape(_ shape: MemoryShape, of file: WorkloadFile) -> MemoryShape {
    MemoryShape(
      memoryMiB: file.shape.memoryMiB, vcpus: file.shape.vcpus, multiplier: shape.multiplier,
      domainType: shape.domainType)
  }

  /// The paging mode of a template's guests, unless another was asked for.
  private func mode(_ template: VMRecord) -> PagingMode {
    guest.mode ?? (GuestSystem(template).wordSize == .bits32 ? .pae : .fourLevel)
  }

  /// The input that stands for what a template's guests do.
  func input(_ template: VMRecord) throws -> String {
    guard let workload = TemplateWorkload(GuestSystem(template)) else {
      throw InputError(
        file: template.nameLabel,
        reason: "nothing tells what its guests do; name an INPUT besides the template")
    }
    return workload.path(in: workloads)
  }

  /// What the model recommends for a template's guest that runs `input`.
  mutating func outcome(
    _ template: VMRecord, shape: MemoryShape, input: String, machine: Machine,
    progress: ProgressLine
  ) async throws -> Outcome {
    var guest = guest
    guest.mode = mode(template)
    guest.memoryMiB = shape.staticMaxMiB
    guest.vcpus = shape.vcpus
    guest.rule = .xapi
    let conditions = try guest.conditions(input: input, target: target)
    let key = Key(input: input, shape: conditions.sizing.shape)
    if let outcome = known[key] { return outcome }
    let job = Job(
      conditions: conditions, seeds: guest.seeds(seeds), makePager: StandardModel.pager,
      makeSweep: StandardModel.sweep, placement: machine.placement, progress: progress.update,
      phase: progress.enter)
    let (recommendation, ample) = try await job.recommend(choice)
    let outcome = Outcome(
      recommendation: recommendation, ample: ample, conditions: conditions)
    known[key] = outcome
    return outcome
  }
}
