/// The file of a capture that holds the page tables.
///
///     P pid name leaf-tables L2-tables L3-tables superpages
///     L leaf present writable offset+count@frame[w] …
struct CaptureMap {
  private(set) var processes: [Capture.Process] = []
  private(set) var leaves: [Capture.Leaf] = []
  private(set) var runs: [Capture.Run] = []
  /// The index of each process.
  private(set) var processOfPID: [Int: Int] = [:]

  private var text: CaptureText
  /// Line and announced leaf tables of the process that is being read.
  private var lineOfProcess = 0
  private var announcedLeaves = 0

  /// Process numbers that Linux can give.
  static let pids = 1...4_194_304
  /// Leaf tables of the user half of a 47-bit address space.
  static let leafNumbers = 0...0x3FF_FFFF
  /// More processes than that are not a capture.
  static let processLimit = 65_536
  /// More leaf tables than that, 4 GiB of them, are not one either.
  static let leafLimit = 1_048_576

  /// Reads the bytes of `file`.
  init(file: String, bytes: [UInt8]) throws(InputError) {
    text = CaptureText(file: file, bytes: bytes)
    try text.readHeader("map")
    while text.nextLine() {
      let kind = text.words.first.map(text.text) ?? ""
      switch kind {
      case "P": try readProcess()
      case "L": try readLeaf()
      default: throw text.failure("the line begins with '\(kind)': expected P or L")
      }
    }
    try finishProcess()
    guard !processes.isEmpty else { throw text.failure("the map names no process") }
  }

  /// The leaf table of `process` with that number, as an index.
  func leaf(_ number: UInt32, of process: Int) -> Int? {
    var range = processes[process].leaves
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if leaves[middle].number == number { return middle }
      range =
        leaves[middle].number < number
        ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  private mutating func readProcess() throws(InputError) {
    try finishProcess()
    let words = text.words
    guard words.count >= 7 else {
      throw text.failure(
        "a process line of \(words.count) fields: expected P, pid, name, leaf tables, L2 tables, "
          + "L3 tables and 2 MiB pages")
    }
    let pid = try text.number(words[1], "the process number", in: Self.pids)
    guard processOfPID[pid] == nil else {
      throw text.failure("process \(pid) is there twice: expected each process once")
    }
    guard processes.count < Self.processLimit else {
      throw text.failure("more than \(Self.processLimit) processes")
    }
    let sizes = words.count - 4
    let leafLimit = 0...Self.leafNumbers.upperBound + 1
    announcedLeaves = try text.number(words[sizes], "the number of leaf tables", in: leafLimit)
    let level2 = try text.number(words[sizes + 1], "the number of L2 tables", in: 0...131_072)
    let level3 = try text.number(words[sizes + 2], "the number of L3 tables", in: 0...256)
    _ = try text.number(words[sizes + 3], "the number of 2 MiB pages", in: leafLimit)
    processOfPID[pid] = processes.count
    // A name may hold spaces: it is whatever lies between the number and the sizes.
    let name = text.string(words[2].lowerBound..<words[sizes - 1].upperBound)
    processes.append(
      Capture.Process(
        pid: pid, name: name, level2TableCount: level2, level3TableCount: level3,
        leaves: leaves.count..<leaves.count))
    lineOfProcess = text.line
  }

  /// Checks what a process line announced against the leaf tables that followed.
  private mutating func finishProcess() throws(InputError) {
    guard let process = processes.indices.last else { return }
    processes[process].leaves = processes[process].leaves.lowerBound..<leaves.count
    let found = processes[process]
    let level2 = upperTables(of: found, shift: 9)
    let level3 = upperTables(of: found, shift: 18)
    let checks = [
      ("leaf tables", announcedLeaves, found.leafTableCount, announcedLeaves == found.leaves.count),
      ("L2 tables", found.level2TableCount, level2, found.level2TableCount >= level2),
      ("L3 tables", found.level3TableCount, level3, found.level3TableCount >= level3),
    ]
    for (what, announced, needed, isRight) in checks where !isRight {
      throw text.failure(
        "process \(found.pid) announces \(announced) \(what): its lines have \(needed)",
        line: lineOfProcess)
    }
  }

  private func upperTables(of process: Capture.Process, shift: UInt32) -> Int {
    var count = 0
    var previous: UInt32?
    for leaf in leaves[process.leaves] where leaf.number >> shift != previous {
      previous = leaf.number >> shift
      count += 1
    }
    return count
  }
}

extension CaptureMap {
  private mutating func readLeaf() throws(InputError) {
    let words = text.words
    guard let process = processes.last else {
      throw text.failure("a leaf table before the first process: expected a line P first")
    }
    guard words.count >= 4 else {
      throw text.failure(
        "a leaf table line of \(words.count) fields: expected L, leaf, present, writable and runs")
    }
    guard leaves.count < Self.leafLimit else {
      throw text.failure("more than \(Self.leafLimit) leaf tables")
    }
    let number = try text.number(
      words[1], "the leaf table", in: Self.leafNumbers, hexadecimal: true)
    if leaves.count > process.leaves.lowerBound, let previous = leaves.last?.number,
      number <= Int(previous)
    {
      throw text.failure(
        "leaf table \(text.text(words[1])) follows \(String(previous, radix: 16)): "
          + "expected leaf tables upwards, each once")
    }
    let present = try text.number(words[2], "the number of present entries", in: 0...512)
    let writable = try text.number(words[3], "the number of writable entries", in: 0...512)
    let firstRun = runs.count
    var total = 0
    var totalWritable = 0
    var end = 0
    for word in words.dropFirst(4) {
      let run = try readRun(word, after: end)
      runs.append(run)
      end = run.entries.upperBound
      total += run.entries.count
      totalWritable += run.isWritable ? run.entries.count : 0
    }
    guard total == present else {
      throw text.failure("\(present) entries are announced as present: the runs have \(total)")
    }
    guard totalWritable == writable else {
      throw text.failure(
        "\(writable) entries are announced as writable: the runs have \(totalWritable)")
    }
    leaves.append(Capture.Leaf(number: UInt32(number), runs: firstRun..<runs.count))
  }

  private func readRun(_ word: Range<Int>, after end: Int) throws(InputError) -> Capture.Run {
    guard let plus = text.position(of: .plus, in: word),
      let at = text.position(of: .at, in: plus..<word.upperBound)
    else {
      throw text.failure("the run is '\(text.text(word))': expected offset+count@frame[w]")
    }
    let isWritable = text.byte(word.upperBound - 1, in: word) == .letterW
    let frameEnd = word.upperBound - (isWritable ? 1 : 0)
    let offset = try text.number(word.lowerBound..<plus, "the run's offset", in: 0...511)
    let count = try text.number(plus + 1..<at, "the run's count", in: 1...512)
    guard at + 1 < frameEnd else {
      throw text.failure("the run '\(text.text(word))' has no frame: expected offset+count@frame")
    }
    let frame = try text.number(at + 1..<frameEnd, "the run's frame", in: 0...0xFFFF_0000)
    guard offset + count <= 512 else {
      throw text.failure(
        "the run '\(text.text(word))' ends at entry \(offset + count): a table has 512 entries")
    }
    guard offset >= end else {
      throw text.failure(
        "the run '\(text.text(word))' begins before entry \(end), where the run before it ends: "
          + "expected runs upwards, apart from each other")
    }
    return Capture.Run(
      frame: UInt32(frame), entry: UInt16(offset), count: UInt16(count), isWritable: isWritable)
  }
}
