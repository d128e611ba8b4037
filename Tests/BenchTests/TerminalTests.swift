import Synchronization
import Testing

@testable import Bench

@Suite struct TerminalTests {
  @Test(arguments: [
    ([:], true, true), ([:], false, false), (["TERM": "dumb"], true, false),
    (["NO_COLOR": "1"], true, false), (["NO_COLOR": ""], true, true),
    (["CLICOLOR_FORCE": "1"], false, true), (["CLICOLOR_FORCE": "0"], false, false),
    (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], true, false),
    (["CLICOLOR_FORCE": "1", "TERM": "dumb"], true, true),
  ])
  func colours(environment: [String: String], isTerminal: Bool, expected: Bool) {
    let terminal = Terminal(isTerminal: isTerminal, columns: nil, environment: environment)
    #expect(terminal.usesColor == expected)
    #expect(terminal.styled("x", .bad) == (expected ? "\u{1B}[31mx\u{1B}[0m" : "x"))
  }

  @Test(
    arguments: [
      (120, [:], 120), (nil, [:], 80), (nil, ["COLUMNS": "100"], 100),
      (120, ["COLUMNS": "100"], 120), (nil, ["COLUMNS": "x"], 80), (nil, ["COLUMNS": "0"], 80),
      (7, [:], 40), (100_000, [:], 400),
    ] as [(Int?, [String: String], Int)])
  func widths(columns: Int?, environment: [String: String], expected: Int) {
    let terminal = Terminal(isTerminal: true, columns: columns, environment: environment)
    #expect(terminal.width == expected)
  }

  @Test func aStreamThatIsNoTerminalIsDetected() {
    #expect(!Terminal.detect(descriptor: -1, environment: [:]).isTerminal)
  }
}

@Suite struct ProgressTests {
  /// A clock that is set by hand, and everything that was written.
  final class Desk: Sendable {
    let time = Mutex(0.0)
    let written = Mutex<[String]>([])

    func line(isTerminal: Bool) -> ProgressLine {
      ProgressLine(
        "running", terminal: Terminal(isTerminal: isTerminal),
        now: { self.time.withLock { $0 } },
        write: { text in self.written.withLock { $0.append(text) } })
    }
    func at(_ seconds: Double) { time.withLock { $0 = seconds } }
    var all: [String] { written.withLock { $0 } }
  }

  @Test func updatesAreAtMostTenASecondOnATerminal() {
    let desk = Desk()
    let line = desk.line(isTerminal: true)
    for step in 0..<1000 {
      desk.at(Double(step) / 1000)
      line.update(step, 1000)
    }
    #expect((5...10).contains(desk.all.count))
    #expect(desk.all[0].hasPrefix("\r\u{1B}[Krunning: "))
    line.finish()
    #expect(desk.all.last == "\r\u{1B}[K")
    line.finish()
    #expect(desk.all.count <= 11)
  }

  @Test func everyPhaseIsTimedByItself() {
    let desk = Desk()
    let line = desk.line(isTerminal: false)
    line.enter("in an ample pool")
    for (second, done) in [(10.0, 1), (20, 2), (30, 3)] {
      desk.at(second)
      line.update(done, 3)
    }
    desk.at(31)
    line.enter("at 4 sizes")
    desk.at(51)
    line.update(1, 4)
    // A batch after it, of another number of runs.
    desk.at(52)
    line.update(4, 4)
    desk.at(60)
    line.update(1, 9)
    desk.at(70)
    line.update(2, 9)
    #expect(
      desk.all == [
        "running in an ample pool: 1 of 3 runs, about 20 s left\n",
        "running in an ample pool: 2 of 3 runs, about 10 s left\n",
        "running in an ample pool: 3 of 3 runs\n",
        "running at 4 sizes: 1 of 4 runs, about 60 s left\n",
        "running at 4 sizes: 2 of 9 runs, about 35 s left\n",
      ])
  }

  @Test func elsewhereThereIsALineEveryTenSeconds() {
    let desk = Desk()
    let line = desk.line(isTerminal: false)
    for step in 0...35 {
      desk.at(Double(step))
      line.update(step, 40)
    }
    line.finish()
    #expect(
      desk.all == [
        "running: 10 of 40 runs, about 30 s left\n", "running: 20 of 40 runs, about 20 s left\n",
        "running: 30 of 40 runs, about 10 s left\n",
      ])
  }

  @Test func anUnknownTotalIsLeftOut() {
    #expect(
      ProgressLine.text("reading", 8192, 0, "requests", elapsed: 5) == "reading: 8,192 requests")
  }

  @Test func theTimeLeftComesAfterTwoSeconds() {
    #expect(ProgressLine.text("x", 1, 4, elapsed: 1.9) == "x: 1 of 4 runs")
    #expect(ProgressLine.text("x", 1, 4, elapsed: 2) == "x: 1 of 4 runs, about 6 s left")
    #expect(ProgressLine.text("x", 0, 4, elapsed: 5) == "x: 0 of 4 runs")
    #expect(ProgressLine.text("x", 4, 4, elapsed: 5) == "x: 4 of 4 runs")
  }
}
