import Files
import GuestModel

/// A file that lists streams for a bundle: inputs, guests and sizes.
public struct ReplayPlanFile: Sendable {
  /// A stream to be made.
  public struct Entry: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// The input and its guest.
    public var request: InputRequest
    /// The seed of the input's random choices.
    public var seed: UInt64
    /// Operations after which the workload is cut, at the next mark; nil: not at all.
    public var operations: Int?
    /// The pools, MiB.
    public var shadowMiB: [Int]
    /// Where it stands, from 1.
    public var line: Int
  }

  /// The file.
  public var path: String
  /// The streams, in the file's order.
  public var entries: [Entry]

  private static let entryKeys = [
    "name", "input", "mode", "memory_mib", "seed", "operations", "shadow_mib",
  ]
  private static let modes: [PagingMode] = [.fourLevel, .pae, .twoLevel]

  /// Reads the file at `path`.
  public static func load(path: String) throws(InputError) -> ReplayPlanFile {
    try ReplayPlanFile(YAMLDocument.load(path))
  }

  /// Reads a file's text; `file` is what errors call it.
  public init(text: String, file: String) throws(InputError) {
    try self.init(YAMLDocument.parse(text, file: file))
  }

  private init(_ document: YAMLValue) throws(InputError) {
    let root = try document.mapping(known: ["about", "streams"])
    path = document.file
    entries = []
    for element in try root.required("streams").list(limit: 1000) {
      let entry = try Self.entry(element)
      guard !entries.contains(where: { $0.name == entry.name }) else {
        throw element.error("the name '\(entry.name)' was given before")
      }
      entries.append(entry)
    }
  }

  private static func entry(_ place: YAMLValue) throws(InputError) -> Entry {
    let mapping = try place.mapping(known: entryKeys)
    let name = try mapping.required("name")
    guard ReplayItem.isName(try name.text()) else {
      throw name.unexpected("letters, digits and hyphens, at most 60")
    }
    var request = InputRequest(
      BundledFiles.standard.location(
        of: try mapping.required("input").text(), in: place.file))
    request.vcpus = 1
    if let mode = mapping.optional("mode") {
      request.mode = modes[try mode.choice(modes.map(\.name))]
    }
    if let memory = mapping.optional("memory_mib") {
      request.memoryMiB = try memory.integer(in: 1...65_536)
    }
    var sizes: [Int] = []
    for size in try mapping.required("shadow_mib").list(limit: 64) {
      let mebibytes = try size.integer(in: 1...65_536)
      guard !sizes.contains(mebibytes) else { throw size.error("is given twice") }
      sizes.append(mebibytes)
    }
    let seed = try mapping.optional("seed")?.integer(in: 0...Int(Int32.max)) ?? 1
    return Entry(
      name: try name.text(), request: request, seed: UInt64(seed),
      operations: try mapping.optional("operations")?.integer(in: 1...Int(Int32.max)),
      shadowMiB: sizes, line: place.line)
  }
}
