public import GuestModel

extension WorkloadFile {
  /// Whether the workload's page tables and data have room in a guest of `shape`.
  public func fits(_ shape: GuestShape) -> Bool {
    do throws(InputError) {
      try check(shape)
      return true
    } catch {
      return false
    }
  }
}
