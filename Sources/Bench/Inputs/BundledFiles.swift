import Foundation

/// The workloads, captures, cost profiles and pools that come with the program.
///
/// A name that is no file where the program runs is looked for among them, so that
/// `captures/office30` is the same input in a checkout and where a package is installed.
public struct BundledFiles: Sendable {
  /// Where they lie; nil where the program stands alone.
  public let folder: String?

  /// Those in `folder`.
  public init(folder: String?) { self.folder = folder }

  /// Those of the program that runs.
  public static let standard = BundledFiles(
    besides: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)

  /// Those that belong to the executable at `path`: `share/shadowbench` beside its folder, as
  /// installed, or `Workloads` of the checkout that it was built in.
  public init(besides path: String) {
    var folders: [String] = []
    var parent = URL(fileURLWithPath: path).deletingLastPathComponent()
    while parent.path != "/" {
      parent.deleteLastPathComponent()
      folders.append(parent.appendingPathComponent("share/shadowbench").path)
      folders.append(parent.appendingPathComponent("Workloads").path)
    }
    self.init(folder: folders.first { Self.exists($0 + "/captures/README.md") })
  }

  /// The path of the file `name`: itself where there is such a file or no bundled one.
  ///
  /// A name may begin with `Workloads/`, as it does in a checkout.
  public func path(of name: String) -> String {
    path(of: name, isThere: Self.exists)
  }

  /// The path of the capture `name`, which is what its files' names have in common.
  public func capture(_ name: String) -> String {
    path(of: name, isThere: Self.isCapture)
  }

  /// The names of all bundled inputs, each kind sorted: captures, traces, workload files.
  public var inputs: [String] {
    let ending = ".map.txt.xz"
    let captures = files(in: "/captures").filter { $0.hasSuffix(ending) }
      .map { "captures/" + $0.dropLast(ending.count) }
    let traces = files(in: "/traces").filter { $0.hasSuffix(".xentrace.gz") }.map { "traces/" + $0 }
    return captures + traces + files(in: "").filter { $0.hasSuffix(".yaml") }
  }

  /// The bundled inputs as the end of an error about one that is not there.
  var hint: String { inputs.isEmpty ? "" : "; bundled are: " + inputs.joined(separator: ", ") }

  /// What a name that is no input was probably meant to be, as the middle of an error; empty where
  /// that cannot be told.
  func suggestion(for name: String) -> String {
    var meant = Spelling.nearest(to: name, in: inputs)
    let endings = [".map.txt", ".intervals.txt", ".events.csv"]
    if let ending = endings.lazy.compactMap({ name.firstRange(of: $0) }).first {
      meant = String(name[..<ending.lowerBound])
    } else if name.hasSuffix(".csv"), Self.exists(name) {
      return ", though there is such a file; --processes \(name) reads sizes of processes"
    } else if let one = inputs.first(where: { $0.split(separator: "/").last ?? "" == name }) {
      meant = one
    }
    return meant.map { ", did you mean \($0)?" } ?? ""
  }

  /// Whether a capture's files are there, compressed or not.
  static func isCapture(_ path: String) -> Bool {
    ["", ".xz"].contains { exists(path + ".map.txt" + $0) }
  }

  private func path(of name: String, isThere: (String) -> Bool) -> String {
    guard let folder, !name.hasPrefix("/"), !isThere(name) else { return name }
    let prefix = "Workloads/"
    let rest = name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    guard !rest.isEmpty, !parts.contains(".."), isThere("\(folder)/\(rest)") else { return name }
    return "\(folder)/\(rest)"
  }

  private func files(in subfolder: String) -> [String] {
    guard let folder else { return [] }
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder + subfolder)
    return (names ?? []).sorted()
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
