import ArgumentParser
import Bench
import XenServer

/// Changes of machines.
struct PoolChangeOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Set HVM_shadow_multiplier.", valueName: "factor"))
  var multiplier: Double?

  @Option(help: ArgumentHelp("Set all memory limits, MiB.", valueName: "MiB"))
  var memoryMib: Int?

  @Option(help: ArgumentHelp("Set VCPUs_max.", valueName: "count"))
  var vcpus: Int?

  @Flag(help: "Set the restart priority to restart.")
  var protect = false

  @Flag(help: "Set the restart priority to nothing.")
  var unprotect = false

  @Option(
    help: ArgumentHelp(
      "Machines to change, several times for several. (default: all)", valueName: "pattern"))
  var on: [String] = []

  @Option(help: ArgumentHelp("Add so many machines.", valueName: "count"))
  var add: Int?

  @Option(help: ArgumentHelp("The machine that they are like.", valueName: "name"))
  var like: String?

  private var changesMachines: Bool {
    multiplier != nil || memoryMib != nil || vcpus != nil || protect || unprotect
  }

  func validate() throws {
    if let multiplier, !(multiplier >= 0 && multiplier <= 1000) {
      throw ValidationError("--multiplier is \(multiplier), must be 0 to 1000")
    }
    if let memoryMib, !(1...(MemoryShape.byteLimit >> 20)).contains(memoryMib) {
      throw ValidationError("--memory-mib is \(memoryMib), must be at least 1")
    }
    if let vcpus, !(1...1024).contains(vcpus) {
      throw ValidationError("--vcpus is \(vcpus), must be 1 to 1024")
    }
    guard !protect || !unprotect else {
      throw ValidationError("give --protect or --unprotect, not both")
    }
    guard (add == nil) == (like == nil) else {
      throw ValidationError("--add and --like belong together")
    }
    if let add, !(1...10_000).contains(add) {
      throw ValidationError("--add is \(add), must be 1 to 10000")
    }
    guard on.isEmpty || changesMachines else {
      throw ValidationError("--on needs a change: --multiplier, --memory-mib, --vcpus, --protect")
    }
  }

  /// The changes as a question.
  func question(_ names: PoolNames, pool: PlannerPool, file: String) throws -> PoolQuestion {
    var question = PoolQuestion()
    if changesMachines { question.machines = try names.machines(on, option: "--on") }
    question.multiplier = multiplier
    question.memoryMiB = memoryMib
    question.vcpus = vcpus
    question.priority = protect ? .restart : unprotect ? RestartPriority.none : nil
    if let add, let like {
      let id = try names.machine(like, option: "--like")
      do {
        question.added = try PoolPlanner(pool).adding(add, like: id)
      } catch {
        throw InputError(file: file, reason: "\(error)")
      }
      question.addedLike = like
    }
    return question
  }
}

/// Hosts, networks and storage that fail.
struct PoolFailureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Hosts that go all at once, with commas between.", valueName: "hosts"))
  var lose: String?

  @Option(
    help: ArgumentHelp(
      "Hosts that see each other only, with bars between the groups: \"a,b|c\".",
      valueName: "groups"))
  var partition: String?

  @Option(
    help: ArgumentHelp("Hosts that lose HA's state file, or all.", valueName: "hosts"))
  var loseStorage: String?

  /// What fails.
  func failures(_ names: PoolNames, pool: PlannerPool) throws -> PoolScenario.Failures {
    var failures = PoolScenario.Failures()
    if let lose { failures.hosts = try names.hosts(lose, option: "--lose") }
    failures.partitions = try partition.map { try names.partitions($0, option: "--partition") }
    switch loseStorage {
    case nil: break
    case "all": failures.storageLost = Set(pool.hosts.map(\.id))
    case let hosts?: failures.storageLost = try names.hosts(hosts, option: "--lose-storage")
    }
    return failures
  }
}
