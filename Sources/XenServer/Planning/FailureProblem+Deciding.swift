extension FailureProblem {
  /// Whether every machine that runs can be restarted whichever `failures` hosts fail, one after
  /// the other; the machines that do not run play no part.
  /// - Parameter method: the toolstack's choice when nothing is said
  /// - Throws: failures of more hosts than there are, or of less than none
  public func survives(
    _ failures: Int, method: PlanMethod? = nil
  ) throws(PlanningError) -> Bool {
    switch try checked(failures, method) {
    case .exact:
      guard hosts.count > failures else { return hosts.count == failures && vms.isEmpty }
      var search = ExactSearch(self, stopsAtFirstFailure: true)
      return search.survives(failures)
    case .approximate: return slots(failures).map { $0.margin >= 0 } ?? true
    }
  }

  /// Where the plan for `failures` is nearest to failing, or fails most; nil where nothing is
  /// moved.
  /// - Parameter method: the toolstack's choice when nothing is said
  /// - Throws: failures of more hosts than there are, or of less than none
  public func tightest(
    _ failures: Int, method: PlanMethod? = nil
  ) throws(PlanningError) -> Tightness? {
    let method = try checked(failures, method)
    guard failures > 0, !vms.isEmpty else { return nil }
    switch method {
    case .exact:
      guard hosts.count > failures else {
        return .noHostLeft(live: hosts.count, failures: failures)
      }
      var search = ExactSearch(self, stopsAtFirstFailure: false)
      _ = search.survives(failures)
      return search.tightest.map { .placement($0) }
    case .approximate: return slots(failures).map { .slots($0) }
    }
  }

  /// What the approximate method reckons with; nil when nothing fails or nothing is to be
  /// restarted.
  ///
  /// The hosts with most slots fail, and as many machines are to be restarted as are on the hosts
  /// with most machines: the worst of both, whether or not they are the same hosts.
  private func slots(_ failures: Int) -> Tightness.Slots? {
    guard failures > 0, let largest = vms.first else { return nil }
    let size = max(1, largest.size)
    let slots = hosts.map { $0.free / size }
    let order = hosts.indices.sorted { (-slots[$0], $0) < (-slots[$1], $1) }
    var counts = hosts.map { _ in 0 }
    for host in placement { if let host { counts[host] += 1 } }
    return Tightness.Slots(
      vm: largest.id, size: largest.size, failedHosts: order.prefix(failures).map { hosts[$0].id },
      slots: order.dropFirst(failures).reduce(0) { $0 + slots[$1] },
      needed: counts.sorted(by: >).prefix(failures).reduce(0, +))
  }

  private func checked(_ failures: Int, _ method: PlanMethod?) throws(PlanningError) -> PlanMethod {
    guard (0...totalHosts).contains(failures) else {
      throw .failures(failures, totalHosts: totalHosts)
    }
    return method ?? .chosen(failures: failures, totalHosts: totalHosts)
  }

  /// The most failures, at most `limit`, that `isSurvived`.
  ///
  /// Found by bisection, which takes it that who survives a number survives all that are less. Zero
  /// is not asked for: it is the answer when nothing else is.
  public static func mostFailures<E: Error>(
    limit: Int, isSurvived: (Int) throws(E) -> Bool
  ) throws(E) -> Int {
    var (lower, upper) = (0, max(0, limit))
    while upper - lower > 1 {
      let middle = (lower + upper) / 2
      if try isSurvived(middle) { lower = middle } else { upper = middle }
    }
    guard upper > lower, try isSurvived(upper) else { return lower }
    return upper
  }
}
