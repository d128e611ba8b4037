public import XenServer

/// The text of `templates list`.
public enum TemplateListReport {
  /// A table of this program's templates.
  public static func lines(_ templates: [BuiltInTemplate]) -> [String] {
    var table = Table([
      .text("id"), .text("name"), .text("releases"), .number("memory, MiB"), .number("vCPUs"),
      .number("multiplier"), .number("pool, MiB"), .text("flags"), .text("workload"),
    ])
    for template in templates {
      let shape = MemoryShape(
        memoryMiB: template.memoryMiB, vcpus: template.vcpus,
        multiplier: template.shadowMultiplier)
      table.add([
        template.id, template.nameLabel, template.releases.rawValue, "\(template.memoryMiB)",
        "\(template.vcpus)", "\(template.shadowMultiplier)", "\(MemoryModel().poolMiB(shape))",
        flags(template.record),
        TemplateWorkload(GuestSystem(template.record))?.name ?? "-",
      ])
    }
    return table.lines
  }

  /// A table of a file's templates.
  public static func lines(_ records: PoolRecords) -> [String] {
    var table = Table([
      .text("uuid"), .text("name"), .text("type"), .number("memory, MiB"), .number("vCPUs"),
      .number("multiplier"), .number("pool, MiB"), .text("flags"), .text("workload"),
    ])
    for template in records.templates {
      let pool = template.memoryShape.map { "\(MemoryModel().poolMiB($0))" }
      table.add([
        template.uuid ?? "-", template.nameLabel, template.domainType?.rawValue ?? "-",
        template.staticMaxBytes.map { "\(($0 + (1 << 20) - 1) >> 20)" } ?? "-",
        template.vcpusMax.map { "\($0)" } ?? "-",
        template.shadowMultiplier.map { "\($0)" } ?? "-", pool ?? "-", flags(template),
        TemplateWorkload(GuestSystem(template))?.name ?? "-",
      ])
    }
    return table.lines
  }

  /// Marks and platform flags that are on.
  static func flags(_ template: VMRecord) -> String {
    var flags = template.isApplicationTemplate ? ["application"] : []
    for key in ["nx", "pae", "viridian", "nested-virt", "exp-nested-hvm"]
    where template.flag(key) == true {
      flags.append(key)
    }
    if template.flag("hap") == false { flags.append("no hap") }
    let unknown = template.record["platform"] == nil ? "?" : "-"
    return flags.isEmpty ? unknown : flags.joined(separator: " ")
  }
}
