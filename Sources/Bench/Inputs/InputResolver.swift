import Files
import Foundation
import GuestModel

extension InputResolver {
  /// All kinds of input: this file alone names the workloads' types.
  public static let standard = InputResolver(
    readers: [reference, processes, workloadFile, operations, replay, perf, trace, capture],
    bundled: .standard)

  /// `reference:"procs=64 …"`: 64-bit, 256 MiB and 1 vCPU when nothing else is said.
  private static let reference = InputReader(
    expectation: "reference:\"procs=64 leaves=16 …\"",
    accepts: { $0.hasPrefix("reference:") },
    files: { _ in [] },
    open: { request throws(InputError) in
      let text = String(request.name.dropFirst("reference:".count))
      let shape = request.shape(
        default: GuestShape(mode: .fourLevel, memoryMiB: 256, vcpus: 1))
      let hasSeed = text.split(separator: " ").contains { $0.hasPrefix("seed=") }
      _ = try ReferenceWorkload(text: text, shape: shape)
      return WorkloadInput(
        name: request.name, kind: "reference guest", shape: shape,
        facts: ["The reference guest's program, operation by operation."]
      ) { seed throws(InputError) in
        try ReferenceWorkload(text: hasSeed ? text : "\(text) seed=\(seed)", shape: shape)
      }
    })

  /// `processes:FILE.csv`: 64-bit, 4096 MiB and 2 vCPUs when nothing else is said.
  private static let processes = InputReader(
    expectation: "processes:FILE, sizes of processes",
    accepts: { $0.hasPrefix("processes:") },
    files: { [String($0.dropFirst("processes:".count))] },
    open: { request throws(InputError) in
      let table = try ProcessTable.load(
        path: String(request.name.dropFirst("processes:".count)))
      let shape = request.shape(
        default: GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2))
      let file = try table.workload(shape: shape)
      return WorkloadInput(
        name: table.path, kind: "process sizes", shape: shape,
        warmupPhases: file.run.warmUpSeconds,
        facts: [
          "Page table sizes\(table.hasRates ? " and context switches" : "") of \(table.processes.count) processes; what each "
            + "touches, and in which order, is not known and taken as usual: half of its tables in "
            + "a second, 25 pages of each, processes at random."
        ] + table.notes
      ) { seed throws(InputError) in try SyntheticWorkload(file: file, shape: shape, seed: seed) }
    })

  /// A stream of operations: 64-bit, 4096 MiB and 1 vCPU when nothing else is said.
  private static let operations = InputReader(
    expectation: "a stream of operations (.operations)",
    accepts: { Compression.plainName($0).hasSuffix(".operations") },
    recognises: { $0.starts(with: OperationFile.magic) },
    open: { request throws(InputError) in
      let shape = request.shape(
        default: GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 1))
      let workload = OperationWorkload(try OperationFile.read(request.name), shape: shape)
      return WorkloadInput(
        name: request.name, kind: "operations", shape: shape,
        facts: ["The operations of the file, one by one."]
      ) { _ throws(InputError) in workload }
    })

  /// A replay guest's stream: the guest is the file's, and so is the seed.
  private static let replay = InputReader(
    expectation: "a replay guest's stream (.replay)",
    accepts: { Compression.plainName($0).hasSuffix(".replay") },
    recognises: { $0.starts(with: ReplayStream.magic) },
    open: { request throws(InputError) in
      let stream = try ReplayStream(contentsOf: request.name)
      guard request.shape(default: stream.shape) == stream.shape else {
        throw InputError(
          file: request.name,
          reason: "the stream is for \(stream.shape.mode.name), \(stream.shape.memoryMiB) MiB and "
            + "1 vCPU, which cannot be changed")
      }
      return WorkloadInput(
        name: request.name, kind: "replay stream", shape: stream.shape,
        facts: [
          "What the replay guest does with the stream of \(stream.name), its own doings included."
        ]
      ) { _ throws(InputError) in stream.workload() }
    })

  /// `perf script` text: 64-bit, 4096 MiB and 2 vCPUs when nothing else is said.
  private static let perf = InputReader(
    expectation: "perf script text of a Linux guest (.perf or .perf.txt, plain or compressed)",
    accepts: { name in
      [".perf", ".perf.txt"].contains(where: Compression.plainName(name).hasSuffix)
    },
    recognises: PerfText.recognises(head:),
    open: { request throws(InputError) in
      let shape = request.shape(
        default: GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2))
      let workload = try PerfWorkload(
        path: request.name, shape: shape, isLossy: request.isLossy)
      return WorkloadInput(
        name: request.name, kind: "perf text", shape: shape, facts: workload.facts
      ) { _ throws(InputError) in workload }
    })

  /// A workload file: the guest is the file's.
  private static let workloadFile = InputReader(
    expectation: "a workload file (.yaml)",
    accepts: { name in [".yaml", ".yml"].contains(where: Compression.plainName(name).hasSuffix) },
    recognises: WorkloadFile.recognises(head:),
    open: { request throws(InputError) in
      guard InputFile.exists(request.name) else {
        let hint = BundledFiles.standard.hint
        throw InputError(
          file: request.name, reason: "cannot be opened: there is no such file\(hint)")
      }
      let file = try WorkloadFile.load(path: request.name)
      let shape = request.shape(default: file.shape)
      return WorkloadInput(
        name: request.name, kind: "workload file", shape: shape,
        warmupPhases: file.run.warmUpSeconds,
        facts: ["The workload file's statements about processes, sharing and scheduling."]
      ) { seed throws(InputError) in try SyntheticWorkload(file: file, shape: shape, seed: seed) }
    })

  /// A trace: what the guest did is inferred from its faults; the seed changes nothing.
  private static let trace = InputReader(
    expectation: "an xentrace file (.xentrace, plain or compressed)",
    accepts: TraceFile.isTrace,
    recognises: TraceFile.isTrace(head:),
    open: { request throws(InputError) in
      let trace = try TraceReconstruction(
        path: request.name, mode: request.mode, memoryMiB: request.memoryMiB,
        vcpus: request.vcpus, gigahertz: CostProfile.core2.gigahertz)
      return try WorkloadInput(
        name: request.name, trace: trace, tracedPages: request.tracedPages)
    })

  /// A capture by the common start of its files: 64-bit, 4096 MiB and 2 vCPUs when nothing else
  /// is said.
  private static let capture = InputReader(
    expectation: "a capture's prefix (PREFIX.map.txt.xz, as Workloads/captures/office30)",
    accepts: { BundledFiles.isCapture(BundledFiles.standard.capture($0)) },
    files: { Capture.files(path: $0) },
    open: { request throws(InputError) in
      let capture = try Capture.load(path: request.name)
      let shape = request.shape(
        default: GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2))
      var input = WorkloadInput(
        name: request.name, kind: "capture", shape: shape,
        facts: [
          "Page tables, Accessed bits\(capture.hasEvents ? " and switches" : "") of real "
            + "processes, as captured; the order of accesses inside an interval was not recorded "
            + "and is drawn at random."
        ] + capture.gaps
      ) { seed throws(InputError) in
        try CaptureWorkload(capture: capture, shape: shape, seed: seed, rounds: nil)
      }
      input.losses = capture.gaps
      return input
    })
}

extension CostProfile: HypervisorCost {
  /// The processor's clock, GHz.
  public var gigahertz: Double { clockGHz.value }

  /// The profile in a file, or the built-in one of that name.
  public static func named(_ name: String) throws(InputError) -> CostProfile {
    if name == CostProfile.core2.name { return .core2 }
    guard InputFile.exists(name) else {
      throw InputError(
        file: name,
        reason: "no such cost profile; give a file, or \(CostProfile.core2.name), the built-in one")
    }
    return try CostProfile.load(path: name)
  }
}
