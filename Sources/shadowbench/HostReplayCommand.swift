import ArgumentParser
import Bench
import Foundation
import GuestModel
import XenControl
import XenServer

/// A workload in a real domain.
struct HostReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run a workload in real domains and compare Xen's counters with the model's.",
    discussion: """
      Compiles the INPUT to a stream, and for each size makes a PVH domain whose kernel does exactly \
      what the stream says; then compares the counters, and the checksums of what the guest read \
      and wrote. With nested paging (--hap 1) there are no shadows: checksums and times alone are \
      compared. Every domain is destroyed at the end, Xen's guest_loglvl is put back.

      --xentrace: \(TracingFlaw.warning). On such a Xen it needs --xentrace-anyway.

      With --bundle nothing is run: a folder is written that runs the streams on another host with \
      xl alone; 'host collect' reads what comes back. --plan FILE lists streams for it.

      EXIT STATUS
        0  all that could be compared is equal
        1  a counter or a checksum differs, or a run did not come to its end
        2  bad input, or a workload that a guest cannot replay
        3  no xl, no Xen, no permission, no memory, a domain refused, the guest's
           lines missing

      EXAMPLES
        shadowbench host replay reference:"procs=16 leaves=4" --shadow-mib 2,3,4
        shadowbench host replay captures/office30 --memory-mib 192 \\
          --operations 200000 --shadow-mib 3 --json
        shadowbench host replay office.replay --shadow-mib 3 --xentrace o.xentrace
        shadowbench host replay --plan replays/twenty.yaml --bundle replays
      """)

  @Argument(
    help: "A workload file, a capture, a trace, reference:\"…\", or a stream (.replay).",
    completion: .file())
  var inputs: [String] = []

  @Option(
    name: .customLong("shadow-mib"),
    help: ArgumentHelp("Pools, whole MiB: xl takes no others.", valueName: "list"))
  var shadowMiB: String?

  @Option(help: "Nested paging: 0 for domains with shadows, 1 for domains without.")
  var hap = 0

  @OptionGroup(title: "Stream") var stream: ReplayStreamOptions

  @Option(
    help: ArgumentHelp("Write a folder for another host instead.", valueName: "dir"),
    completion: .directory)
  var bundle: String?

  @Option(
    help: ArgumentHelp("With --bundle: a file that lists streams.", valueName: "file"),
    completion: .file())
  var plan: String?

  @Option(
    help: ArgumentHelp(
      "Where the guest's kernels are. (default: $SHADOWBENCH_GUEST, else beside the program)",
      valueName: "dir"), completion: .directory)
  var guest: String?

  @Option(name: .customLong("time-limit"), help: "Most time for a domain, seconds.")
  var timeLimit = 600.0

  @Option(
    help: ArgumentHelp(
      """
      Trace each run with xentrace; with several sizes the size is added to the name. Refused on a Xen \
      with XSA-477.
      """, valueName: "file"), completion: .file())
  var xentrace: String?

  @Flag(help: "Trace also on a Xen on which guests with shadows could then attack it.")
  var xentraceAnyway = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (0...1).contains(hap) else { throw ValidationError("--hap must be 0 or 1") }
    guard timeLimit >= 1, timeLimit <= 86_400 else {
      throw ValidationError("--time-limit must be 1 to 86400 seconds")
    }
    guard inputs.isEmpty == (plan != nil) else {
      throw ValidationError("give an INPUT, or --plan with --bundle")
    }
    if bundle == nil {
      guard plan == nil else { throw ValidationError("--plan needs --bundle") }
      guard inputs.count == 1 else {
        throw ValidationError("give one INPUT; --bundle takes several")
      }
    } else if xentrace != nil {
      throw ValidationError("--xentrace goes with runs, not with --bundle: run.sh traces by itself")
    }
    guard !xentraceAnyway || xentrace != nil else {
      throw ValidationError("--xentrace-anyway goes with --xentrace")
    }
    guard (shadowMiB == nil) == (plan != nil) else {
      throw ValidationError(
        plan == nil
          ? "give --shadow-mib, a list of sizes" : "--plan has the sizes; leave out --shadow-mib")
    }
    if let vcpus = stream.vcpus, vcpus != 1 {
      throw ValidationError("--vcpus must be 1: the replay guest has one")
    }
  }

  func run() async throws { try Interruption.endingBySignal(replay) }

  private func replay() throws {
    let items = try plan.map(planned) ?? named()
    if let bundle { return try write(items, to: bundle) }
    let console = Console()
    let item = items[0]
    let kernel = try ReplayKernel.find(mode: item.stream.shape.mode, in: guest)
    let results = try HostReplay(
      item: item, kernel: kernel, timeLimit: timeLimit,
      trace: xentrace.map { GuestTrace(file: $0, isForced: xentraceAnyway) }, console: console
    ).run()
    if output.json {
      try console.write(
        JSONResult.text(results.runs, item: item, xenVersion: results.xenVersion) + "\n")
    } else {
      try console.print(
        HostReplayReport.head(item, xenVersion: results.xenVersion)
          + results.runs.flatMap { HostReplayReport.lines($0, terminal: console.output) })
    }
    let verdicts = Set(results.runs.map(\.verdict))
    if verdicts.contains(.different) || verdicts.contains(.failed) { throw Failure.Code.found }
    if verdicts.contains(.unproven) {
      throw EnvironmentError(
        reason: results.runs.compactMap(\.reason).first ?? "the guest's lines are missing")
    }
  }

  /// The streams of the inputs, all with the same sizes.
  private func named() throws -> [ReplayItem] {
    let sizes = try SizeRequest.list(shadowMiB ?? "", option: "--shadow-mib") { .mebibytes($0) }
      .map(wholeMiB)
    var items: [ReplayItem] = []
    for input in inputs {
      let made = try stream.make(input)
      let base = ReplayItem.name(of: input, mode: made.shape.mode)
      var (name, number) = (base, 2)
      while items.contains(where: { $0.name == name }) {
        name = "\(base)-\(number)"
        number += 1
      }
      items.append(
        ReplayItem(name: name, stream: made, shadowMiB: sizes, hasNestedPaging: hap == 1))
    }
    return items
  }

  private func wholeMiB(_ request: SizeRequest) throws -> Int {
    guard case .mebibytes(let size) = request, let whole = Int(exactly: size), whole <= 65_536
    else {
      throw InputError(
        file: "--shadow-mib", reason: "sizes must be whole MiB, 1 to 65536: xl takes no others")
    }
    return whole
  }

  /// The streams of a plan.
  private func planned(_ path: String) throws -> [ReplayItem] {
    let file = try ReplayPlanFile.load(path: path)
    let progress = Console().progress("compiling", unit: "streams")
    defer { progress.finish() }
    return try file.entries.enumerated().map { index, entry in
      progress.update(index, file.entries.count)
      do {
        return ReplayItem(
          name: entry.name,
          stream: try ReplayStream.make(
            entry.request, name: entry.name, seed: entry.seed,
            options: ReplayStream.Options(paint: stream.paint, operations: entry.operations)),
          shadowMiB: entry.shadowMiB, hasNestedPaging: hap == 1)
      } catch let error as InputError {
        throw InputError(file: path, line: entry.line, reason: "\(entry.name): \(error)")
      }
    }
  }

  private func write(_ items: [ReplayItem], to folder: String) throws {
    let console = Console()
    var kernels: [PagingMode: String] = [:]
    for mode in Set(items.map(\.stream.shape.mode)) {
      kernels[mode] = try ReplayKernel.find(mode: mode, in: guest)
    }
    let progress = console.progress("predicting")
    defer { progress.finish() }
    let bundle = try ReplayBundle(items: items, kernels: kernels)
    try bundle.write(to: folder, makePager: StandardModel.pager) { done, total in
      guard !Interruption.isRequested else {
        throw EnvironmentError(reason: "interrupted: nothing was written")
      }
      progress.update(done, total)
    }
    progress.finish()
    try console.print(
      HostReplayReport.lines(bundle, folder: folder),
      json: try JSONResult.text(bundle, folder: folder), as: output.json)
  }
}

/// How an input becomes a stream.
struct ReplayStreamOptions: ParsableArguments {
  @Option(
    help: "Guest paging: 64-bit, pae or 2-level. Default: the input's own, else 64-bit.",
    transform: GuestOptions.mode)
  var mode: PagingMode?

  @Option(
    name: .customLong("memory-mib"),
    help: "The workload's memory, MiB; the guest's kernel and stream come on top.")
  var memoryMiB: Int?

  @Option(help: "Virtual CPUs: 1.")
  var vcpus: Int?

  @Option(help: "The seed of the input's random choices.")
  var seed: UInt64 = 1

  @Option(help: "Cut the workload at the first mark after so many operations.")
  var operations: Int?

  @Flag(
    help: """
      Write its number into each page first, so that checksums tell a read through a wrong \
      translation.
      """)
  var paint = false

  func validate() throws {
    if let memoryMiB, !(1...65_536).contains(memoryMiB) {
      throw ValidationError("--memory-mib is \(memoryMiB), must be 1 to 65536 MiB")
    }
    if let operations, operations < 1 {
      throw ValidationError("--operations must be 1 or more")
    }
  }

  /// The stream of an input, for one virtual CPU.
  func make(_ input: String) throws -> ReplayStream {
    try ReplayStream.make(
      InputRequest(input, mode: mode, memoryMiB: memoryMiB, vcpus: 1), name: input, seed: seed,
      options: ReplayStream.Options(paint: paint, operations: operations))
  }
}
