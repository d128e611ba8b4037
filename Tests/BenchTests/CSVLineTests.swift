import Testing

@testable import Bench

/// Cells of CSV: one line, and no formula.
@Suite struct CSVLineTests {
  @Test(arguments: [
    ("plain", "plain"), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("", ""),
    ("=1+1", "'=1+1"), ("@SUM(A1)", "'@SUM(A1)"), ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
    ("-1.5", "-1.5"), ("-x", "'-x"), ("=a,b", "\"'=a,b\""),
    ("a\r\nb", "a\\r\\nb"), ("\t=x", "\\t=x"),
    ("\u{1B}[2J\u{9B}x", "\\x1b[2J\\x9bx"), (" =x", "' =x"),
    ("=\u{301}1", "'=\u{301}1"),
  ])
  func cells(_ text: String, _ cell: String) {
    #expect(CSVLine.of([text, "x"]) == cell + ",x")
  }
}
