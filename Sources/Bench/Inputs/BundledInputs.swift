import Files

/// What comes with the program, and what takes it.
public struct BundledInputs: Sendable {
  /// One of them.
  public struct Entry: Encodable, Hashable, Sendable {
    /// The name by which commands find it.
    public var name: String
    /// What it is.
    public var kind: String
    /// The commands or options that take it.
    public var takenBy: String
    /// What it holds, as the file says it; nil where it says nothing.
    public var about: String?
  }

  /// All of them, kind by kind.
  public var entries: [Entry]

  /// Those of the program that runs.
  public static var standard: BundledInputs { BundledInputs(.standard) }

  /// Those of `files`.
  init(_ files: BundledFiles) {
    entries = BundledFiles.Kind.allCases.flatMap { kind in
      files.names(kind).map { name in
        Entry(
          name: name, kind: kind.rawValue, takenBy: Self.users(of: kind),
          about: Self.about(files.path(of: name)))
      }
    }
  }

  private static func users(of kind: BundledFiles.Kind) -> String {
    switch kind {
    case .capture, .workload: "run, sweep, recommend, replay make"
    case .trace: "trace, sweep, recommend"
    case .processes: "recommend --processes"
    case .pool: "pool what-if, pool audit"
    case .costs: "--cost-profile"
    case .matrix: "sweep --matrix"
    case .scenarios: "verify"
    case .replays: "host replay --plan"
    }
  }

  /// What a YAML file says that it is about.
  private static func about(_ path: String) -> String? {
    guard path.hasSuffix(".yaml"), let document = try? YAMLDocument.load(path),
      case .mapping(let pairs) = document.content
    else { return nil }
    return try? pairs.first { $0.key == "about" }?.value.text()
  }
}
