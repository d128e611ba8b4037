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
    /// In January 2020 those for XenApp were taken out; XCP-ng had them from March 2019 to June
    /// 2020.
    case v7 = "7.0 to 8.0"
    /// JSON templates since then, none of them for XenApp.
    case v8 = "8.2 and later"
  }

  /// A short name of letters, digits and dashes that no other template has.
  public let id: String
  /// The template's `name-label`.
  public let nameLabel: String
  /// The releases that it was in with these figures.
  public let releases: Releases
  /// Its UUID, the same on every host; nil for those that were made anew on each.
  public let uuid: String?
  /// `memory-static-min`, MiB.
  public let staticMinMiB: Int
  /// `memory-static-max`, MiB; the dynamic limits are the same.
  public let memoryMiB: Int
  /// The most memory that it recommends for its guests, MiB.
  public let mostMemoryMiB: Int
  /// The most vCPUs that it recommends for its guests.
  public let mostVCPUs: Int
  /// The size of the disk that it makes, GiB; 0 for none.
  public let diskGiB: Int
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
