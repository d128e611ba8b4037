import Foundation
import Testing
import XenServer

/// Which Xen traces safely, and which product has shadow paging.
@Suite struct XenReleaseTests {
  @Test(arguments: [
    ("3.3.2", TracingFlaw.State.safe), ("3.4.0", .affected), ("4.0.0", .affected),
    ("4.13.5", .affected), ("4.16.9", .affected), ("4.17.5", .affected), ("4.17.6", .affected),
    ("4.17.6-15", .affected), ("4.17.7", .safe), ("4.17.7+13-g2445b30a44", .safe),
    ("4.17.8-pre", .unknown), ("4.17", .unknown), ("4.18.5", .affected), ("4.18.6", .safe),
    ("4.19.4", .affected), ("4.19.5", .safe), ("4.20.2", .affected), ("4.20.3", .safe),
    ("4.21.0", .affected), ("4.21.1", .safe), ("4.22-unstable", .unknown),
    ("4.22.0-rc2", .unknown), ("4.22.0", .safe), ("4.23.1", .safe), ("5.0.0", .safe),
  ])
  func theBordersOfTheFlaw(text: String, state: TracingFlaw.State) throws {
    let version: XenVersion = try #require(XenVersion(text: text))
    #expect(TracingFlaw.state(version) == state)
  }

  @Test(arguments: ["", "4", "4.", "four.17", ".17.5", "-4.17", "4.99999999999999999999"])
  func whatIsNoVersionIsUnknown(text: String) {
    #expect(XenVersion(text: text) == nil)
    #expect(TracingFlaw.state(XenVersion(text: text)) == .unknown)
    #expect(TracingFlaw.isDangerous(XenVersion(text: text), hasShadowPaging: nil))
  }

  @Test func aXenWithoutShadowsTracesSafely() {
    let old = XenVersion(major: 4, minor: 17, extra: ".5")
    #expect(TracingFlaw.isDangerous(old, hasShadowPaging: true))
    #expect(TracingFlaw.isDangerous(old, hasShadowPaging: nil))
    #expect(!TracingFlaw.isDangerous(old, hasShadowPaging: false))
  }

  @Test(arguments: [
    ("XenServer", "8.4.0", "4.17.5-15", ShadowPagingProduct.xenServer8.name as String?),
    ("XCP-ng", "8.3.0", "4.17.5-13", ShadowPagingProduct.xenServer8.name),
    ("XCP-ng", "8.2.1", "4.13.5", "Citrix Hypervisor 8.2, XCP-ng 8.2"),
    ("XenServer", "7.1", "4.7.6", nil), ("debian", "12", "4.17.5", "Debian 12, main"),
    ("debian", "12", "4.17.7", "Debian 12, security"), ("debian", "12", "4.17.6", nil),
    ("debian", "13", "4.20.0", nil), ("qubes", "4.2.3", "4.17.6", "Qubes OS 4.2, 4.3"),
    ("alpine", "3.20", "4.18.3", nil),
  ])
  func productsAreKnown(brand: String, release: String, xen: String, name: String?) {
    let product = ShadowPagingProduct.known(
      brand: brand, release: release, xen: XenVersion(text: xen))
    #expect(product?.name == name)
  }
}

/// The page that says so to people.
@Suite struct ProductPageTests {
  @Test func thePageHasTheSameTable() throws {
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("docs/PRODUCTS.md")
    let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
    for product in ShadowPagingProduct.all {
      let row = "| \(product.name) | \(product.xen) | \(product.support.rawValue) | "
      #expect(lines.contains { $0.hasPrefix(row) }, "\(row)")
    }
    let rows = lines.filter { $0.hasPrefix("| ") }.count
    #expect(rows == ShadowPagingProduct.all.count + 2)
    #expect(lines.contains { $0.hasPrefix("\(TracingFlaw.range) have **XSA-477**") })
  }
}
