public import XenServer

/// A template to recommend a multiplier for.
public struct TemplateChoice: Hashable, Sendable {
  /// The template.
  public var template: VMRecord
  /// Its memory and vCPUs.
  public var shape: MemoryShape
  /// Whether fractions were printed with three decimals.
  public var isRounded: Bool

  /// The template that `name` is: a built-in one by id or name, or the one of a file.
  /// - Parameter record: which of a file's templates, by name or UUID; nil for the only one
  /// - Throws: ``InputError`` when there is none, or more than one, or its memory is not said
  public init(_ name: String, record: String?) throws(InputError) {
    let records: PoolRecords
    if let builtIn = BuiltInTemplate.named(name), record == nil {
      records = try TemplateFiles.records(of: [builtIn])
    } else {
      records = try TemplateFiles.read(name)
    }
    let templates = records.templates.isEmpty ? records.vms : records.templates
    let chosen = templates.filter {
      record == nil || $0.uuid == record || $0.nameLabel == record
    }
    guard let template = chosen.first, chosen.count == 1 else {
      let labels = templates.prefix(12).map { "'\($0.nameLabel)' (\($0.uuid ?? "no uuid"))" }
      throw InputError(
        file: name,
        reason: chosen.isEmpty
          ? "holds no template '\(record ?? "")'; it has \(labels.joined(separator: ", "))"
          : "holds \(chosen.count) templates; choose one with --record: "
            + labels.joined(separator: ", "))
    }
    guard let choice = TemplateChoice(template, isRounded: records.hasRoundedFractions) else {
      throw InputError(
        file: name, line: template.record.place?.line,
        reason: "'\(template.nameLabel)' lacks memory_static_max, VCPUs_max, "
          + "HVM_shadow_multiplier or a known domain_type; list it with 'xe template-list params=all'"
      )
    }
    self = choice
  }

  /// A template; nil when it does not say its memory, vCPUs and type.
  public init?(_ template: VMRecord, isRounded: Bool = false) {
    guard let shape = template.memoryShape, shape.staticMaxBytes > 0, shape.vcpus > 0 else {
      return nil
    }
    self.template = template
    self.shape = shape
    self.isRounded = isRounded
  }
}
