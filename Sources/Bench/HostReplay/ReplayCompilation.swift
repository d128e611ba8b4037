import GuestModel

extension ReplayStream {
  /// The stream of an input of the command line; a `.replay` file is taken as it is.
  /// - Parameters:
  ///   - operations: where the workload is cut, at the next mark; nil: not at all
  public static func make(
    _ request: InputRequest, name: String, seed: UInt64, operations: Int? = nil,
    options: Options = Options()
  ) throws(InputError) -> ReplayStream {
    if request.name.hasSuffix(".replay") {
      guard operations == nil else {
        throw InputError(file: request.name, reason: "a stream that is made cannot be cut")
      }
      return try ReplayStream(contentsOf: request.name)
    }
    let input = try InputResolver.standard.open(request)
    var workload = try input.makeWorkload(seed)
    if let operations { workload = ShortenedWorkload(workload, operations: operations) }
    return try compile(workload, name: name, seed: seed, options: options)
  }
}
