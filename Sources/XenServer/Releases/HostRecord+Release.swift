extension HostRecord {
  /// `software_version:product_brand`.
  public var productBrand: String? { software("product_brand") }
  /// `software_version:product_version`.
  public var productVersion: String? { software("product_version") }
  /// `software_version:xen`.
  public var xenVersion: String? { software("xen") }

  /// Whether its Xen has shadow paging at all, by the product; nil where that does not tell.
  public var hasShadowPaging: Bool? {
    guard let productBrand else { return nil }
    return ShadowPagingProduct.hasShadowPaging(
      brand: productBrand, release: productVersion, xen: xenVersion.flatMap(XenVersion.init(text:)))
  }

  private func software(_ key: String) -> String? {
    record["software_version"]?.strings?[key].flatMap { $0.isEmpty ? nil : $0 }
  }
}
