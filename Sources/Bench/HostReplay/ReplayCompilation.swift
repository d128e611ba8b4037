extension ReplayStream {
  /// The stream of an input of the command line; a `.replay` file is taken as it is.
  public static func make(
    _ request: InputRequest, name: String, seed: UInt64, options: Options = Options()
  ) throws(InputError) -> ReplayStream {
    if request.name.hasSuffix(".replay") {
      guard options == Options() else {
        throw InputError(
          file: request.name, reason: "a stream that is made can be neither cut nor painted")
      }
      return try ReplayStream(contentsOf: request.name)
    }
    let input = try InputResolver.standard.open(request)
    return try compile(try input.makeWorkload(seed), name: name, seed: seed, options: options)
  }
}
