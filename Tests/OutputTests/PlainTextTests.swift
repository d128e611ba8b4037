import Testing

@testable import Output

/// What names can hold, and what is shown of it.
struct PlainTextTests {
  @Test(arguments: [
    ("web", "web"), ("Zürich → 東京", "Zürich → 東京"), ("a\\n", "a\\n"),
    ("\u{1B}[2Jx", "\\x1b[2Jx"), ("a\nb\r\tc", "a\\nb\\r\\tc"), ("\u{7F}\0", "\\x7f\\x00"),
    ("\u{9B}31m", "\\x9b31m"), ("\u{202E}x\u{2069}", "\\u202ex\\u2069"),
    ("\u{2028}\u{2029}\u{61C}", "\\u2028\\u2029\\u061c"), ("a\r\nb", "a\\r\\nb"),
  ])
  func aLineHasNothingThatATerminalObeys(text: String, shown: String) {
    #expect(PlainText.line(text) == shown)
    #expect(PlainText.line(shown) == shown)
  }

  @Test func everyActiveCharacterIsReplaced() throws {
    for value in UInt32(0)...0x2100 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let text = "a\(Character(scalar))b"
      #expect(!PlainText.line(text).unicodeScalars.contains(where: PlainText.isActive))
      #expect(PlainText.isActive(scalar) || PlainText.line(text) == text)
    }
  }

  @Test func ownLineBreaksStayWhereAsked() {
    #expect(PlainText.lines("a\nb\u{1B}") == "a\nb\\x1b")
    #expect(PlainText.json("{\n\"a\": \"\u{9B}\u{202E}\"}") == "{\n\"a\": \"\\u009b\\u202e\"}")
  }

  @Test func stylesStayInPairsAlone() {
    let styles = ["\u{1B}[1m", "\u{1B}[31m", "\u{1B}[0m"]
    let good = "verdict \u{1B}[31mbad\u{1B}[0m."
    #expect(PlainText.line(good, styles: styles) == good)
    #expect(PlainText.line(good, styles: []) == "verdict \\x1b[31mbad\\x1b[0m.")
    #expect(PlainText.line("\u{1B}[31mopen", styles: styles) == "\\x1b[31mopen")
    #expect(
      PlainText.line("\u{1B}[31m\u{1B}[2J\u{1B}[0m", styles: styles)
        == "\\x1b[31m\\x1b[2J\\x1b[0m")
    #expect(
      PlainText.line("\u{1B}[0m\u{1B}[1m\nx\u{1B}[0m", styles: styles)
        == "\\x1b[0m\u{1B}[1m\\nx\u{1B}[0m")
  }
}
