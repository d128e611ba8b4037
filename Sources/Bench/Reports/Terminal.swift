#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What an output stream can show.
public struct Terminal: Hashable, Sendable {
  /// Whether the stream is a terminal.
  public var isTerminal: Bool
  /// Characters of a line.
  public var width: Int
  /// Whether colours are wanted.
  public var usesColor: Bool

  /// Characters of a line where nothing says how many.
  public static let defaultWidth = 80

  /// A stream with those properties.
  public init(isTerminal: Bool, width: Int = defaultWidth, usesColor: Bool = false) {
    self.isTerminal = isTerminal
    self.width = width
    self.usesColor = usesColor
  }

  /// What the environment says about a stream.
  ///
  /// Colours: `NO_COLOR` (not empty) forbids them, else `CLICOLOR_FORCE` (not empty, not 0) demands
  /// them, else a terminal that is not `dumb` has them. Width: the terminal's own, else `COLUMNS`,
  /// else 80.
  /// - Parameter columns: the terminal's own width, nil when it has none
  public init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
    self.isTerminal = isTerminal
    let declared = environment["COLUMNS"].flatMap { Int($0) } ?? Self.defaultWidth
    let reported = columns ?? declared
    width = min(max(reported > 0 ? reported : Self.defaultWidth, 40), 400)
    let forced = environment["CLICOLOR_FORCE"] ?? ""
    if environment["NO_COLOR"]?.isEmpty == false {
      usesColor = false
    } else if !forced.isEmpty && forced != "0" {
      usesColor = true
    } else {
      usesColor = isTerminal && environment["TERM"] != "dumb"
    }
  }

  /// The stream with file descriptor `descriptor`: 1 is standard output, 2 standard error.
  public static func detect(descriptor: Int32, environment: [String: String]) -> Terminal {
    let isTerminal = isatty(descriptor) == 1
    var size = winsize()
    let hasSize = isTerminal && ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Terminal(
      isTerminal: isTerminal, columns: hasSize ? Int(size.ws_col) : nil, environment: environment)
  }

  /// How a text stands out.
  public enum Style: Int, CaseIterable, Sendable {
    /// Bold.
    case strong = 1
    /// Red: what fails.
    case bad = 31
    /// Green: what fits.
    case good = 32
    /// Yellow: what is near a limit.
    case warning = 33

    /// What begins it on a terminal.
    var sequence: String { "\u{1B}[\(rawValue)m" }
  }

  /// What begins each style, then what ends them.
  public static let sequences = Style.allCases.map(\.sequence) + ["\u{1B}[0m"]

  /// `text` in a style, or plain where there are no colours.
  public func styled(_ text: String, _ style: Style) -> String {
    usesColor ? "\(style.sequence)\(text)\u{1B}[0m" : text
  }

  /// A verdict in its colour.
  func styled(_ verdict: Verdict) -> String {
    switch verdict {
    case .fits: styled(verdict.rawValue, .good)
    case .tight: styled(verdict.rawValue, .warning)
    case .thrashes: styled(verdict.rawValue, .bad)
    case .notKnown: styled("not known", .warning)
    }
  }
}
