public import GuestModel
public import ShadowModel

/// Makes the pager that is compared with the plain model.
public typealias PagerFactory = (
  DomainConfiguration, consuming GuestMemory, ReclaimPolicyChoice
) -> any ShadowPager

/// Where a pager and the plain model differ, with the shortest stream that shows it.
public struct Divergence: CustomStringConvertible {
  /// The stream, cut down: its last operation makes the difference.
  public var stream: OperationStream
  /// The policy.
  public var policy: ReclaimPolicyChoice
  /// Operations in a block given to the pager; 1 unless only larger ones differ.
  public var blockSize: Int
  /// What differs, a line each, the plain model's value first.
  public var differences: [String]

  /// Everything that is needed to run it again.
  public var description: String {
    """
    \(stream)
    policy \(policy), blocks of \(blockSize)
    \(differences.joined(separator: "\n"))
    """
  }
}

/// Runs a pager and the plain model side by side.
public struct Differential {
  let policy: ReclaimPolicyChoice
  let make: PagerFactory

  /// A comparison of the pagers that `make` makes.
  public init(policy: ReclaimPolicyChoice, make: @escaping PagerFactory) {
    self.policy = policy
    self.make = make
  }

  /// Compares on the random stream of `seed`, in the paging mode that `seed` or the caller says.
  public func compare(
    seed: UInt64, mode: PagingMode? = nil, count: Int = 1000
  ) -> Divergence? {
    let mode = mode ?? [PagingMode.twoLevel, .pae, .fourLevel][Int(seed % 3)]
    let configuration = StreamGenerator.configuration(seed: seed, mode: mode)
    return compare(
      StreamGenerator.stream(seed: seed, configuration: configuration, count: count))
  }

  /// Compares on one stream, as a whole at first; the shortest failing part is looked for only
  /// when that fails.
  public func compare(_ stream: OperationStream) -> Divergence? {
    let large = 1 + Int(stream.seed % 97)
    guard !isEqual(stream, blockSize: large) else { return nil }
    let isVisibleAlone = !isEqual(stream, blockSize: 1)
    let blockSize = isVisibleAlone ? 1 : large
    var shortest = stream
    if isVisibleAlone { shortest.operations = prefix(of: stream) }
    shortest.operations = shrink(shortest.operations) { operations in
      var candidate = shortest
      candidate.operations = operations
      return !isEqual(candidate, blockSize: blockSize)
    }
    shortest.initialEntries = shrink(shortest.initialEntries) { entries in
      var candidate = shortest
      candidate.initialEntries = entries
      return !isEqual(candidate, blockSize: blockSize)
    }
    return Divergence(
      stream: shortest, policy: policy, blockSize: blockSize,
      differences: differences(shortest, blockSize: blockSize))
  }

  private func isEqual(_ stream: OperationStream, blockSize: Int) -> Bool {
    differences(stream, blockSize: blockSize).isEmpty
  }

  /// The operations up to the first one after which the two differ.
  private func prefix(of stream: OperationStream) -> [Operation] {
    let plain = PlainDomain(stream.configuration, memory: stream.makeMemory(), policy: policy)
    let pager = make(stream.configuration, stream.makeMemory(), policy)
    guard Self.differences(plain, pager).isEmpty else { return [] }
    for (number, operation) in stream.operations.enumerated() {
      plain.execute(operation)
      Self.execute([operation], on: pager)
      if !Self.differences(plain, pager).isEmpty {
        return Array(stream.operations.prefix(number + 1))
      }
    }
    return stream.operations
  }

  /// What differs after the whole stream.
  private func differences(_ stream: OperationStream, blockSize: Int) -> [String] {
    let plain = PlainDomain(stream.configuration, memory: stream.makeMemory(), policy: policy)
    let pager = make(stream.configuration, stream.makeMemory(), policy)
    for operation in stream.operations { plain.execute(operation) }
    var start = 0
    while start < stream.operations.count {
      let end = min(start + blockSize, stream.operations.count)
      Self.execute(Array(stream.operations[start..<end]), on: pager)
      start = end
    }
    return Self.differences(plain, pager)
  }

  /// Gives a pager operations as one block.
  public static func execute(_ operations: [Operation], on pager: any ShadowPager) {
    var block = OperationBlock(capacity: max(1, operations.count))
    for operation in operations { block.append(operation) }
    pager.execute(block)
  }

  /// What differs between two pagers' results, a line each.
  public static func differences(
    _ plain: any ShadowPager, _ pager: any ShadowPager
  ) -> [String] {
    var lines: [String] = []
    func compare<Value: Equatable>(_ name: String, _ left: Value, _ right: Value) {
      if left != right { lines.append("\(name): \(left), but \(right)") }
    }
    for name in Counters.Name.allCases {
      compare(name.xenName, plain.counters[name], pager.counters[name])
    }
    compare("accesses", plain.accesses, pager.accesses)
    compare("root loads", plain.rootLoads, pager.rootLoads)
    compare("peak pages", plain.peakPages, pager.peakPages)
    compare("allocation", plain.allocationPages, pager.allocationPages)
    compare("crashed", plain.isCrashed, pager.isCrashed)
    compare("events", plain.events.count, pager.events.count)
    for (number, pair) in zip(plain.events, pager.events).enumerated() where pair.0 != pair.1 {
      compare("event \(number)", text(pair.0), text(pair.1))
      break
    }
    return lines
  }

  private static func text(_ event: ShadowEvent) -> String {
    "\(event.kind) at \(hexadecimal(event.address)) frame \(event.frame.rawValue)"
  }
}
