/// The file of a capture that says what was touched.
///
///     I number end-milliseconds processes
///     A pid leaf:accessed:dirty[:bitmap] …
struct CaptureIntervals {
  private(set) var intervals: [Capture.Interval] = []
  private(set) var bitmaps: [EntryMask] = []
  /// Processes and leaf tables that the map does not have: left out.
  private(set) var skippedCount = 0

  private let map: CaptureMap
  private let allowsStrangers: Bool
  private var text: CaptureText
  private var endMilliseconds = 0
  /// The processes that the current interval has had a line for.
  private var seen: Set<Int> = []

  /// Reads the bytes of `file`.
  /// - Parameter allowsStrangers: whether processes come and go, so that lines may concern some
  ///   that had ended when the map was made.
  init(file: String, bytes: [UInt8], map: CaptureMap, allowsStrangers: Bool) throws(InputError) {
    self.map = map
    self.allowsStrangers = allowsStrangers
    text = CaptureText(file: file, bytes: bytes)
    try text.readHeader("intervals")
    while text.nextLine() {
      let kind = text.words.first.map(text.text) ?? ""
      switch kind {
      case "I": try readInterval()
      case "A": try readVisit()
      default: throw text.failure("the line begins with '\(kind)': expected I or A")
      }
    }
    guard !intervals.isEmpty else { throw text.failure("there is no interval") }
  }

  private mutating func readInterval() throws(InputError) {
    let words = text.words
    guard words.count == 4 else {
      throw text.failure(
        "an interval line of \(words.count) fields: expected I, number, end in ms and processes")
    }
    let number = try text.number(words[1], "the interval's number", in: 0...1_000_000)
    guard number == intervals.count else {
      throw text.failure("the interval's number is \(number): expected \(intervals.count)")
    }
    let end = try text.number(words[2], "the interval's end in ms", in: 1...1_000_000_000)
    guard end > endMilliseconds else {
      throw text.failure(
        "the interval ends at \(end) ms: expected a time after \(endMilliseconds) ms, where the "
          + "one before it ends")
    }
    let processes = try text.number(
      words[3], "the number of processes", in: 0...CaptureMap.processLimit)
    let nanoseconds = UInt64(end - endMilliseconds) * 1_000_000
    intervals.append(Capture.Interval(processCount: processes, nanoseconds: nanoseconds))
    endMilliseconds = end
    seen.removeAll(keepingCapacity: true)
  }

  private mutating func readVisit() throws(InputError) {
    let words = text.words
    guard !intervals.isEmpty else {
      throw text.failure("accesses before the first interval: expected a line I first")
    }
    guard words.count >= 3 else {
      throw text.failure(
        "an access line of \(words.count) fields: expected A, pid and at least one leaf table")
    }
    let pid = try text.number(words[1], "the process number", in: CaptureMap.pids)
    guard seen.insert(pid).inserted else {
      throw text.failure("process \(pid) is there twice in the interval: expected it once")
    }
    let process = map.processOfPID[pid]
    guard process != nil || allowsStrangers else {
      throw text.failure(
        "process \(pid) is not in the map, and no event says that processes come and go: expected "
          + "a process of the map")
    }
    var visit = process.map { Capture.Visit(process: $0) }
    var previous = -1
    for word in words.dropFirst(2) {
      let item = try readItem(word)
      guard item.leafNumber > previous else {
        throw text.failure(
          "leaf table \(String(item.leafNumber, radix: 16)) follows \(String(previous, radix: 16))"
            + ": expected leaf tables upwards, each once")
      }
      previous = item.leafNumber
      append(item, to: &visit)
    }
    guard let visit, !visit.touched.isEmpty else { return }
    intervals[intervals.count - 1].visits.append(visit)
  }

  private mutating func append(_ item: Item, to visit: inout Capture.Visit?) {
    guard let process = visit?.process,
      let leaf = map.leaf(UInt32(item.leafNumber), of: process)
    else {
      skippedCount += 1
      return
    }
    if let bitmap = item.bitmap { bitmaps.append(bitmap) }
    visit?.touched.append(
      Capture.Touched(
        leaf: Int32(leaf), bitmap: item.bitmap == nil ? -1 : Int32(bitmaps.count - 1),
        accessed: UInt16(item.accessed), dirty: UInt16(item.dirty)))
  }

  /// A leaf table of an access line.
  private struct Item {
    var leafNumber: Int
    var accessed: Int
    var dirty: Int
    var bitmap: EntryMask?
  }

  private func readItem(_ word: Range<Int>) throws(InputError) -> Item {
    let parts = text.split(word, by: .colon)
    guard parts.count == 3 || parts.count == 4 else {
      throw text.failure(
        "the leaf table is '\(text.text(word))': expected leaf:accessed:dirty[:bitmap]")
    }
    let leaf = try text.number(
      parts[0], "the leaf table", in: CaptureMap.leafNumbers, hexadecimal: true)
    let accessed = try text.number(parts[1], "the number of accessed entries", in: 0...512)
    let dirty = try text.number(parts[2], "the number of dirty entries", in: 0...512)
    var item = Item(leafNumber: leaf, accessed: accessed, dirty: dirty)
    if parts.count == 4 {
      let bitmap = try text.bitmap(parts[3])
      guard bitmap.population == accessed else {
        throw text.failure(
          "leaf table \(text.text(parts[0])) has \(accessed) entries accessed: its bitmap has "
            + "\(bitmap.population)")
      }
      item.bitmap = bitmap
    }
    return item
  }
}
