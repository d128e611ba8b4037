import Foundation

/// A result that was written before, of this version or an older one.
public struct ResultFile: Sendable {
  /// Where it was read.
  public let path: String
  /// The version that wrote it.
  public let schemaVersion: Int
  /// What it is of.
  public let kind: ResultKind
  let content: Content

  /// Reads the result at `path`.
  /// - Throws: ``InputError`` for what is no result, is damaged, of a later version, or of a kind
  ///   that is not read
  public init(path: String) throws(InputError) {
    let text = try TextFile.read(path)
    let header = try Self.part(ResultHeader.self, of: text, path)
    guard (1...JSONResult.schemaVersion).contains(header.schemaVersion) else {
      throw InputError(
        file: path,
        reason: "has the schema version \(header.schemaVersion); this program reads 1 to "
          + "\(JSONResult.schemaVersion), a later one may read it")
    }
    self.init(path: path, try Self.part(ResultDocument.self, of: text, path))
  }

  /// A result of the file at `path`, which may hold others.
  private init(path: String, _ document: ResultDocument) {
    self.path = path
    schemaVersion = document.header.schemaVersion
    kind = document.kind
    content = document.content
  }

  /// The results of the file at `path`: one, or those of a baseline.
  /// - Throws: ``InputError`` as ``init(path:)``
  static func all(path: String) throws(InputError) -> [ResultFile] {
    let text = try TextFile.read(path)
    let header = try part(ResultHeader.self, of: text, path)
    guard header.kind == .baseline, header.schemaVersion <= JSONResult.schemaVersion else {
      return [try ResultFile(path: path)]
    }
    return try part(BaselineRecord.self, of: text, path).results.map {
      ResultFile(path: path, $0)
    }
  }

  static func part<Part: Decodable>(
    _ type: Part.Type, of text: String, _ path: String
  ) throws(InputError) -> Part {
    do {
      return try JSONResult.decode(type, from: text)
    } catch let error as UnreadKind {
      throw InputError(file: path, reason: error.reason)
    } catch {
      throw InputError(file: path, reason: "is no result, or is damaged: \(explain(error))")
    }
  }

  /// Where a result is not what it should be, in words.
  static func explain(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "" : path.map(name).joined(separator: ".") + ": "
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath))'\(name(key))' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(place(context.codingPath))\(context.debugDescription)"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\(place(context.codingPath))\(context.debugDescription)"
    default: "it is not JSON, or ends too early"
    }
  }

  /// A key as it stands in the file.
  private static func name(_ key: any CodingKey) -> String {
    key.stringValue.reduce(into: "") { name, character in
      name += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
  }
}
