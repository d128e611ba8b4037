/// The latest time stamp of each processor.
///
/// A processor stamps its records in the order in which it writes them, so its time never runs back
/// in one recording; windows of different processors overlap in time.
@usableFromInline
struct TraceClocks: Sendable {
  /// The latest time stamp of the processor whose window is read, cycles; 0 before its first.
  @usableFromInline
  var latest: UInt64 = 0
  private var processor = 0
  private var others: [Int: UInt64] = [:]

  /// The longest time between two records of a processor that is believed, cycles: 9 months at
  /// 3 GHz.
  @usableFromInline
  static let leapCycles: UInt64 = 1 << 56

  /// No record was read.
  init() {}

  /// Goes over to a processor's window.
  mutating func change(to next: Int) {
    guard next != processor else { return }
    others[processor] = latest
    latest = others[next] ?? 0
    processor = next
  }
}
