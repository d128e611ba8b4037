import Foundation
public import GuestModel

/// Finds the replay guest's kernels, which `make guest` builds.
public enum ReplayKernel {
  /// A kernel's file name.
  public static func fileName(_ mode: PagingMode) -> String { "replay-\(mode.name)" }

  /// The path of the kernel for a paging mode.
  ///
  /// Looked for in `folder`, or if that is nil in `$SHADOWBENCH_GUEST`, or if that is not set in
  /// `guest` beside the program, `../lib/shadowbench/guest`, and `.build/guest` of the package.
  /// - Throws: ``InputError`` that says where it was looked for
  public static func find(mode: PagingMode, in folder: String?) throws(InputError) -> String {
    try find(
      mode: mode, in: folder, environment: ProcessInfo.processInfo.environment,
      program: Bundle.main.executablePath ?? CommandLine.arguments[0])
  }

  static func find(
    mode: PagingMode, in folder: String?, environment: [String: String], program: String
  ) throws(InputError) -> String {
    let name = fileName(mode)
    let folders = folder.map { [$0] } ?? folders(environment, program)
    for folder in folders {
      let path = "\(folder)/\(name)"
      if FileManager.default.isReadableFile(atPath: path) { return path }
    }
    throw InputError(
      file: name,
      reason: "the replay guest's kernel is not in " + folders.joined(separator: ", ")
        + ": make guest builds it, --guest names its folder")
  }

  private static func folders(_ environment: [String: String], _ program: String) -> [String] {
    if let folder = environment["SHADOWBENCH_GUEST"], !folder.isEmpty { return [folder] }
    let beside = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    var folders = [
      beside.appendingPathComponent("guest").path,
      beside.appendingPathComponent("../lib/shadowbench/guest").standardized.path,
    ]
    // Executables lie in .build/TRIPLE/CONFIGURATION, or in a scratch folder below .build.
    var parent = beside
    for _ in 0..<4 where parent.lastPathComponent != ".build" {
      parent = parent.deletingLastPathComponent()
    }
    if parent.lastPathComponent == ".build" {
      folders.append(parent.appendingPathComponent("guest").path)
    }
    return folders
  }
}
