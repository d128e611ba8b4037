import Files
import GuestModel
import ShadowModel
import XenServer

extension SweepMatrix {
  /// Reads the matrix file at `path`.
  public static func load(path: String) throws(InputError) -> SweepMatrix {
    try SweepMatrix(YAMLDocument.load(path))
  }

  /// Reads a matrix file's text; `file` is what errors call it.
  public init(text: String, file: String = "matrix") throws(InputError) {
    try self.init(YAMLDocument.parse(text, file: file))
  }

  private static let keys = [
    "name", "about", "inputs", "guests", "templates", "rules", "p2m", "policies", "seeds", "sizes",
    "cost_profile", "cycles_per_access", "target_percent", "margin_percent",
  ]

  init(_ document: YAMLValue) throws(InputError) {
    let root = try document.mapping(known: Self.keys)
    path = document.file
    name = try root.required("name").text()
    about = try root.optional("about").map { value throws(InputError) in try value.text() } ?? ""
    inputs = try Self.inputs(root.required("inputs"))
    templates = try Self.templates(root.optional("templates"))
    guests = try Self.guests(root.optional("guests"), default: templates.isEmpty)
    rules = try Self.choices(root.optional("rules"), default: .mappedOnce)
    p2m = try Self.choices(root.optional("p2m"), default: .superpages)
    policies = try Self.choices(root.optional("policies"), default: .xen)
    seeds = try Self.seeds(root.optional("seeds"))
    sizes = try Self.sizes(root.optional("sizes"))
    costProfile =
      try root.optional("cost_profile").map { value throws(InputError) in try value.text() }
      ?? CostProfile.core2.name
    cyclesPerAccess = try Self.number(
      root, "cycles_per_access", 0.001...1e9, default: ShareRule.defaultCyclesPerAccess)
    let standard = Target()
    target = Target(
      share: try Self.number(root, "target_percent", 1e-4...1e5, default: standard.share * 100)
        / 100,
      margin: try Self.number(root, "margin_percent", 0...90, default: standard.margin * 100)
        / 100)
    let shapes = guests.count + templates.count
    let lists = [inputs.count, shapes, rules.count, p2m.count, policies.count, seeds.count]
    var count = 1
    for length in lists where count <= Self.mostCells { count *= length }
    guard count <= Self.mostCells else {
      throw document.error("the matrix has more than \(Self.mostCells) cells; take several files")
    }
  }

  private static func inputs(_ place: YAMLValue) throws(InputError) -> [Entry] {
    var seen: Set<Entry> = []
    var inputs: [Entry] = []
    for element in try place.list(limit: 10_000) {
      var name = element
      var guest = GuestOverride()
      if case .mapping = element.content {
        let mapping = try element.mapping(known: ["input", "mode", "memory_mib", "vcpus"])
        name = try mapping.required("input")
        guest = try self.guest(mapping)
      }
      let entry = Entry(name: try name.text(), guest: guest, line: 0)
      guard seen.insert(entry).inserted else { throw twice(element, entry.name) }
      inputs.append(Entry(name: entry.name, guest: guest, line: name.line))
    }
    return inputs
  }

  /// The guests; the input's own where none is given and it is to be the `default`.
  private static func guests(
    _ place: YAMLValue?, default isDefault: Bool
  ) throws(InputError) -> [GuestOverride] {
    guard let place else { return isDefault ? [GuestOverride()] : [] }
    var guests: [GuestOverride] = []
    for element in try place.list(limit: 10_000) {
      let guest = try guest(element.mapping(known: ["mode", "memory_mib", "vcpus"]))
      guard !guests.contains(guest) else { throw twice(element, "this guest") }
      guests.append(guest)
    }
    return guests
  }

  private static func templates(_ place: YAMLValue?) throws(InputError) -> [BuiltInTemplate] {
    guard let place else { return [] }
    var templates: [BuiltInTemplate] = []
    for element in try place.list(limit: BuiltInTemplate.all.count) {
      let name = try element.text()
      guard let template = BuiltInTemplate.named(name) else {
        throw noSuchTemplate(element, name)
      }
      guard !templates.contains(template) else { throw twice(element, template.id) }
      templates.append(template)
    }
    return templates
  }

  private static func noSuchTemplate(_ place: YAMLValue, _ name: String) -> InputError {
    let all = BuiltInTemplate.xenApp
    let names = all.map(\.id) + Set(all.map(\.nameLabel)).sorted()
    let longer = names.filter { $0.lowercased().hasPrefix(name.lowercased()) }
    let near =
      longer.isEmpty
      ? Spelling.nearest(to: name, in: names, most: 3, limit: name.utf8.count * 2 / 3)
      : Array(longer.prefix(3))
    let advice =
      near.isEmpty
      ? "known are \(all.map(\.id).joined(separator: ", "))"
      : "nearest are \(near.map { "'\($0)'" }.joined(separator: ", "))"
    return place.error("no built-in template is called \(YAMLValue.quoted(name)); \(advice)")
  }

  private static func guest(_ mapping: YAMLMapping) throws(InputError) -> GuestOverride {
    let modes: [PagingMode] = [.fourLevel, .pae, .twoLevel]
    var guest = GuestOverride()
    if let mode = mapping.optional("mode") {
      guest.mode = modes[try mode.choice(modes.map(\.name))]
    }
    guest.memoryMiB = try mapping.optional("memory_mib")
      .map { value throws(InputError) in try value.integer(in: 1...65_536) }
    guest.vcpus = try mapping.optional("vcpus")
      .map { value throws(InputError) in try value.integer(in: 1...128) }
    return guest
  }

  private static func choices<Choice: CaseIterable & RawRepresentable<String> & Equatable>(
    _ place: YAMLValue?, default standard: Choice
  ) throws(InputError) -> [Choice] {
    guard let place else { return [standard] }
    let all = Array(Choice.allCases)
    var chosen: [Choice] = []
    for element in try place.list(limit: all.count) {
      let choice = all[try element.choice(all.map(\.rawValue))]
      guard !chosen.contains(choice) else { throw twice(element, choice.rawValue) }
      chosen.append(choice)
    }
    return chosen
  }

  /// A list of seeds, or `{first: 1, count: 30}`.
  private static func seeds(_ place: YAMLValue?) throws(InputError) -> [UInt64] {
    guard let place else { return [1] }
    let range = 0...4_294_967_295
    if case .mapping = place.content {
      let mapping = try place.mapping(known: ["first", "count"])
      let first =
        try mapping.optional("first")
        .map { value throws(InputError) in try value.integer(in: range) } ?? 1
      let count = try mapping.required("count").integer(in: 1...10_000)
      return (0..<count).map { UInt64(first + $0) }
    }
    var seeds: [UInt64] = []
    var seen: Set<UInt64> = []
    for element in try place.list(limit: 10_000) {
      let seed = UInt64(try element.integer(in: range))
      guard seen.insert(seed).inserted else { throw twice(element, "seed \(seed)") }
      seeds.append(seed)
    }
    return seeds
  }

  /// A number of sizes, or a list of them in one of three units.
  private static func sizes(_ place: YAMLValue?) throws(InputError) -> SizeChoice {
    guard let place else { return .spread(SizeChoice.defaultCount) }
    let most = 1024
    guard case .mapping(let pairs) = place.content else {
      return .spread(try place.integer(in: 1...most))
    }
    let units = ["multipliers", "shadow_mib", "pages"]
    let mapping = try place.mapping(known: units)
    guard pairs.count == 1, let pair = mapping.pairs.first else {
      throw place.error("give one of \(units.joined(separator: ", "))")
    }
    var requests: [SizeRequest] = []
    for element in try pair.value.list(limit: most) {
      switch pair.key {
      case "multipliers": requests.append(.multiplier(try element.number(in: 0.001...1e6)))
      case "shadow_mib": requests.append(.mebibytes(try element.number(in: 0.004...65_536)))
      default: requests.append(.pages(try element.integer(in: 1...SizeChoice.mostPages)))
      }
    }
    return .list(requests)
  }

  private static func number(
    _ root: YAMLMapping, _ key: String, _ range: ClosedRange<Double>, default standard: Double
  ) throws(InputError) -> Double {
    guard let value = root.optional(key) else { return standard }
    return try value.number(in: range)
  }

  private static func twice(_ place: YAMLValue, _ what: String) -> InputError {
    place.error("\(YAMLValue.quoted(what)) stands twice; every cell would be there twice")
  }
}
