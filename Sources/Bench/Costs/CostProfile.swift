public import ShadowModel

/// What shadow paging operations cost on a generation of processors.
///
/// Each figure includes the exit and entry that the operation takes.
public struct CostProfile: Hashable, Sendable {
  /// An operation that has a cost.
  public enum Operation: String, Sendable, CaseIterable {
    /// An exit and an entry alone: a guest's own fault that is passed on, INVLPG.
    case exit
    /// A shadow fault that fills an entry.
    case shadowFaultFix = "shadow_fault_fix"
    /// A guest's write to a page table, emulated.
    case emulatedWrite = "emulated_write"
    /// Letting a leaf table go out of sync.
    case unsync
    /// Bringing a leaf table in sync: 512 compares.
    case resync
    /// A root load whose shadow is present.
    case rootLoad = "root_load"
    /// Allocating and clearing a shadow page.
    case allocate
    /// Taking down the shadow of one table.
    case unshadow
  }

  /// Its name.
  public var name: String
  /// What it stands for.
  public var about: String
  /// The processor's clock, GHz.
  public var clockGHz: Figure
  /// Cycles of each operation, by the position of the operation.
  private var cycles: [Figure]

  /// A profile; `cycles` says what each operation costs.
  public init(
    name: String, about: String, clockGHz: Figure, cycles: (Operation) -> Figure
  ) {
    self.name = name
    self.about = about
    self.clockGHz = clockGHz
    self.cycles = Operation.allCases.map(cycles)
  }

  /// Cycles of one `operation`.
  public subscript(operation: Operation) -> Figure {
    cycles[Operation.allCases.firstIndex(of: operation) ?? 0]
  }

  /// Cycles that the hypervisor spends on what `counters` counted and on `rootLoads` root loads.
  public func hypervisorCycles(_ counters: Counters, rootLoads: Int) -> Double {
    func cost(_ operation: Operation, _ count: Int) -> Double {
      self[operation].value * Double(count)
    }
    let passedOn = counters[.faultBailRealFault] + counters[.faultBailBadGfn]
    return cost(.exit, passedOn + counters[.invlpg])
      + cost(.shadowFaultFix, counters[.faultFixed])
      + cost(.emulatedWrite, counters[.faultEmulateWrite] + counters[.faultFastEmulate])
      + cost(.unsync, counters[.unsync]) + cost(.resync, counters[.resync])
      + cost(.rootLoad, rootLoads) + cost(.allocate, counters[.alloc])
      + cost(.unshadow, counters[.hashDeletes])
  }

  /// Seconds that `cycles` take.
  public func seconds(cycles: Double) -> Double { cycles / (clockGHz.value * 1e9) }

  /// The profile with all operations `factor` times as dear; the clock stays.
  public func scaled(by factor: Double) -> CostProfile {
    var result = self
    result.cycles = cycles.map { $0.scaled(by: factor) }
    return result
  }
}
