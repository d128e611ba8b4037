import Charts

/// The page's style sheet: light and dark, for small screens, for paper.
enum PageStyle {
  private static let lightPage: KeyValuePairs<String, String> = [
    "page": "#f6f8fa", "line": "#d0d7de", "link": "#0550ae", "tint": "#eef2f6",
    "good-ink": "#005c3b", "good-ground": "#e3f5ec", "bad-ink": "#8f0019",
    "bad-ground": "#fdeaec", "focus": "#0550ae",
  ]
  private static let darkPage: KeyValuePairs<String, String> = [
    "page": "#0d1117", "line": "#30363d", "link": "#79b8ff", "tint": "#1f2630",
    "good-ink": "#7ee2b8", "good-ground": "#0f2e22", "bad-ink": "#ffb1b1",
    "bad-ground": "#3a1418", "focus": "#79b8ff",
  ]

  static let text: String = {
    let light =
      "color-scheme:light;" + ChartStyle.declarations(ChartStyle.light)
      + ChartStyle.declarations(lightPage)
    let dark =
      "color-scheme:dark;" + ChartStyle.declarations(ChartStyle.dark)
      + ChartStyle.declarations(darkPage)
    return """
      :root{\(light)}
      @media (prefers-color-scheme:dark){:root{\(dark)}}
      @media screen{:root:has(#scheme-light:checked){\(light)}
      :root:has(#scheme-dark:checked){\(dark)}}
      @media print{:root{\(light)}}

      """ + ChartStyle.rules + page + parts + paper
  }()

  private static let page = """
    *{box-sizing:border-box}
    html{font:16px/1.55 system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;
    background:var(--page);color:var(--ink);-webkit-text-size-adjust:100%}
    body{margin:0}
    .bar,main,footer{max-width:1080px;margin:0 auto;padding:0 20px}
    .bar{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:flex-end;
    justify-content:space-between;padding-top:28px}
    h1{font-size:1.75rem;line-height:1.2;margin:0;overflow-wrap:anywhere;letter-spacing:-.01em}
    h2{font-size:1.3rem;line-height:1.3;margin:0;overflow-wrap:anywhere}
    h3{font-size:1.05rem;margin:28px 0 8px}
    .facts h3{font-size:.9rem;margin:0 0 6px}
    p{margin:8px 0;max-width:75ch;overflow-wrap:anywhere}
    ul{padding-left:20px;margin:8px 0;max-width:75ch}
    li{margin:4px 0}
    a{color:var(--link)}
    code{font:.92em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
    .made,.source,figcaption,footer{color:var(--muted)}
    .made{margin:4px 0 0}
    .source{font-size:.9rem;margin:2px 0 12px}
    .skip{position:absolute;left:-9999px;top:0;background:var(--surface);padding:8px 12px;z-index:2}
    .skip:focus{left:8px;top:8px}
    :focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:4px}
    section,.overview{background:var(--surface);border:1px solid var(--line);border-radius:10px;
    padding:22px 24px;margin:20px 0}
    nav ol{margin:8px 0;padding-left:22px;columns:2 300px;
    column-gap:44px;max-width:none}
    nav li{break-inside:avoid}
    nav a{overflow-wrap:anywhere}
    footer{padding-bottom:40px;font-size:.9rem}
    fieldset{border:1px solid var(--line);border-radius:8px;padding:2px;margin:0;display:flex;
    background:var(--surface)}
    legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    fieldset label{position:relative;display:block;cursor:pointer}
    fieldset input{position:absolute;inset:0;opacity:0;margin:0;width:100%;height:100%;
    cursor:pointer}
    fieldset span{display:block;padding:3px 12px;border-radius:6px;font-size:.875rem}
    fieldset input:checked+span{background:var(--ink);color:var(--surface);font-weight:600}
    fieldset input:focus-visible+span{outline:3px solid var(--focus);outline-offset:2px}

    """

  private static let parts = """
    .outcome{display:flex;gap:12px;align-items:flex-start;max-width:none;border-radius:8px;
    padding:10px 14px;font-weight:600}
    .badge{flex:none;width:1.5em;height:1.5em;line-height:1.5em;border-radius:50%;
    text-align:center}
    .good .badge{background:var(--good-ink);color:var(--good-ground)}
    .bad .badge{background:var(--bad-ink);color:var(--bad-ground)}
    .good{color:var(--good-ink);background:var(--good-ground)}
    .bad{color:var(--bad-ink);background:var(--bad-ground)}
    .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;
    margin:16px 0}
    .tiles div{background:var(--tint);border-radius:8px;padding:10px 14px}
    .tiles dt{font-size:.8rem;color:var(--muted)}
    .tiles dd{margin:0;font-size:.8rem;color:var(--muted);overflow-wrap:anywhere}
    .tiles dd.value{font-size:1.3rem;font-weight:650;color:var(--ink);line-height:1.3;
    font-variant-numeric:tabular-nums}
    .facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(280px,100%),1fr));
    gap:20px 28px;margin:24px 0 0;padding-top:20px;border-top:1px solid var(--line)}
    .facts dl{display:grid;grid-template-columns:fit-content(45%) minmax(0,1fr);gap:2px 14px;
    margin:0;font-size:.875rem}
    .facts dt{color:var(--muted);overflow-wrap:anywhere}
    .facts dd{margin:0;overflow-wrap:anywhere}
    figure{margin:20px 0;min-width:0}
    figcaption{font-size:.9rem;margin-bottom:6px;max-width:90ch}
    figcaption strong{color:var(--ink);display:block;font-size:1rem}
    .chart{display:block;width:100%;height:auto;touch-action:pan-y}
    .chart-narrow{display:none}
    .multiples{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(300px,100%),1fr));
    gap:4px 28px}
    .multiples figure{display:flex;flex-direction:column}
    .multiples .chart{flex:none}
    .multiples .reader{margin-top:auto}
    .reader{display:grid;grid-template-columns:auto minmax(0,1fr);gap:2px 12px;align-items:center;
    font-size:.875rem;margin:4px 0}
    .reader[hidden]{display:none}
    .reader input{width:100%;accent-color:var(--s0);margin:0;min-height:24px}
    .reader output{grid-column:1/-1;color:var(--ink);font-variant-numeric:tabular-nums;
    min-height:3.2em}
    details{margin:6px 0}
    summary{cursor:pointer;font-size:.875rem;color:var(--link);padding:2px 0}
    .scroll{overflow-x:auto;max-width:100%;margin:8px 0}
    details .scroll{max-height:440px;overflow-y:auto}
    table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;
    min-width:100%}
    caption{text-align:left;color:var(--muted);padding:4px 0}
    th,td{padding:5px 12px;border-bottom:1px solid var(--line);text-align:left;font-weight:400;
    vertical-align:baseline}
    thead th{background:var(--tint);font-weight:600;position:sticky;top:0;vertical-align:bottom}
    .number{text-align:right;white-space:nowrap}
    thead .number{white-space:normal}
    th button{font:inherit;color:inherit;background:none;border:0;padding:0;margin:0;cursor:pointer;
    text-align:inherit;min-height:24px}
    th button:hover span:first-child{text-decoration:underline}
    .arrow{display:inline-block;width:1.1em;text-align:center;color:var(--muted)}
    .arrow::before{content:"\\2195"}
    [aria-sort=ascending] .arrow::before{content:"\\2191";color:var(--ink)}
    [aria-sort=descending] .arrow::before{content:"\\2193";color:var(--ink)}
    tbody tr:hover{background:var(--tint)}
    @media (max-width:640px){
    .bar,main,footer{padding-left:12px;padding-right:12px}
    section,.overview{padding:16px 14px}
    .chart-wide{display:none}
    .chart-narrow{display:block}
    h1{font-size:1.4rem}
    .facts dl{grid-template-columns:1fr}
    .facts dd{margin-bottom:6px}
    .tiles{grid-template-columns:repeat(auto-fit,minmax(130px,1fr))}}

    """

  private static let paper = """
    @media print{
    @page{margin:15mm}
    html{font-size:11px;background:none}
    .skip,fieldset,.reader,.arrow,nav{display:none}
    .bar,main,footer{max-width:none;padding:0}
    section,.overview{border:0;padding:0;margin:0 0 24px}
    section{break-before:page}
    .chart-wide{display:block}
    .chart-narrow{display:none}
    .multiples{grid-template-columns:repeat(3,1fr);gap:4px 14px}
    figure,.tiles,.outcome,.facts div,tr{break-inside:avoid}
    h2,h3,figcaption{break-after:avoid}
    details:not([open]){display:none}
    .scroll,details .scroll{overflow:visible;max-height:none}
    thead th{position:static}
    .good,.bad,.tiles div,thead th{border:1px solid var(--line)}}

    """
}
