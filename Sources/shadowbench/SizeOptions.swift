import ArgumentParser
import Bench

/// Many sizes: a list in one of three units, or a number of them.
struct SizeListOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("multiplier")],
    help: ArgumentHelp("Sizes as multiples of the rule's.", valueName: "list"))
  var multipliers: String?

  @Option(
    name: .customLong("shadow-mib"), help: ArgumentHelp("Sizes in MiB.", valueName: "list"))
  var shadowMiB: String?

  @Option(help: ArgumentHelp("Sizes in pages of 4 KiB.", valueName: "list"))
  var pages: String?

  @Option(
    help: """
      So many sizes, spread from Xen's minimum to twice what the input needs; 1: the rule's own \
      size alone. (default: \(SizeChoice.defaultCount))
      """)
  var sizes: Int?

  func validate() throws {
    let given = [multipliers, shadowMiB, pages, sizes.map(String.init)].compactMap { $0 }
    guard given.count <= 1 else {
      throw ValidationError("give one of --multipliers, --shadow-mib, --pages and --sizes")
    }
    if let sizes, !(1...4096).contains(sizes) {
      throw ValidationError("--sizes is \(sizes), must be 1 to 4096")
    }
  }

  /// Whether any sizes were asked for.
  var isGiven: Bool { multipliers != nil || shadowMiB != nil || pages != nil || sizes != nil }

  /// The sizes.
  func choice() throws -> SizeChoice {
    if let multipliers {
      return .list(
        try SizeRequest.list(multipliers, option: "--multipliers") { .multiplier($0) })
    }
    if let shadowMiB {
      return .list(try SizeRequest.list(shadowMiB, option: "--shadow-mib") { .mebibytes($0) })
    }
    if let pages {
      return .list(
        try SizeRequest.list(pages, option: "--pages", SizeRequest.wholePages))
    }
    return .spread(sizes ?? SizeChoice.defaultCount)
  }
}

/// One size in one of three units.
struct SizeOptions: ParsableArguments {
  @Option(help: "The size as a multiple of the rule's.")
  var multiplier: String?

  @Option(name: .customLong("shadow-mib"), help: "The size in MiB.")
  var shadowMiB: String?

  @Option(help: "The size in pages of 4 KiB.")
  var pages: String?

  func validate() throws {
    guard [multiplier, shadowMiB, pages].compactMap({ $0 }).count <= 1 else {
      throw ValidationError("give one of --multiplier, --shadow-mib and --pages")
    }
  }

  /// The size; the rule's own when nothing was said.
  func request() throws -> SizeRequest {
    let requests: [SizeRequest] =
      if let multiplier {
        try SizeRequest.list(multiplier, option: "--multiplier") { .multiplier($0) }
      } else if let shadowMiB {
        try SizeRequest.list(shadowMiB, option: "--shadow-mib") { .mebibytes($0) }
      } else if let pages {
        try SizeRequest.list(pages, option: "--pages", SizeRequest.wholePages)
      } else {
        [.multiplier(1)]
      }
    guard requests.count == 1 else {
      throw InputError(
        file: "size", reason: "\(requests.count) sizes given; 'shadowbench sweep' takes a list")
    }
    return requests[0]
  }
}
