extension CostProfile {
  /// Reads the cost profile at `path`.
  public static func load(path: String) throws(InputError) -> CostProfile {
    try CostProfile(YAMLDocument.load(path))
  }

  /// Reads a cost profile's text; `file` is what errors call it.
  public init(text: String, file: String = "cost profile") throws(InputError) {
    try self.init(YAMLDocument.parse(text, file: file))
  }

  init(_ document: YAMLValue) throws(InputError) {
    let root = try document.mapping(known: ["name", "about", "clock_ghz", "cycles"])
    let name = try root.required("name").text()
    let about = try root.required("about").text()
    let clock = try Figure(root.required("clock_ghz"), in: 0.1...10)
    let mapping = try root.required("cycles").mapping(
      known: Operation.allCases.map(\.rawValue))
    var cycles: [Operation: Figure] = [:]
    for operation in Operation.allCases {
      cycles[operation] = try Figure(
        mapping.required(operation.rawValue), in: 0...100_000_000)
    }
    self.init(name: name, about: about, clockGHz: clock) { cycles[$0] ?? Figure(0) }
  }
}
