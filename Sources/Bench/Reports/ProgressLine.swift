import Output
import Synchronization

/// Shows on a terminal how far a piece of work is.
///
/// Work of several phases counts and times each by itself: what is left is said of the phase under
/// way. At most ten updates a second; the time left from two seconds on. Where there is no
/// terminal, a line every ten seconds and nothing else.
public final class ProgressLine: Sendable {
  private struct State {
    /// When the phase began of which the figures are.
    var start: Double?
    var phase = ""
    var done = 0
    var total = 0
    var last = 0.0
    var isShown = false
  }

  private let state = Mutex(State())
  private let label: String
  private let unit: String
  private let terminal: Terminal
  private let now: @Sendable () -> Double
  private let write: @Sendable (String) -> Void

  /// A progress display.
  /// - Parameters:
  ///   - unit: what is counted
  ///   - now: the time, seconds from any origin
  ///   - write: takes what goes to standard error
  public init(
    _ label: String, unit: String = "runs", terminal: Terminal,
    now: @escaping @Sendable () -> Double,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.label = PlainText.line(label)
    self.unit = unit
    self.terminal = terminal
    self.now = now
    self.write = write
  }

  /// Begins a phase, whose name is shown.
  public func enter(_ phase: String) {
    let time = now()
    state.withLock { state in
      if state.start == nil { state.last = terminal.isTerminal ? -.infinity : time }
      state.phase = phase
      state.start = time
      state.done = 0
      state.total = 0
    }
  }

  /// Shows that `done` of `total` are done, if it is time to; a total of 0 is unknown.
  public func update(_ done: Int, _ total: Int) {
    let time = now()
    let text: String? = state.withLock { state in
      guard let start = state.start else {
        state.start = time
        state.last = terminal.isTerminal ? -.infinity : time
        (state.done, state.total) = (done, total)
        return nil
      }
      if done < state.done || total != state.total, state.total > 0 { state.start = time }
      (state.done, state.total) = (done, total)
      let pause = terminal.isTerminal ? 0.1 : 10
      guard time - state.last >= pause else { return nil }
      state.last = time
      state.isShown = true
      let name = state.phase.isEmpty ? label : "\(label) \(state.phase)"
      return Self.text(name, done, total, unit, elapsed: time - (state.start ?? start))
    }
    guard let text else { return }
    write(terminal.isTerminal ? "\r\u{1B}[K\(text)" : text + "\n")
  }

  /// Takes the display away.
  public func finish() {
    let wasShown = state.withLock { state in
      defer { state = State() }
      return state.isShown
    }
    if wasShown && terminal.isTerminal { write("\r\u{1B}[K") }
  }

  static func text(
    _ label: String, _ done: Int, _ total: Int, _ unit: String = "runs", elapsed: Double
  ) -> String {
    let all = total > 0 ? " of \(Numeral.grouped(total))" : ""
    var text = "\(label): \(Numeral.grouped(done))\(all) \(unit)"
    if elapsed >= 2 && done > 0 && done < total {
      let left = elapsed / Double(done) * Double(total - done)
      text += ", about \(Numeral.fixed(left.rounded(.up), 0)) s left"
    }
    return text
  }
}
