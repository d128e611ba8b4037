/// What a capture says about the entries of its leaf tables, a bit each.
struct CaptureMasks: Sendable {
  /// Entries present.
  private(set) var present: [EntryMask]
  /// Entries present and writable.
  private(set) var writable: [EntryMask]
  /// Entries that a process uses whenever it runs, as far as it uses them in an interval at all.
  ///
  /// Those accessed in both of the first two intervals, and those of a process's first and last
  /// leaf table (program and stack).
  private(set) var hot: [EntryMask]

  init(_ capture: Capture) {
    present = Array(repeating: .zero, count: capture.leaves.count)
    writable = present
    hot = present
    for (index, leaf) in capture.leaves.enumerated() {
      for run in capture.runs[leaf.runs] {
        present[index].insert(run.entries)
        if run.isWritable { writable[index].insert(run.entries) }
      }
    }
    var inFirst = hot
    for touched in Self.known(capture, 0) {
      inFirst[Int(touched.leaf)] = capture.bitmaps[Int(touched.bitmap)]
    }
    for touched in Self.known(capture, 1) {
      let leaf = Int(touched.leaf)
      hot[leaf] = inFirst[leaf] & capture.bitmaps[Int(touched.bitmap)]
    }
    for process in capture.processes {
      guard let first = process.leaves.first, let last = process.leaves.last else { continue }
      hot[first] = present[first]
      hot[last] = present[last]
    }
  }

  /// What interval `index` says with a bitmap.
  private static func known(_ capture: Capture, _ index: Int) -> [Capture.Touched] {
    guard index < capture.intervals.count else { return [] }
    return capture.intervals[index].visits.flatMap(\.touched).filter { $0.bitmap >= 0 }
  }
}
