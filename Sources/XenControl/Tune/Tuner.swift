/// What to do next.
enum TuneDecision: Hashable {
  /// Look at the pool as it is.
  case measure
  /// Give the pool so many pages.
  case set(Int)
  /// End with so many pages.
  case end(TuneVerdict, pages: Int)
}

/// Decides how a loop goes on, from what was measured alone: it has no state, no clock and no host,
/// so that a loop goes on after a break as it would have without.
///
/// Growing, each step multiplies the pool. A step helps when it lowers the rate by a part of the
/// best one's, by more than twice either spread, and for each second of processor time as well.
/// What does not help does not end the loop at once, since a working set that does not fit may show
/// no gain until it does. Shrinking, it looks between the largest size that is too small and the
/// smallest that is enough.
struct Tuner: Hashable {
  /// What it goes by.
  var settings: TuneSettings
  /// Pages that sizes are whole multiples of.
  var granule: Int

  /// What the loop may do now.
  struct Bounds: Hashable {
    /// The most pages that the pool may have: by the budget and the host's free memory.
    var most: Int
    /// The fewest that Xen gives.
    var least: Int
  }

  /// What to do after these steps, the last of which is the pool's size now.
  func next(after steps: [TuneStep], _ bounds: Bounds) -> TuneDecision {
    guard let progress = TuneProgress(steps, settings) else { return .measure }
    if progress.isLessLoad { return .end(.lessLoad, pages: progress.best.pages) }
    if let enough = progress.enough {
      return shrink(from: enough.pages, progress.tooSmall, bounds, isFirst: steps.count == 1)
    }
    return grow(steps, progress, bounds)
  }

  /// The sizes of a loop in which no step meets the target and each one helps, then, if it may
  /// shrink, those of one in which each is enough.
  func plan(from pages: Int, _ bounds: Bounds) -> (growing: [Int], shrinking: [Int]) {
    var growing: [Int] = []
    while let next = larger(than: growing.last ?? pages, bounds) { growing.append(next) }
    var shrinking: [Int] = []
    while settings.canShrink, let next = smaller(than: shrinking.last ?? pages, bounds) {
      shrinking.append(next)
    }
    return (growing, shrinking)
  }

  private func grow(_ steps: [TuneStep], _ progress: TuneProgress, _ bounds: Bounds)
    -> TuneDecision
  {
    let best = progress.best.pages
    let hasGained = steps.first?.pages != best
    if progress.misses >= settings.patience {
      let isCalm = steps.allSatisfy { $0.measurement.rate == 0 }
      return .end(isCalm ? .nothingToGain : hasGained ? .knee : .noHelp, pages: best)
    }
    let largest = steps.map(\.pages).max() ?? best
    guard let next = larger(than: largest, bounds) else { return .end(.limit, pages: best) }
    return .set(next)
  }

  private func shrink(from enough: Int, _ tooSmall: Int?, _ bounds: Bounds, isFirst: Bool)
    -> TuneDecision
  {
    let end = TuneDecision.end(isFirst ? .alreadyMet : .targetMet, pages: enough)
    guard settings.canShrink else { return end }
    guard let tooSmall else {
      return smaller(than: enough, bounds).map { .set($0) } ?? end
    }
    let middle = rounded((tooSmall + enough) / 2)
    let isWorthIt = enough - tooSmall > enough / 8 && middle > tooSmall && middle < enough
    return isWorthIt && middle >= bounds.least ? .set(middle) : end
  }

  private func larger(than pages: Int, _ bounds: Bounds) -> Int? {
    let next = rounded(max(Int(Double(pages) * settings.factor), pages + Self.leastStep))
    let most = bounds.most / granule * granule
    let size = min(next, most, PoolRules.mostPages)
    return size > pages ? size : nil
  }

  private func smaller(than pages: Int, _ bounds: Bounds) -> Int? {
    let next = rounded(Int(Double(pages) / settings.factor))
    let size = max(next, rounded(bounds.least))
    return size < pages ? size : nil
  }

  private func rounded(_ pages: Int) -> Int { (pages + granule - 1) / granule * granule }

  /// The least that a step adds, pages.
  private static let leastStep = 64
}

/// What steps have shown.
struct TuneProgress: Hashable {
  /// The size that helped most: the one to end with.
  var best: TuneStep
  /// The smallest size that is enough.
  var enough: TuneStep?
  /// The largest size that is too small, pages.
  var tooSmall: Int?
  /// Steps since the last that helped.
  var misses = 0
  /// Whether the last step has fewer faults for another reason than its size.
  var isLessLoad = false

  /// Sums up steps; nil of none.
  init?(_ steps: [TuneStep], _ settings: TuneSettings) {
    guard let first = steps.first else { return nil }
    best = first
    if !settings.triesNestedPaging && first.measurement.rate <= settings.target {
      enough = first
    } else {
      tooSmall = first.pages
    }
    var busy = enough?.measurement.processors
    for step in steps.dropFirst() {
      if enough == nil {
        grown(step, settings)
        busy = enough?.measurement.processors
      } else {
        shrunk(step, settings, busy ?? 0)
      }
    }
  }

  private mutating func grown(_ step: TuneStep, _ settings: TuneSettings) {
    let isFew = !settings.triesNestedPaging && step.measurement.rate <= settings.target
    guard step.pages != best.pages else {
      best = step
      if isFew { enough = step }
      return
    }
    guard helps(step, settings.leastGain) else {
      tooSmall = max(tooSmall ?? 0, step.pages)
      misses += 1
      isLessLoad = isFew && doesLess(step, settings.leastGain)
      return
    }
    best = step
    misses = 0
    isLessLoad = false
    if isFew { enough = step } else { tooSmall = max(tooSmall ?? 0, step.pages) }
  }

  private mutating func shrunk(_ step: TuneStep, _ settings: TuneSettings, _ busy: Double) {
    guard step.measurement.rate <= settings.target else {
      tooSmall = max(tooSmall ?? 0, step.pages)
      return
    }
    if step.measurement.processors < busy / 2 {
      isLessLoad = true
    } else {
      best = step
      enough = step
    }
  }

  /// Whether a step is better than the best by more than chance and load explain.
  private func helps(_ step: TuneStep, _ leastGain: Double) -> Bool {
    let (old, new) = (best.measurement, step.measurement)
    let gain = old.rate - new.rate
    return gain > 0 && gain >= leastGain * old.rate && gain > 2 * max(old.spread, new.spread)
      && !doesLess(step, leastGain)
  }

  /// Whether the faults for each second of processor time have not become fewer.
  private func doesLess(_ step: TuneStep, _ leastGain: Double) -> Bool {
    step.measurement.perProcessorSecond > (1 - leastGain) * best.measurement.perProcessorSecond
  }
}
