extension Capture {
  /// Loads the capture whose files' names begin with `path`.
  ///
  /// The files are `path.map.txt`, `path.intervals.txt` and, if there is one, `path.events.csv`,
  /// each as it is or compressed, with `.xz` added to its name.
  public static func load(path: String) throws(InputError) -> Capture {
    guard let mapFile = find(path + ".map.txt") else {
      throw missing(path + ".map.txt")
    }
    guard let intervalFile = find(path + ".intervals.txt") else {
      throw missing(path + ".intervals.txt")
    }
    let map = try CaptureMap(file: mapFile, bytes: CaptureFile.contents(of: mapFile))
    var events = CaptureEvents()
    if let file = find(path + ".events.csv") {
      events = try CaptureEvents(file: file, bytes: CaptureFile.contents(of: file), map: map)
    }
    let intervals = try CaptureIntervals(
      file: intervalFile, bytes: CaptureFile.contents(of: intervalFile), map: map,
      allowsStrangers: events.hasChurn)
    return Capture(path: path, map: map, events: events, intervals: intervals)
  }

  /// The files that the capture is loaded from, those that are there.
  static func files(path: String) -> [String] {
    [".map.txt", ".intervals.txt", ".events.csv"].compactMap { find(path + $0) }
  }

  /// The file of that name, the compressed one first.
  private static func find(_ name: String) -> String? {
    [name + ".xz", name].first(where: CaptureFile.exists)
  }

  private static func missing(_ name: String) -> InputError {
    InputError(
      file: name + ".xz",
      reason: "there is no such file, nor one without .xz: a capture is given by what its files' "
        + "names have in common, as Workloads/captures/office30")
  }
}
