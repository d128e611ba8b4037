import CNUMA

/// A set of processors as libnuma takes it.
struct CPUMask: ~Copyable {
  private let mask: UnsafeMutablePointer<bitmask>

  /// The empty set; nil when there is no memory for it.
  ///
  /// C: `numa_allocate_cpumask`.
  init?() {
    guard let mask = numa_allocate_cpumask() else { return nil }
    self.mask = mask
  }

  /// C: `numa_bitmask_free`.
  deinit { numa_bitmask_free(mask) }

  /// The processors.
  ///
  /// C: `numa_bitmask_isbitset`.
  var cpus: Set<Int> {
    let size = Int(mask.pointee.size)
    return Set((0..<size).filter { numa_bitmask_isbitset(mask, UInt32($0)) != 0 })
  }

  /// Adds a processor; nothing happens for one beyond the set's size.
  ///
  /// C: `numa_bitmask_setbit`.
  func insert(_ cpu: Int) {
    guard cpu >= 0 && cpu < Int(mask.pointee.size) else { return }
    numa_bitmask_setbit(mask, UInt32(cpu))
  }

  /// Makes it the processors of a node; false for a node that is not there.
  ///
  /// C: `numa_node_to_cpus`.
  func read(node: Int) -> Bool { numa_node_to_cpus(Int32(node), mask) == 0 }

  /// Makes it the processors that the calling thread may run on; false if that cannot be told.
  ///
  /// C: `numa_sched_getaffinity`.
  func readAffinity() -> Bool { numa_sched_getaffinity(0, mask) >= 0 }

  /// Lets the calling thread run on these processors alone; false if that is not allowed.
  ///
  /// C: `numa_sched_setaffinity`.
  func pinThread() -> Bool { numa_sched_setaffinity(0, mask) == 0 }
}
