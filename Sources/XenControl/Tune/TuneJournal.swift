import Foundation

/// What a search for a pool's size has done and is about to do: written before each change, so that
/// whatever ends the program, the search can go on and the first size can come back.
public struct TuneJournal: Hashable, Codable, Sendable {
  /// How far it is.
  public enum State: String, Codable, Sendable {
    /// It runs, or was ended without a chance to say so.
    case running
    /// It was told to stop, and may go on.
    case interrupted
    /// It has its verdict.
    case ended
    /// The first size was put back.
    case undone
  }

  /// The version of the keys and their meaning.
  public var schemaVersion = HostJSON.schemaVersion
  /// The domain.
  public var domid: Int
  /// What tells the domain from another that has its number later.
  public var handle: String
  /// Its name; nil where it has none.
  public var name: String?
  /// Its virtual CPUs.
  public var vcpus: Int
  /// What the search goes by.
  public var settings: TuneSettings
  /// The pool as it was found, pages.
  public var firstPages: Int
  /// Whether sizes are exact; else whole MiB, rounded up by Xen.
  public var pagesExact: Bool
  /// The pool after the last change, pages.
  public var pages: Int
  /// The size that is about to be sent, pages.
  public var pendingPages: Int?
  /// The fewest pages that Xen was seen to give.
  public var leastPages: Int
  /// The sizes measured, in order.
  public var steps: [TuneStep] = []
  /// How far it is.
  public var state = State.running
  /// How it ended.
  public var verdict: TuneVerdict?

  /// A search that begins with a domain as it is.
  init(_ domain: DomainReport, pool: PoolSize, settings: TuneSettings) {
    domid = domain.info.id
    handle = domain.info.handle
    name = domain.name
    vcpus = domain.info.vcpus
    self.settings = settings
    firstPages = pool.pages
    pagesExact = pool.isExact
    pages = pool.pages
    leastPages = domain.hasShadows ? domain.rules.leastPages : 1
  }

  /// The size with which it ends when told to: the best one measured, or the one found.
  var sizeOnInterrupt: Int {
    settings.restoresOnInterrupt ? firstPages : bestPages
  }

  /// The best size measured so far, pages; the one found if none was.
  public var bestPages: Int {
    TuneProgress(steps, settings)?.best.pages ?? firstPages
  }

  /// Whether a pool may be so large by what the search did: also when it was ended in the middle of
  /// a change, which Xen makes page by page.
  func explains(_ size: Int) -> Bool {
    if let pendingPages {
      return (min(pages, pendingPages)...max(pages, pendingPages, leastPages)).contains(size)
    }
    return size == pages
  }

  /// A journal as text.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }

  /// Reads a journal.
  /// - Parameter file: its name, for the error
  public static func read(_ text: String, file: String) throws(HostError) -> TuneJournal {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let journal: TuneJournal
    do {
      journal = try decoder.decode(TuneJournal.self, from: Data(text.utf8))
    } catch {
      throw .cannotTune(
        "\(file): not a log of 'host tune': \(reason(error)); give the file that --log named")
    }
    guard journal.schemaVersion == HostJSON.schemaVersion else {
      throw .cannotTune(
        "\(file): schema_version \(journal.schemaVersion), this program reads "
          + "\(HostJSON.schemaVersion)")
    }
    try journal.check(file)
    return journal
  }

  private func check(_ file: String) throws(HostError) {
    let sizes =
      [firstPages, pages, leastPages] + steps.map(\.pages) + (pendingPages.map { [$0] } ?? [])
    let isSound =
      sizes.allSatisfy { (1...PoolRules.mostPages).contains($0) } && domid > 0 && vcpus > 0
      && settings.isSound
    guard isSound else {
      throw .cannotTune("\(file): has a size, a domain or a setting that no log of 'host tune' has")
    }
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "key '\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "no JSON" : "key '\(context.codingPath.map(\.stringValue).joined(separator: "."))'"
    default: "\(error)"
    }
  }
}
