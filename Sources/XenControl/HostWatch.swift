/// What the rate of shadow faults is: no more than that.
///
/// Whether the pool is too small does not follow from it. Shell pipelines on Linux take 3,500 to
/// 5,600 faults a second with no shadow given up at any size, and two processors that thrash can
/// stay below the limit (measured on Xen 4.17.5): reclaims decide, which this count does not hold.
public enum FaultLevel: String, Sendable, Comparable {
  /// Below a tenth of the limit.
  case few = "few-faults"
  /// From there to the limit.
  case some = "some-faults"
  /// At the limit or above.
  case many = "many-faults"

  /// Shadow faults a second on each vCPU that are the limit: one percent of a processor of 2.66 GHz
  /// at 7,600 cycles a fault.
  public static let defaultLimit = 3_500.0

  /// The level of a rate, faults a second on each vCPU.
  public init(rate: Double, limit: Double) {
    self = rate >= limit ? .many : rate >= limit / 10 ? .some : .few
  }

  private var rank: Int { self == .few ? 0 : self == .some ? 1 : 2 }

  /// From few to many.
  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// A domain at a moment.
public struct WatchSample: Hashable, Sendable {
  /// The domain.
  public var domain: Int
  /// Its name; nil where it has none.
  public var name: String?
  /// Time since the start, s.
  public var seconds: Double
  /// The pool.
  public var pool: PoolSize
  /// What rules make of the domain.
  public var rules: PoolRules
  /// Shadow faults fixed so far.
  public var faultCount: Int
  /// Shadow faults a second since the sample before; nil at the first, and after the count began
  /// anew.
  public var faultsPerSecond: Double?
  /// How high the rate is; nil where there is none, or no shadows.
  public var level: FaultLevel?
}

/// Looks at a domain again and again.
public struct HostWatch: Sendable {
  /// Why it ended.
  public enum End: Hashable, Sendable {
    /// As many samples as were asked for.
    case counted
    /// It was told to stop.
    case stopped
    /// The domain is not there any more.
    case domainGone
  }

  /// The time and the wait: the machine's, or a test's.
  public struct Clock: Sendable {
    /// Seconds since some moment.
    public var now: @Sendable () -> Double
    /// Waits so many seconds; false when told to stop.
    public var wait: @Sendable (_ seconds: Double) -> Bool

    /// A clock.
    public init(now: @escaping @Sendable () -> Double, wait: @escaping @Sendable (Double) -> Bool) {
      self.now = now
      self.wait = wait
    }
  }

  private let host: Host
  private let domain: DomainReport
  private let limit: Double

  /// Looks at a domain that has a pool.
  /// - Parameter limit: faults a second on each vCPU from which they are many
  public init(_ host: Host, domain: DomainReport, limit: Double = FaultLevel.defaultLimit) {
    self.host = host
    self.domain = domain
    self.limit = limit
  }

  /// Takes a sample each `interval` seconds, `count` of them or, without a count, until the end.
  public func run(
    interval: Double, count: Int?, clock: Clock, emit: (WatchSample) throws -> Void
  ) throws -> End {
    let start = clock.now()
    var last: WatchSample?
    var taken = 0
    while true {
      guard let sample = try sample(at: clock.now() - start, after: last) else {
        return .domainGone
      }
      try emit(sample)
      last = sample
      taken += 1
      if let count, taken >= count { return .counted }
      guard clock.wait(max(0, start + Double(taken) * interval - clock.now())) else {
        return .stopped
      }
    }
  }

  /// The domain now; nil when it is gone, even between two calls.
  func sample(at seconds: Double, after last: WatchSample?) throws(HostError) -> WatchSample? {
    let id = domain.info.id
    do throws(HostError) {
      guard let info = try host.info(of: id), !info.isDying else { return nil }
      let faults = domain.hasShadows ? try host.calls.faultCount(id) : 0
      var sample = WatchSample(
        domain: id, name: domain.name, seconds: seconds, pool: try host.pool(id),
        rules: domain.rules,
        faultCount: faults)
      if let last, domain.hasShadows, faults >= last.faultCount, seconds > last.seconds {
        let rate = Double(faults - last.faultCount) / (seconds - last.seconds)
        sample.faultsPerSecond = rate
        sample.level = FaultLevel(rate: rate / Double(max(1, info.vcpus)), limit: limit)
      }
      return sample
    } catch {
      if let info = try host.info(of: id), !info.isDying { throw error }
      return nil
    }
  }
}
