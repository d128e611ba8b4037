/// Which version of the formula a server uses, by the overheads that it says itself.
public struct MemoryCalibration: Hashable, Sendable {
  /// A machine and the overhead that the server says it has.
  public struct Sample: Hashable, Sendable {
    /// What errors and reports call the machine.
    public var name: String
    /// The machine.
    public var shape: MemoryShape
    /// The field `memory_overhead`, bytes.
    public var overheadBytes: Int

    /// A sample.
    public init(name: String, shape: MemoryShape, overheadBytes: Int) {
      self.name = name
      self.shape = shape
      self.overheadBytes = overheadBytes
    }
  }

  /// The version that explains most samples; the older one when as many speak for either.
  public var model: MemoryModel
  /// Samples that the model gives to the byte.
  public var explained: Int
  /// Samples that it does not, by name, in the order that they came in.
  ///
  /// The record of a running machine may have another multiplier than the one its overhead was
  /// worked out with: the toolstack writes back what Xen says, and leaves the overhead.
  public var unexplained: [String]

  /// The version that `samples` speak for; nil when none is explained by any version.
  public static func calibrate(_ samples: [Sample]) -> MemoryCalibration? {
    let candidates = MemoryModel.Version.allCases.map { version in
      let model = MemoryModel(version)
      let unexplained = samples.filter { model.overheadBytes($0.shape) != $0.overheadBytes }
      return MemoryCalibration(
        model: model, explained: samples.count - unexplained.count,
        unexplained: unexplained.map(\.name))
    }
    guard var best = candidates.first else { return nil }
    for candidate in candidates.dropFirst() where candidate.explained > best.explained {
      best = candidate
    }
    return best.explained > 0 ? best : nil
  }
}
