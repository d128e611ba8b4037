/// A value of a file, with the line that it begins in.
public struct LocatedValue: Hashable, Sendable {
  /// What it holds.
  public enum Content: Hashable, Sendable {
    /// A value without parts.
    case scalar(XenValue)
    /// A set.
    case list([LocatedValue])
    /// A map, in the file's order; no name is there twice.
    case members([Member])
  }

  /// A member of a map.
  public struct Member: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: LocatedValue
  }

  /// The line, from 1.
  public var line: Int
  /// What it holds.
  public var content: Content

  /// The value without its place.
  public var value: XenValue {
    switch content {
    case .scalar(let value): value
    case .list(let elements): .list(elements.map(\.value))
    case .members(let members):
      .map(
        Dictionary(
          members.map { ($0.name, $0.value.value) }, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// The member of that name.
  public subscript(name: String) -> LocatedValue? {
    guard case .members(let members) = content else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The members of a map.
  func members(of what: String, file: String) throws(RecordError) -> [Member] {
    guard case .members(let members) = content else {
      throw RecordError(
        file: file, line: line, reason: "\(what) is \(value.kind), must be a map")
    }
    return members
  }
}
