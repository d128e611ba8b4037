import XenServer

/// Whether shadow paging exists on a pool's hosts, in words.
enum ApplicabilityText {
  /// A line for each product and answer, with the hosts' names.
  static func lines(_ hosts: [HostRecord]) -> [String] {
    let groups = Dictionary(grouping: hosts) { "\(product($0)): \(answer($0.hasShadowPaging))" }
    return groups.sorted { ($0.value[0].nameLabel, $0.key) < ($1.value[0].nameLabel, $1.key) }.map {
      text, hosts in "\(hosts.map(\.nameLabel).joined(separator: ", ")): \(text)"
    }
  }

  private static func product(_ host: HostRecord) -> String {
    let product = [host.productBrand, host.productVersion].compactMap(\.self)
    let parts = [
      product.isEmpty ? nil : product.joined(separator: " "), host.xenVersion.map { "Xen \($0)" },
    ].compactMap(\.self)
    return parts.isEmpty ? "its record names no version" : parts.joined(separator: ", ")
  }

  private static func answer(_ hasShadowPaging: Bool?) -> String {
    switch hasShadowPaging {
    case true?:
      "has shadow paging, which upstream Xen deprecates and does not support against attacks from "
        + "guests (XSA-495)"
    case false?:
      "shadow paging is compiled out: no guest has shadows, and a multiplier buys none"
    case nil:
      "whether it has shadow paging is not known; ask 'xl info' in its dom0 (virt_caps)"
    }
  }
}
