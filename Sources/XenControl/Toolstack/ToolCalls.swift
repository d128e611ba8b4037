/// What a program of the host's toolstack came to.
public struct ToolOutcome: Hashable, Sendable {
  /// Its exit code; 128 and the signal's number where a signal ended it.
  public var code: Int32
  /// What it wrote to standard output.
  public var output: String
  /// What it wrote to standard error.
  public var errors: String
  /// Whether it was ended because its time was up.
  public var isTimedOut: Bool

  /// An outcome.
  public init(code: Int32 = 0, output: String = "", errors: String = "", isTimedOut: Bool = false) {
    self.code = code
    self.output = output
    self.errors = errors
    self.isTimedOut = isTimedOut
  }

  /// Whether it did what it was asked for.
  public var isGood: Bool { code == 0 && !isTimedOut }

  /// What it complained of, on one line: standard error, else standard output.
  public var complaint: String {
    let text = [errors, output].first { $0.contains { !$0.isWhitespace } } ?? ""
    let lines = text.split(whereSeparator: \.isNewline)
      .map { line in line.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
    let words = lines.joined(separator: "; ")
    return isTimedOut
      ? "it did not end in time" + (words.isEmpty ? "" : ": \(words)")
      : words.isEmpty ? "exit code \(code)" : words
  }
}

/// A program that runs beside others until it is told to end.
public struct RunningTool: Sendable {
  /// Asks it to end, waits for that, and gives what it came to.
  public var stop: @Sendable () -> ToolOutcome
  /// What tells its process from others; nil where that is not known.
  public var mark: ProcessMark?

  /// A program that ends so.
  public init(mark: ProcessMark? = nil, stop: @escaping @Sendable () -> ToolOutcome) {
    self.mark = mark
    self.stop = stop
  }
}

/// The programs of a host's toolstack: closures, so that tests can answer.
public struct ToolCalls: Sendable {
  /// Whether a program of that name is there.
  public var isThere: @Sendable (_ name: String) -> Bool
  /// Runs a program to its end, `seconds` at most.
  public var run: @Sendable (_ words: [String], _ seconds: Double) throws(HostError) -> ToolOutcome
  /// Starts a program that runs until it is told to end.
  public var start: @Sendable (_ words: [String]) throws(HostError) -> RunningTool

  /// Programs that answer so.
  public init(
    isThere: @escaping @Sendable (String) -> Bool,
    run: @escaping @Sendable ([String], Double) throws(HostError) -> ToolOutcome,
    start: @escaping @Sendable ([String]) throws(HostError) -> RunningTool
  ) {
    self.isThere = isThere
    self.run = run
    self.start = start
  }
}
