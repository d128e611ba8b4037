import Files

extension Capture {
  /// The longest file that is read, bytes, decompressed.
  private static let byteLimit = 1 << 29

  /// Loads the capture whose files' names begin with `name`, or the bundled one of that name.
  ///
  /// The files are `name.map.txt`, `name.intervals.txt` and, if there is one, `name.events.csv`,
  /// each as it is or compressed, with `.xz`, `.gz` or `.zst`
  /// added to its name.
  public static func load(path name: String) throws(InputError) -> Capture {
    let path = BundledFiles.standard.capture(name)
    guard let mapFile = find(path + ".map.txt") else {
      throw missing(path + ".map.txt")
    }
    guard let intervalFile = find(path + ".intervals.txt") else {
      throw missing(path + ".intervals.txt")
    }
    let map = try CaptureMap(file: mapFile, bytes: contents(mapFile))
    var events = CaptureEvents()
    if let file = find(path + ".events.csv") {
      events = try CaptureEvents(file: file, bytes: contents(file), map: map)
    }
    let intervals = try CaptureIntervals(
      file: intervalFile, bytes: contents(intervalFile), map: map,
      allowsStrangers: events.hasChurn)
    return Capture(path: name, map: map, events: events, intervals: intervals)
  }

  /// The files that the capture is loaded from, those that are there.
  static func files(path name: String) -> [String] {
    let path = BundledFiles.standard.capture(name)
    return [".map.txt", ".intervals.txt", ".events.csv"].compactMap { find(path + $0) }
  }

  /// The file of that name, the compressed one first.
  private static func find(_ name: String) -> String? { BundledFiles.captureFile(name) }

  private static func contents(_ path: String) throws(InputError) -> [UInt8] {
    try TextFile.bytes(of: path, limit: byteLimit)
  }

  private static func missing(_ name: String) -> InputError {
    InputError(
      file: name + ".xz",
      reason: "there is no such file, nor one without .xz, or with .gz or .zst: a "
        + "capture is given by what its files' "
        + "names have in common, as Workloads/captures/office30")
  }
}
