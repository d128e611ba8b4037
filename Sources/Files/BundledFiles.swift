import Foundation

/// The workloads, captures, cost profiles and pools that come with the program.
///
/// A name that is no file where the program runs is looked for among them, so that
/// `captures/office30` is the same input in a checkout and where a package is installed.
package struct BundledFiles: Sendable {
  /// Where they lie; nil where the program stands alone.
  package let folder: String?

  /// Those in `folder`.
  package init(folder: String?) { self.folder = folder }

  /// Those of the program that runs.
  package static let standard = BundledFiles(
    besides: URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path)

  /// Those that belong to the executable at `path`: `share/shadowbench` beside its folder, as
  /// installed, or `Workloads` of the checkout that it was built in.
  package init(besides path: String) {
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
  package func path(of name: String) -> String {
    path(of: name, isThere: Self.exists)
  }

  /// The path of the capture `name`, which is what its files' names have in common.
  package func capture(_ name: String) -> String {
    path(of: name, isThere: Self.isCapture)
  }

  /// A kind of what is bundled.
  package enum Kind: String, CaseIterable, Sendable {
    case capture, trace
    case workload = "workload file"
    case processes = "process sizes"
    case pool
    case costs = "cost profile"
    case matrix, scenarios
    case replays = "replay plan"

    /// Its folder below the bundled files', and how its files' names end.
    var place: (folder: String, ending: String) {
      switch self {
      case .capture: ("captures/", ".map.txt.xz")
      case .trace: ("traces/", ".xentrace.gz")
      case .workload: ("", ".yaml")
      case .processes: ("captures/", ".procs.csv")
      case .pool: ("pools/", ".yaml")
      case .costs: ("costs/", ".yaml")
      case .matrix: ("matrices/", ".yaml")
      case .scenarios: ("scenarios/", ".json")
      case .replays: ("replays/", ".yaml")
      }
    }
  }

  /// The names of what is bundled of a kind, sorted; a capture's is what its files' have in common.
  package func names(_ kind: Kind) -> [String] {
    let (subfolder, ending) = kind.place
    return files(in: "/" + subfolder).filter { $0.hasSuffix(ending) }
      .map { subfolder + (kind == .capture ? $0.dropLast(ending.count) : $0[...]) }
  }

  /// The names of all bundled inputs, each kind sorted: captures, traces, workload files.
  package var inputs: [String] { names(.capture) + names(.trace) + names(.workload) }

  /// The bundled inputs as the end of an error about one that is not there.
  package var hint: String {
    inputs.isEmpty ? "" : "; bundled are: " + inputs.joined(separator: ", ")
  }

  /// What a name that is no input was probably meant to be, as the middle of an error; empty where
  /// that cannot be told.
  package func suggestion(for name: String) -> String {
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
  package static func isCapture(_ path: String) -> Bool {
    captureFile(path + ".map.txt") != nil
  }

  /// The file of a capture called `path`, compressed or not, the compressed one first.
  package static func captureFile(_ path: String) -> String? {
    ([".xz", ".zst", ".gz", ""]).lazy.map { path + $0 }.first(where: exists)
  }

  /// What `name`, as the file `list` says it, stands for: a file or capture beside that file, else
  /// one that can be found by its name alone; a name with a scheme, or from the root, stays.
  package func location(of name: String, in list: String) -> String {
    let list = path(of: list)
    let isFile = !name.hasPrefix("/") && !name.hasPrefix("reference:")
    guard isFile, let slash = list.lastIndex(of: "/") else { return name }
    let beside = String(list[...slash]) + name
    let isThere = Self.exists(beside) || Self.isCapture(beside)
    return isThere || (path(of: name) == name && capture(name) == name) ? beside : name
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

  /// Whether something can be found at `path`.
  package static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}
