/// Whether a Xen has shadow paging at all, by the product that it came with.
public enum ShadowSupport: String, CaseIterable, Sendable {
  /// It is built in. Upstream Xen deprecates it and does not support it against attacks from guests
  /// (XSA-495).
  case builtIn = "built-in"
  /// It is compiled out: processors with nested paging are mandatory.
  case compiledOut = "compiled-out"
  /// Nothing tells.
  case unknown

  /// The products whose builds are known, by `software_version:product_brand`.
  private static let brands: Set<String> = ["XenServer", "Citrix Hypervisor", "XCP-ng"]

  /// What is known of a product's Xen.
  ///
  /// XenServer 8 and XCP-ng 8.3, whose Xen is 4.17, were the first without; Citrix Hypervisor 8.2 and
  /// XCP-ng 8.2 have Xen 4.13, and that is built with it (`xen.spec` of xcp-ng-rpms/xen, 4.17.3-1).
  /// None of them came with a Xen in between.
  /// - Parameters:
  ///   - brand: `product_brand`
  ///   - xen: Xen's version, `4.17.5`, with whatever follows
  public static func of(brand: String?, xen: String?) -> ShadowSupport {
    guard let brand, brands.contains(brand), let xen else { return .unknown }
    let parts = xen.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, let major = Int(parts[0]),
      let minor = Int(parts[1].prefix { $0.isASCII && $0.isNumber })
    else { return .unknown }
    if (major, minor) >= (4, 17) { return .compiledOut }
    return (major, minor) <= (4, 13) ? .builtIn : .unknown
  }
}

extension HostRecord {
  /// `software_version:product_brand`.
  public var productBrand: String? { software("product_brand") }
  /// `software_version:product_version`.
  public var productVersion: String? { software("product_version") }
  /// `software_version:xen`.
  public var xenVersion: String? { software("xen") }
  /// Whether its Xen has shadow paging at all.
  public var shadowSupport: ShadowSupport { .of(brand: productBrand, xen: xenVersion) }

  private func software(_ key: String) -> String? {
    record["software_version"]?.strings?[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}
