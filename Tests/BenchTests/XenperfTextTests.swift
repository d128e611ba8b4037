import Foundation
import Testing

@testable import Bench
@testable import ShadowModel

@Suite struct XenperfTextTests {
  /// What Xen 4.17 calls a few counters; the others by Xen's names, which are taken as well.
  static let descriptions: [Counters.Name: String] = [
    .fault: "calls to shadow_fault", .faultFixed: "shadow_fault fixed fault",
    .alloc: "calls to shadow_alloc", .allocCount: "number of shadow pages in use",
    .rmWriteFlushTLB: "shadow flush tlb by removing write perm",
    .resync: "shadow OOS resyncs", .earlyUnshadow: "shadow unshadows for fork/exit",
    .hashLookupMiss: "shadow hash misses", .checkGwalk: "shadow checks gwalk",
  ]

  /// A text as 'xenperf -f' writes it.
  static func text(_ counters: [Counters.Name: Int]) -> String {
    var lines = [
      "hypercalls                          T=      1234        1234",
      "shadow hash hit in bucket head      T=       679         679",
    ]
    for name in Counters.Name.allCases {
      let words = descriptions[name] ?? name.xenName
      let value = counters[name] ?? 0
      let padding = String(repeating: " ", count: max(0, 35 - words.count))
      lines.append("\(words)\(padding) T=  \(value)   " + (value == 0 ? "" : "     \(value)"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func sumsAreRead() throws {
    let counters = Dictionary(
      uniqueKeysWithValues: Counters.Name.allCases.map { ($0, 10 + $0.rawValue) })
    #expect(try XenperfText(text: Self.text(counters), file: "f").counters == counters)
    let several = Self.text(counters).replacingOccurrences(
      of: "T=  11   ", with: "T=11 ")
    #expect(try XenperfText(text: several, file: "f").counters == counters)
  }

  @Test(arguments: [
    ("", 28, "lacks 28 of 28 counters"), ("calls to shadow_fault ", 0, "lacks 1 of 28"),
    ("T=  7", 0, ""),
  ])
  func textsThatAreNotWhole(cut: String, lacking: Int, reason: String) throws {
    var text = Self.text([.fault: 7])
    if cut.isEmpty {
      text = "(XEN) nothing\n"
    } else if cut == "T=  7" {
      text = text.replacingOccurrences(of: cut, with: "T=  seven")
    } else {
      text = text.replacingOccurrences(of: cut, with: "calls to something else ")
    }
    let error = #expect(throws: InputError.self) { try XenperfText(text: text, file: "f.txt") }
    #expect(error?.file == "f.txt")
    if reason.isEmpty {
      #expect(error?.line == 3 && error?.reason.contains("has no number") == true)
    } else {
      #expect(error?.reason.contains(reason) == true)
    }
  }

  @Test func aCounterThatContradictsItselfIsRefused() {
    let text = Self.text([:]) + "calls to shadow_fault T= 3\n"
    let error = #expect(throws: InputError.self) { try XenperfText(text: text, file: "f") }
    #expect(error?.reason == "'calls to shadow_fault' is given twice")
  }

  @Test func everyTruncationIsRefusedOrWhole() throws {
    let text = Self.text([.resync: 4])
    let whole = try XenperfText(text: text, file: "f")
    for count in stride(from: 0, to: text.count, by: 7) {
      if let part = try? XenperfText(text: String(text.prefix(count)), file: "f") {
        #expect(Verification.compared.allSatisfy { part.counters[$0] == whole.counters[$0] })
      }
    }
  }
}
