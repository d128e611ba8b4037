import Foundation
public import GuestModel

/// A workload as the replay guest runs it: the bytes of its module, and all that the model needs
/// to foretell what a real Xen will count.
///
/// `docs/REPLAY.md` describes the guest and the file.
public struct ReplayStream: Sendable {
  /// What can be chosen when a stream is made.
  public struct Options: Hashable, Sendable {
    /// Write a number to every page that is reached, so that a read through a wrong translation
    /// changes the checksum.
    public var paint = false

    /// Cut the workload at the first mark after so many of its operations; nil: not at all.
    public var operations: Int?

    /// The usual choice.
    public init(paint: Bool = false, operations: Int? = nil) {
      self.paint = paint
      self.operations = operations
    }
  }

  /// The guest: its memory includes the replay guest's own.
  public var shape: GuestShape {
    GuestShape(mode: layout.mode, memoryMiB: layout.memoryMiB, vcpus: 1)
  }
  /// What the guest will report, phase by phase.
  public let expected: [ReplayPhase]
  /// What was made a stream of.
  public let name: String
  /// The seed with which.
  public let seed: UInt64
  /// Whether pages are painted.
  public let isPainted: Bool
  /// Frames by which the workload's frames were moved up.
  public var shift: Int { layout.shift }
  /// How many operations it has.
  public var operationCount: Int { operations.count }
  let layout: ReplayLayout
  let operations: [GuestModel.Operation]

  /// The most operations of a stream: 16 bytes each in the guest's memory.
  public static let operationLimit = 1 << 25

  init(
    name: String, seed: UInt64, isPainted: Bool, layout: ReplayLayout,
    operations: [GuestModel.Operation]
  ) throws(InputError) {
    self.name = name
    self.seed = seed
    self.isPainted = isPainted
    self.layout = layout
    self.operations = operations
    var machine = ReplayMachine(
      layout.makeMemory(building: operations), mode: layout.mode, root: ReplayLayout.ownRoot,
      isPainted: isPainted)
    for (number, operation) in operations.enumerated() {
      if let problem = machine.perform(operation) {
        throw InputError(
          file: name,
          reason:
            "operation \(number), at byte \(ReplayRules.headerBytes + number * 16): \(problem)"
        )
      }
    }
    machine.endPhase()
    expected = machine.phases
  }

  /// The stream of a workload.
  /// - Parameters:
  ///   - name: what it is made of, for messages and the file's header
  ///   - seed: the seed that it was made with
  /// - Throws: ``InputError`` with the reason when the replay guest cannot do what it does
  public static func compile(
    _ workload: any Workload, name: String, seed: UInt64, options: Options = Options()
  ) throws(InputError) -> ReplayStream {
    let shape = workload.shape
    guard shape.vcpus == 1 else {
      throw InputError(
        file: name,
        reason: "the replay guest has one vCPU, the workload \(shape.vcpus): give --vcpus 1")
    }
    let survey = try ReplaySurvey(workload, name: name, limit: options.operations)
    var shift = unit
    while true {
      let memory = shape.memoryMiB + shift / 256
      guard memory <= ReplayLayout.memoryLimitMiB(shape.mode), memory % 4 == 0 else {
        throw InputError(
          file: name,
          reason: "the replay guest would have \(memory) MiB of memory; it takes a multiple of 4, "
            + "\(ReplayLayout.memoryLimitMiB(shape.mode)) at most: give --memory-mib")
      }
      let layout = ReplayLayout(
        mode: shape.mode, memoryMiB: memory, shift: shift,
        place: try survey.place(superpages: shift / shape.mode.entriesPerTable))
      var compiler = ReplayCompiler(name: name, layout: layout, survey: survey)
      try compiler.build(workload, paint: options.paint)
      try compiler.translate(workload, limit: options.operations)
      let needed = framesNeeded(compiler.operations.count)
      if needed <= shift {
        return try ReplayStream(
          name: name, seed: seed, isPainted: options.paint, layout: layout,
          operations: compiler.operations)
      }
      shift = (needed + unit - 1) / unit * unit
    }
  }

  /// What the guest reports at its end: a checksum over those of all phases.
  public var checksum: UInt64 {
    expected.reduce(ReplayRules.start) { ReplayRules.mix($0, $1.checksum) }
  }

  /// Frames are moved by a multiple of this: 12 MiB keeps 4 MiB alignment and a frame modulo 3.
  static let unit = 3072

  /// Frames below the workload's first one: the guest, the stream, and what the toolstack puts
  /// behind it.
  static func framesNeeded(_ operations: Int) -> Int {
    Int(ReplayLayout.moduleAddress >> 12) + (ReplayRules.headerBytes + operations * 16) / 4096 + 32
  }

  /// The whole of what the replay guest does with its module at `address`: what the model runs.
  /// - Parameter address: guest-physical, as the guest reports it; nil for where Xen's toolstack
  ///   puts it
  public func workload(moduleAt address: UInt64? = nil) -> some Workload {
    ReplayWorkload(stream: self, module: address ?? ReplayLayout.moduleAddress)
  }
}
