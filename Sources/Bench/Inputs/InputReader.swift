/// A kind of input: says which names are its own and opens them.
public struct InputReader: Sendable {
  /// What it reads, for the error that lists what was tried.
  public var expectation: String
  /// Whether a name is for this reader.
  public var accepts: @Sendable (_ name: String) -> Bool
  /// Opens an input that it accepts.
  public var open: @Sendable (_ request: InputRequest) throws(InputError) -> WorkloadInput

  /// A reader.
  public init(
    expectation: String, accepts: @escaping @Sendable (_ name: String) -> Bool,
    open: @escaping @Sendable (_ request: InputRequest) throws(InputError) -> WorkloadInput
  ) {
    self.expectation = expectation
    self.accepts = accepts
    self.open = open
  }
}

/// Finds the reader for an input.
public struct InputResolver: Sendable {
  /// The readers, in the order in which they are tried.
  public var readers: [InputReader]

  /// A resolver with those readers.
  public init(readers: [InputReader]) { self.readers = readers }

  /// Opens an input with the first reader that accepts its name.
  public func open(_ request: InputRequest) throws(InputError) -> WorkloadInput {
    guard let reader = readers.first(where: { $0.accepts(request.name) }) else {
      throw InputError(
        file: request.name,
        reason: "no such input; tried: " + readers.map(\.expectation).joined(separator: "; "))
    }
    return try reader.open(request)
  }
}
