/// Colours of charts: classes that a page gives colours, or colours of their own.
///
/// The six series differ in colour, dashes and shape of points at once. The colours are Okabe and
/// Ito's for all kinds of colour vision, darkened until each has a contrast of 4.5 to 1 on white,
/// lightened for dark pages.
public enum ChartStyle {
  /// Series that can be told apart.
  public static let seriesCount = 6

  /// Custom properties for light pages.
  public static let light: KeyValuePairs<String, String> = [
    "ink": "#1c2128", "muted": "#57606a", "grid": "#dfe3e8", "axis": "#8b949e",
    "surface": "#ffffff",
    "s0": "#005a9c", "s1": "#b3440a", "s2": "#00705a", "s3": "#8a3a7d", "s4": "#7a5c00",
    "s5": "#1c2128", "bad": "#b00020", "main": "#00705a",
  ]

  /// Custom properties for dark pages.
  public static let dark: KeyValuePairs<String, String> = [
    "ink": "#e6edf3", "muted": "#9da7b3", "grid": "#2f363f", "axis": "#6e7781",
    "surface": "#161b22",
    "s0": "#6cb6ff", "s1": "#ff9a62", "s2": "#45d0a5", "s3": "#e39bdc", "s4": "#e3c04d",
    "s5": "#e6edf3", "bad": "#ff8a8a", "main": "#45d0a5",
  ]

  /// Declarations of custom properties.
  public static func declarations(_ properties: KeyValuePairs<String, String>) -> String {
    properties.map { "--\($0.key):\($0.value);" }.joined()
  }

  /// Rules for what is in a chart, in terms of the custom properties.
  public static let rules: String = {
    var rules = """
      .c-text{font:12px system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:var(--ink)}
      .c-muted{fill:var(--muted)}
      .c-title{font-size:14px;font-weight:600}
      .c-grid{stroke:var(--grid);stroke-width:1}
      .c-axis{stroke:var(--axis);stroke-width:1}
      .c-diagonal{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}
      .c-level{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:7 4}
      .c-level-name{fill:var(--bad)}
      .c-mark{stroke:var(--muted);stroke-width:1.25;stroke-dasharray:1 3}
      .c-mark-main{stroke:var(--main);stroke-width:2;stroke-dasharray:none}
      .c-flag{fill:var(--surface);stroke:var(--muted);stroke-width:1.25}
      .c-flag-main{fill:var(--main);stroke:var(--main)}
      .c-flag-name{font-weight:600}
      .c-flag-name-main{fill:var(--surface)}
      .c-band{fill:var(--s0);fill-opacity:.16;stroke:none}
      .c-line{fill:none;stroke-width:2;stroke-linejoin:round}
      .c-point{stroke-width:1.25}
      .c-error{fill:none;stroke-width:1.25}
      .c-halo{stroke:var(--surface);stroke-width:4;stroke-linejoin:round;paint-order:stroke}
      .c-cross{stroke:var(--ink);stroke-width:1}
      .c-cross-point{fill:none;stroke:var(--ink);stroke-width:2}

      """
    let dashes = ["none", "7 3", "2 2.5", "9 3 2 3", "4 4", "12 3"]
    for index in 0..<seriesCount {
      rules += ".c-s\(index){stroke:var(--s\(index));fill:var(--s\(index))}\n"
      rules += ".c-line.c-s\(index){fill:none;stroke-dasharray:\(dashes[index])}\n"
      rules += ".c-open.c-s\(index){fill:var(--surface)}\n"
    }
    return rules + ".c-line.c-error,.c-error{fill:none;stroke-dasharray:none}\n"
  }()
}
