/// Which products' Xen has shadow paging: docs/PRODUCTS.md shows the same table, with what it
/// rests on.
public struct ShadowPagingProduct: Hashable, Sendable {
  /// Whether shadow paging is compiled in.
  public enum Support: String, Hashable, Sendable {
    /// It is.
    case builtIn = "built in"
    /// It is left out: nested paging is needed for every guest that is not PV.
    case leftOut = "left out"
    /// It is unless a build says otherwise.
    case onByDefault = "built in by default"
    /// It is not unless a build asks for it.
    case offByDefault = "left out by default"

    /// Whether it is there; nil where each build decides.
    public var isPresent: Bool? {
      switch self {
      case .builtIn: true
      case .leftOut: false
      case .onByDefault, .offByDefault: nil
      }
    }
  }

  /// The product and its release.
  public var name: String
  /// Its Xen.
  public var xen: String
  /// Whether its Xen has shadow paging.
  public var support: Support

  /// The products, as far as they are known.
  public static let all: [ShadowPagingProduct] = [
    xenServer8, citrixHypervisor82, xcpng9, debian12, debian12Security, qubes, newUpstream,
    oldUpstream,
  ]

  /// XenServer 8 and XCP-ng 8.3.
  public static let xenServer8 = ShadowPagingProduct(
    name: "XenServer 8, XCP-ng 8.3", xen: "4.17.3 to 4.17.6", support: .leftOut)
  static let xcpng9 = ShadowPagingProduct(
    name: "XCP-ng 9 in development", xen: "4.19.1", support: .leftOut)
  static let citrixHypervisor82 = ShadowPagingProduct(
    name: "Citrix Hypervisor 8.2, XCP-ng 8.2", xen: "4.13.5", support: .builtIn)
  static let debian12 = ShadowPagingProduct(
    name: "Debian 12, main", xen: "4.17.5", support: .builtIn)
  static let debian12Security = ShadowPagingProduct(
    name: "Debian 12, security", xen: "4.17.7", support: .leftOut)
  static let qubes = ShadowPagingProduct(
    name: "Qubes OS 4.2, 4.3", xen: "4.17.6, 4.19.5", support: .leftOut)
  static let newUpstream = ShadowPagingProduct(
    name: "Xen itself, from 2026-07-29 on",
    xen: "4.17.7, 4.18.6, 4.19.6, 4.20.4, 4.21.2, 4.22.0", support: .offByDefault)
  static let oldUpstream = ShadowPagingProduct(
    name: "Xen itself, before", xen: "older", support: .onByDefault)

  /// What upstream says of shadow paging.
  public static let upstream =
    "deprecated upstream and not security-supported since July 2026 (XSA-495, CVE-2026-42493)"

  /// Who still needs it.
  public static let needs =
    "still needed by guests without nested paging (hap=0, processors without EPT or NPT) and by "
    + "PV guests for live migration and for entries open to L1TF"

  /// What 1.0 is with nested paging, and for whom it is not.
  public static let nestedPaging =
    "1.0 is right for every guest but those with altp2m, introspection or guests of their own, whose "
    + "other tables are in the pool too"

  /// The product that a host is; nil for one that is not in the table.
  /// - Parameters:
  ///   - brand: as `host.software_version["product_brand"]`, `PRODUCT_BRAND` of a XenServer
  ///     host's inventory, or `ID` of /etc/os-release has it
  ///   - release: the product's version
  ///   - xen: the running Xen; nil where it is not known
  public static func known(brand: String, release: String?, xen: XenVersion?)
    -> ShadowPagingProduct?
  {
    switch brand.lowercased() {
    case let vendor where vendors.contains(vendor):
      guard let xen, xen.major == 4 else { return nil }
      switch xen.minor {
      case 13: return citrixHypervisor82
      case 17: return xenServer8
      case 18...: return vendor == "xcp-ng" ? xcpng9 : nil
      default: return nil
      }
    case "debian":
      guard release?.split(separator: ".").first == "12", let xen, xen.major == 4, xen.minor == 17,
        let patch = xen.patch
      else { return nil }
      return patch <= 5 ? debian12 : patch >= 7 ? debian12Security : nil
    case "qubes":
      return ["4.2", "4.3"].contains { release?.hasPrefix($0) == true } ? qubes : nil
    default: return nil
    }
  }

  /// Whether a host's Xen has shadow paging, as its product has it; nil where nothing tells.
  ///
  /// Of a product that is not in the table: XenServer and XCP-ng leave it out from Xen 4.17 on
  /// (`xen.spec` of xcp-ng-rpms/xen, 4.17.3-1).
  /// - Parameters: as of `known(brand:release:xen:)`
  public static func hasShadowPaging(brand: String, release: String?, xen: XenVersion?) -> Bool? {
    if let product = known(brand: brand, release: release, xen: xen) {
      return product.support.isPresent
    }
    guard vendors.contains(brand.lowercased()), let xen else { return nil }
    return (xen.major, xen.minor) >= (4, 17) ? false : nil
  }

  /// The brands of XenServer and what came of it, in lower case.
  private static let vendors: Set<String> = ["xenserver", "citrix hypervisor", "xcp-ng"]
}
