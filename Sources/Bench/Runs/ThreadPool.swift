import NUMA

/// Does independent pieces of work a few at a time and keeps their order.
struct ThreadPool: Sendable {
  /// Pieces under way at once.
  var threads = 2
  /// ``threads``, or the processors that the process may use if they are fewer.
  var usableThreads: Int { min(threads, NUMALibrary.system.usableProcessors) }

  /// The results of `body` for all items, in the order of the items.
  func map<Item: Sendable, Result: Sendable>(
    _ items: [Item], progress: ProgressHandler? = nil,
    _ body: @escaping @Sendable (Item) async throws -> Result
  ) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
      var results = [Result?](repeating: nil, count: items.count)
      var next = 0
      var done = 0
      func startNext() {
        guard next < items.count else { return }
        let index = next
        let item = items[index]
        next += 1
        group.addTask { (index, try await body(item)) }
      }
      for _ in 0..<max(1, threads) { startNext() }
      while let (index, result) = try await group.next() {
        results[index] = result
        done += 1
        progress?(done, items.count)
        startNext()
      }
      return results.compactMap { $0 }
    }
  }
}
