import Files
public import XenServer

/// Templates from files and from this program, with errors as commands have them.
public enum TemplateFiles {
  /// The records of a file, as ``PoolInput`` reads it.
  /// - Throws: ``InputError`` when it cannot be read, with the line
  public static func read(_ path: String) throws(InputError) -> PoolRecords {
    do {
      return try PoolInput.records(path)
    } catch {
      var error = error
      if !path.contains("/"), !path.contains(".") {
        let known = BuiltInTemplate.all.flatMap { [$0.id, $0.nameLabel] }
        let near = Spelling.nearest(to: path, in: known).map { ", did you mean '\($0)'?" } ?? ":"
        error.reason += "; or a built-in template\(near) 'shadowbench templates list' shows them"
      }
      throw error
    }
  }

  /// The records of built-in templates.
  public static func records(of templates: [BuiltInTemplate]) throws(InputError) -> PoolRecords {
    var records = PoolRecords(format: .builtIn)
    for template in templates {
      let vm = template.record
      do {
        try records.add(vm.record, class: "VM", reference: vm.reference)
      } catch {
        throw InputError(error)
      }
    }
    return records
  }
}

extension InputError {
  /// An error in records.
  public init(_ error: RecordError) {
    self.init(file: error.file, line: error.line, reason: error.reason)
    isBaseDefinition = error.isBase
  }
}
