import Charts
import Digests
import Foundation
import XenServer

/// Results as one page of HTML that needs nothing else, and its charts as files.
///
/// The same results give the same bytes. Whatever a result says is text in it, never markup.
public struct HTMLReport {
  /// A chart in a file of its own.
  public struct ChartFile: Hashable, Sendable {
    /// The file's name.
    public var name: String
    /// The SVG.
    public var text: String
  }

  private let title: String
  private let parts: [ReportPart]

  /// A report of `results`, in that order.
  public init(_ results: [ResultFile], title: String? = nil) {
    var names = ReportNames()
    parts = results.map { ReportPart($0, id: names.name($0.path)) }
    self.title = title ?? (parts.count == 1 ? parts[0].title : "Shadow pool report")
  }

  /// Each chart as SVG, wide, readable on white.
  public var charts: [ChartFile] {
    parts.flatMap(\.figures).map {
      ChartFile(
        name: "\($0.chart.id).svg",
        text: ChartDrawing($0.chart, size: .wide, place: .file).text)
    }
  }

  /// The page.
  public var html: String {
    let page = Markup.tag("html", ["lang": "en"], [head, .tag("body", [:], body)])
    return "<!DOCTYPE html>\n" + page.text + "\n"
  }

  /// What the page may do: run its own style sheet and script, ask nobody for anything.
  private var policy: String {
    func source(_ text: String) -> String {
      let digits = Array(SHA256.hex(text.utf8))
      let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(digits[$0...($0 + 1)]), radix: 16)
      }
      return "'sha256-\(Data(bytes).base64EncodedString())'"
    }
    return "default-src 'none'; style-src \(source(PageStyle.text)); "
      + "script-src \(source(PageScript.text)); base-uri 'none'; form-action 'none'"
  }

  private var head: Markup {
    .tag(
      "head", [:],
      [
        .tag("meta", ["charset": "utf-8"]),
        .tag("meta", ["http-equiv": "Content-Security-Policy", "content": policy]),
        .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
        .tag("meta", ["name": "generator", "content": "shadowbench \(Product.version)"]),
        .tag("title", [:], title), .tag("style", [:], [.verbatim(PageStyle.text)]),
      ])
  }

  private var body: [Markup] {
    let made =
      "\(WhatIfReport.count(parts.count, "result")), by shadowbench \(Product.version)"
    return [
      .tag("a", ["class": "skip", "href": "#content"], "Skip to the results"),
      .tag(
        "header", ["class": "bar"],
        [
          .tag(
            "div", [:],
            [.tag("h1", [:], title), .tag("p", ["class": "made"], made)]), scheme,
        ]),
      .tag(
        "main", ["id": "content", "tabindex": "-1"],
        [overview] + parts.map(PageWriter.section) + [nestedPaging]),
      .tag(
        "footer", [:],
        [
          .tag(
            "p", [:],
            "Pages are 4 KiB, MiB are 256 pages. A multiplier is relative to the rule that is named "
              + "with it. Shares are relative to the guest’s own time: 100 % means that it takes "
              + "twice as long.")
        ]),
      .tag("script", [:], [.verbatim(PageScript.text)]),
    ]
  }

  /// The switch of colours; it works without a script.
  private var scheme: Markup {
    .tag(
      "fieldset", [:],
      [.tag("legend", [:], "Colours")]
        + ["Auto", "Light", "Dark"].map { name in
          let id = "scheme-\(name.lowercased())"
          let input: [(String, String)] =
            [("type", "radio"), ("name", "scheme"), ("id", id)]
            + (name == "Auto" ? [("checked", "checked")] : [])
          return .tag(
            "label", ["for": id], [.element("input", input, []), .tag("span", [:], name)])
        })
  }

  private var overview: Markup {
    let links = parts.map { part in
      Markup.tag(
        "li", [:],
        [.tag("a", ["href": "#part-\(part.id)"], part.title), .text(": \(part.outcome)")])
    }
    return .tag(
      "nav", ["class": "overview", "aria-labelledby": "overview"],
      [
        .tag("h2", ["id": "overview"], "Results"),
        .tag(
          "ol", [:],
          links + [.tag("li", [:], [.tag("a", ["href": "#nested"], "With nested paging")])]),
      ])
  }

  private var nestedPaging: Markup {
    .tag(
      "section", ["aria-labelledby": "nested"],
      [
        .tag("h2", ["id": "nested"], "With nested paging the multiplier buys no speed"),
        .tag(
          "p", [:],
          "All that is said of multipliers here is of hosts and guests that run with shadow paging. "
            + "On a host with nested paging \(ShadowPagingProduct.nestedPaging)."),
        .tag("ul", [:], NestedPaging.basis.map { .tag("li", [:], $0) }),
      ])
  }
}
