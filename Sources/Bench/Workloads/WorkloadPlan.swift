import GuestModel

/// Everything about a synthetic workload that does not change while it runs: which process has
/// which size, and where in the guest's memory everything lies.
///
/// Guest frames from the bottom: the kernel's tables, the processes' tables one process after
/// the other, data. Frames of data are numbered as if memory had no end, groups of sharers first
/// and private ones after them, and folded into what there is.
struct WorkloadPlan: Sendable {
  /// The guest.
  let shape: GuestShape
  /// The kernel's place.
  let kernel: KernelLayout
  /// The sizes of processes.
  let classes: [ProcessClass]
  /// The class of each process.
  let classOfProcess: [Int]
  /// The first frame of each process: its root.
  let firstFrames: [Int]
  /// Leaf tables of the processes before each, and of all at the end.
  let leavesBefore: [Int]
  /// What the leaf tables hold.
  let patterns: LeafPatterns
  /// Page tables, the kernel's included (its number is rounded up).
  let tableCount: Int
  /// The first frame of data.
  let dataStart: Int
  /// Frames of data, never fewer than 1.
  let dataFrames: Int
  /// Whether each process has a kernel page directory of its own.
  let hasPrivateDirectory: Bool

  private let groups: Int
  private let sharedFirst: [Int]
  private let privateFirst: [Int]

  /// Processes.
  var processCount: Int { classOfProcess.count }

  /// The class of process `process`.
  func processClass(_ process: Int) -> ProcessClass { classes[classOfProcess[process]] }

  /// Leaf tables of `process`.
  func leafCount(_ process: Int) -> Int { leavesBefore[process + 1] - leavesBefore[process] }

  /// The root of `process`.
  func root(_ process: Int) -> GFN { GFN(firstFrames[process]) }

  /// The frame of leaf table `leaf` of `process`.
  func leafFrame(_ process: Int, _ leaf: Int) -> GFN {
    GFN(firstFrames[process] + processClass(process).frameOffsets[leaf])
  }

  init(_ file: WorkloadFile, shape: GuestShape) {
    self.shape = shape
    let mode = shape.mode
    let count = file.processes.count
    let layout = KernelLayout(shape: shape, leafTables: file.kernel.leafTables.rounded)
    kernel = layout
    hasPrivateDirectory = file.kernel.hasPrivateDirectory
    classes = file.processes.leafTables.map {
      ProcessClass(leafTables: $0.count.rounded, file: file, mode: mode)
    }
    groups = max(1, min(count, Int((Double(count) / file.sharing.sharers.value).rounded())))
    classOfProcess = Self.assign(file.processes.leafTables, count: count, groups: groups)
    patterns = LeafPatterns(
      file, mode: mode, leafCount: classes.reduce(0) { max($0, $1.addresses.count) })

    var frame = 1 + layout.reservedFrames
    var leaves = 0
    var firsts: [Int] = []
    var before = [0]
    for member in classOfProcess {
      firsts.append(frame)
      frame += classes[member].tableCount
      leaves += classes[member].addresses.count
      before.append(leaves)
    }
    firstFrames = firsts
    leavesBefore = before
    tableCount = frame - 1
    dataStart = frame
    dataFrames = max(1, shape.memoryMiB * 256 - frame)
    (sharedFirst, privateFirst) = Self.dataFirsts(
      classOfProcess, classes, groups: groups, patterns)
  }

  /// The frame, not folded, that the first shared entry of each group and the first private
  /// entry of each process name; then the first that nobody does.
  private static func dataFirsts(
    _ classOfProcess: [Int], _ classes: [ProcessClass], groups: Int, _ patterns: LeafPatterns
  ) -> (shared: [Int], private: [Int]) {
    var largest = [Int](repeating: 0, count: groups)
    for (process, member) in classOfProcess.enumerated() {
      let leaves = classes[member].addresses.count
      largest[process % groups] = max(largest[process % groups], leaves)
    }
    var next = 0
    var shared: [Int] = []
    for leaves in largest {
      shared.append(next)
      next += patterns.sharedBefore[leaves]
    }
    var own: [Int] = []
    for member in classOfProcess {
      own.append(next)
      next += patterns.privateBefore[classes[member].addresses.count]
    }
    return (shared, own + [next])
  }

  /// The class of each process: the mix in order of groups of sharers, so that processes that
  /// share frames are of one size as far as the mix allows.
  private static func assign(
    _ mix: [WorkloadFile.LeafShare], count: Int, groups: Int
  ) -> [Int] {
    var result = [Int](repeating: 0, count: count)
    var rank = 0
    for group in 0..<groups {
      for process in stride(from: group, to: count, by: groups) {
        let position = (Double(rank) + 0.5) / Double(count)
        var sum = 0.0
        var member = 0
        for (index, leafShare) in mix.enumerated() {
          member = index
          sum += leafShare.share.value
          if position < sum { break }
        }
        result[process] = member
        rank += 1
      }
    }
    return result
  }

  /// The frame that a data frame's number is folded to.
  func fold(_ number: Int) -> GFN { GFN(dataStart + number % dataFrames) }

  /// The frame that the `number`th demand fault maps.
  func demandFrame(_ number: Int) -> GFN { fold(privateFirst[processCount] + number) }

  /// Calls `body` with the runs of entries of leaf table `leaf` of `process` as they were at the
  /// start: the first index, how many, and the first entry; the others name the frames after it.
  func forEachRun(
    _ process: Int, _ leaf: Int, _ body: (_ index: Int, _ count: Int, _ first: GuestEntry) -> Void
  ) {
    var sharedNumber = sharedFirst[process % groups] + patterns.sharedBefore[leaf]
    var privateNumber = privateFirst[process] + patterns.privateBefore[leaf]
    for place in patterns.firstRun[leaf]..<patterns.firstRun[leaf + 1] {
      let run = patterns.runs[place]
      let flags = Self.flags(isWritable: run.isWritable)
      var done = 0
      while done < run.count {
        let number = (run.isShared ? sharedNumber : privateNumber) + done
        let count = min(run.count - done, dataFrames - number % dataFrames)
        body(run.index + done, count, GuestEntry(frame: fold(number), flags: flags))
        done += count
      }
      if run.isShared { sharedNumber += run.count } else { privateNumber += run.count }
    }
  }

  /// The flags of a page that a program has used for a while.
  static func flags(isWritable: Bool) -> UInt32 {
    typealias Flag = GuestEntry.Flag
    let used = Flag.present | Flag.user | Flag.accessed
    return isWritable ? used | Flag.writable | Flag.dirty : used
  }
}
