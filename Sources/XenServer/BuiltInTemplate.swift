/// A template that XenServer brings with it: the shape that a new virtual machine begins with.
///
/// Figures of the XenApp templates are those of the template definitions in the toolstack's and the
/// guest templates' public history: `ocaml/xapi/create_templates.ml` of xen-api from June 2009 to
/// October 2011, the same file of guest-templates after it, and `json/` of guest-templates-json.
public struct BuiltInTemplate: Hashable, Sendable {
  /// What decides the page tables that the template's guest operating system uses.
  public enum WordSize: Int, CaseIterable, Sendable {
    /// 32 bits.
    ///
    /// The templates' platform flag `pae` is true, so that these systems can use PAE; which of its
    /// modes a system was booted in is not the template's to say.
    case bits32 = 32
    /// 64 bits: long mode.
    case bits64 = 64
  }

  /// The product releases of which one set of templates is.
  public enum Releases: String, CaseIterable, Sendable {
    /// The code of June 2009, about XenServer 5.5.
    case v5 = "5.5"
    /// The code from March 2010 on: 5.6 and later, until templates were JSON.
    case v6 = "5.6 to 6.x"
    /// JSON templates.
    ///
    /// In January 2020 they were taken out; XCP-ng had them from March 2019 to June 2020.
    case v7 = "7.0 to 8.0"
  }

  /// A short name of letters, digits and dashes that no other template has.
  public let id: String
  /// The template's `name-label`.
  public let nameLabel: String
  /// The releases that it was in with these figures.
  public let releases: Releases
  /// `memory-static-max`, MiB; the dynamic limits are the same.
  public let memoryMiB: Int
  /// `VCPUs-max` and `VCPUs-at-startup`.
  public let vcpus: Int
  /// `HVM-shadow-multiplier`, of the size by XenServer's rule.
  public let shadowMultiplier: Double
  /// The word size of its guest operating system.
  public let wordSize: WordSize
  /// The platform flag `nx`: whether the guest may mark pages as not executable.
  public let hasNX: Bool
  /// The platform flag `viridian`, Hyper-V's interfaces; nil where that is not known.
  public let hasViridian: Bool?
  /// `other-config:application_template`: the template is for an application, not for a system.
  public let isApplicationTemplate: Bool
}

extension BuiltInTemplate {
  /// What XenApp's templates multiply the pool by, from 5.5 to 8.0; all others leave it at 1.0.
  public static let xenAppMultiplier = 4.0

  /// The templates for XenApp, the oldest first.
  ///
  /// XenServer 4.0 to 5.0 had some too, of which nothing is public but the blog that tells of them.
  /// Names and figures that were only ever in development are left out.
  public static let xenApp: [BuiltInTemplate] = [
    xenApp("v5", "Citrix XenApp", .v5, 512, .bits32, hasNX: false),
    xenApp("x64-v5", "Citrix XenApp x64", .v5, 512, .bits64),
    xenApp(
      "2003-x86-v6", "Citrix XenApp on Windows Server 2003 (32-bit)", .v6, 512, .bits32,
      hasNX: false),
    xenApp("2003-x64-v6", "Citrix XenApp on Windows Server 2003 (64-bit)", .v6, 512, .bits64),
    xenApp("2008-x86-v6", "Citrix XenApp on Windows Server 2008 (32-bit)", .v6, 1024, .bits32),
    xenApp("2008-x64-v6", "Citrix XenApp on Windows Server 2008 (64-bit)", .v6, 1024, .bits64),
    xenApp(
      "2008r2-x64-v6", "Citrix XenApp on Windows Server 2008 R2 (64-bit)", .v6, 1024, .bits64),
    xenApp("2008-x86-v7", "Citrix XenApp on Windows Server 2008 (32-bit)", .v7, 1024, .bits32),
    xenApp("2008-x64-v7", "Citrix XenApp on Windows Server 2008 (64-bit)", .v7, 1024, .bits64),
    xenApp(
      "2008r2-x64-v7", "Citrix XenApp on Windows Server 2008 R2 (64-bit)", .v7, 1024, .bits64),
  ]

  /// The template that `name` is the ``id`` of, or the ``nameLabel``: then the newest of those that
  /// have it.
  public static func named(_ name: String) -> BuiltInTemplate? {
    xenApp.first { $0.id == name } ?? xenApp.last { $0.nameLabel == name }
  }

  /// One vCPU until the templates were JSON, two since.
  private static func xenApp(
    _ id: String, _ nameLabel: String, _ releases: Releases, _ memoryMiB: Int,
    _ wordSize: WordSize, hasNX: Bool = true
  ) -> BuiltInTemplate {
    BuiltInTemplate(
      id: "xenapp-\(id)", nameLabel: nameLabel, releases: releases, memoryMiB: memoryMiB,
      vcpus: releases == .v7 ? 2 : 1, shadowMultiplier: xenAppMultiplier, wordSize: wordSize,
      hasNX: hasNX, hasViridian: releases == .v5 ? nil : true, isApplicationTemplate: true)
  }
}
