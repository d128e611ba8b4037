public import GuestModel

/// An input as the command line names it, with the guest settings that were given.
public struct InputRequest: Hashable, Sendable {
  /// The name: a path, or `reference:` and the reference guest's parameters.
  public var name: String
  /// The paging mode, nil to leave it to the input.
  public var mode: PagingMode?
  /// Guest memory, MiB, nil to leave it to the input.
  public var memoryMiB: Int?
  /// Virtual CPUs, nil to leave them to the input.
  public var vcpus: Int?
  /// Pages of the pool that a trace was taken of, nil where it is not known.
  public var tracedPages: Int?
  /// Whether a text of which more than a hundredth cannot be read is taken all the same.
  public var isLossy: Bool

  /// A request.
  public init(
    _ name: String, mode: PagingMode? = nil, memoryMiB: Int? = nil, vcpus: Int? = nil,
    tracedPages: Int? = nil, isLossy: Bool = false
  ) {
    self.isLossy = isLossy
    self.tracedPages = tracedPages
    self.name = name
    self.mode = mode
    self.memoryMiB = memoryMiB
    self.vcpus = vcpus
  }

  /// The guest: what was given, and `standard` for the rest.
  public func shape(default standard: GuestShape) -> GuestShape {
    GuestShape(
      mode: mode ?? standard.mode, memoryMiB: memoryMiB ?? standard.memoryMiB,
      vcpus: vcpus ?? standard.vcpus)
  }
}
