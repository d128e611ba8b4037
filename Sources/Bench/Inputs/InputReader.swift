package import Files

/// A kind of input: says which names are its own and opens them.
public struct InputReader: Sendable {
  /// What it reads, for the error that lists what was tried.
  public var expectation: String
  /// Whether a name is for this reader.
  public var accepts: @Sendable (_ name: String) -> Bool
  /// Whether an input whose name says nothing begins, decompressed, as this reader's do.
  public var recognises: @Sendable (_ head: [UInt8]) -> Bool
  /// Opens an input that it accepts.
  public var open: @Sendable (_ request: InputRequest) throws(InputError) -> WorkloadInput
  /// The files that an input consists of, for their digest.
  public var files: @Sendable (_ name: String) -> [String]

  /// A reader; an input is the file of its name when nothing else is said.
  package init(
    expectation: String, accepts: @escaping @Sendable (_ name: String) -> Bool,
    files: @escaping @Sendable (_ name: String) -> [String] = {
      [BundledFiles.standard.path(of: $0)]
    },
    recognises: @escaping @Sendable (_ head: [UInt8]) -> Bool = { _ in false },
    open: @escaping @Sendable (_ request: InputRequest) throws(InputError) -> WorkloadInput
  ) {
    self.expectation = expectation
    self.accepts = accepts
    self.files = files
    self.recognises = recognises
    self.open = open
  }
}

/// Finds the reader for an input.
public struct InputResolver: Sendable {
  /// The readers, in the order in which they are tried.
  public var readers: [InputReader]

  /// What comes with the program, for the error that lists it.
  package var bundled: BundledFiles

  /// A resolver with those readers.
  package init(readers: [InputReader], bundled: BundledFiles = BundledFiles(folder: nil)) {
    self.readers = readers
    self.bundled = bundled
  }

  /// Opens an input with the first reader that accepts its name.
  public func open(_ request: InputRequest) throws(InputError) -> WorkloadInput {
    let reader = try reader(of: request.name)
    var input = try reader.open(request)
    input.files = reader.files(request.name)
    return input
  }

  /// The files that the input of that name consists of.
  public func files(of name: String) throws(InputError) -> [String] {
    try reader(of: name).files(name)
  }

  /// First bytes that tell the kind of an input whose name does not.
  private static let headBytes = 1 << 16

  private func reader(of name: String) throws(InputError) -> InputReader {
    if let reader = readers.first(where: { $0.accepts(name) }) { return reader }
    if InputFile.exists(name), let reader = try recognised(name) { return reader }
    let tried = readers.map(\.expectation).joined(separator: "; ")
    throw InputError(
      file: name,
      reason: "no such input\(bundled.suggestion(for: name)); tried: \(tried)\(bundled.hint)")
  }

  private func recognised(_ name: String) throws(InputError) -> InputReader? {
    do {
      let head = try InputFile.head(of: name, Self.headBytes)
      return readers.first { $0.recognises(head) }
    } catch { throw InputError(error) }
  }
}
