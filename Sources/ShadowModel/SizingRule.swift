public import GuestModel

/// How the pool is sized before the multiplier.
public enum SizingRule: String, Sendable, CaseIterable {
  /// The 2008 rule: shadow leaf tables to map every page of the guest once, plus 50 %.
  case mappedOnce = "mapped-once"
  /// XenServer and XCP-ng: what `HVM-shadow-multiplier` multiplies.
  case xapi
  /// libxl's default for a domain with shadow paging.
  case libxl
  /// The least Xen accepts for a domain that has its memory; a new one may have less, see
  /// ``DomainConfiguration/creationMinimum``.
  case xenMinimum = "xen-minimum"

  /// Pages at multiplier 1.0.
  ///
  /// - mapped-once: `ceil(1.5 · frames / 512)`: a leaf shadow page maps 512 pages in every mode.
  /// - xapi: `ceil((256·vCPUs + 2·MiB) / 256)` MiB.
  /// - libxl: `256·vCPUs + 2·MiB` pages (4 KiB each).
  /// - xen-minimum: `128·vCPUs + max(max(frames/256, 6) + 1, P2M pages)`.
  public func basePages(shape: GuestShape, p2mPages: Int) -> Int {
    pages(shape: shape, p2mPages: p2mPages, multiplier: 1)
  }

  /// Pages at `multiplier`.
  ///
  /// xapi works in whole MiB and truncates: `max(1, trunc(T·multiplier))` MiB. The others round
  /// up to a page. The minimum is not applied here.
  public func pages(shape: GuestShape, p2mPages: Int, multiplier: Double) -> Int {
    let vcpus = shape.vcpus
    let memory = shape.memoryMiB
    switch self {
    case .mappedOnce:
      let leafTables = (memory * 256 + 511) / 512
      return Self.scaled((leafTables * 3 + 1) / 2, multiplier)
    case .xapi:
      let mebibytes = (256 * vcpus + 2 * memory + 255) / 256
      return max(1, Int((Double(mebibytes) * multiplier).rounded(.towardZero))) * 256
    case .libxl:
      return Self.scaled(256 * vcpus + 2 * memory, multiplier)
    case .xenMinimum:
      return Self.scaled(128 * vcpus + max(max(memory, 6) + 1, p2mPages), multiplier)
    }
  }

  /// The multiplier that `pages` are by this rule.
  public func multiplier(ofPages pages: Int, shape: GuestShape, p2mPages: Int) -> Double {
    Double(pages) / Double(basePages(shape: shape, p2mPages: p2mPages))
  }

  private static func scaled(_ base: Int, _ multiplier: Double) -> Int {
    Int((Double(base) * multiplier).rounded(.up))
  }
}
