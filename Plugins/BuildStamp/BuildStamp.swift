import Foundation
import PackagePlugin

/// Writes, before each build, which commit is being built; `BuildStamp.commit` in the sources.
@main
struct BuildStamp: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.pluginWorkDirectoryURL.appending(path: "Stamp")
    let script = context.package.directoryURL.appending(path: "Plugins/BuildStamp/stamp.sh")
    return [
      .prebuildCommand(
        displayName: "Stamping the commit", executable: URL(filePath: "/bin/sh"),
        arguments: [script.path(), context.package.directoryURL.path(), folder.path()],
        outputFilesDirectory: folder)
    ]
  }
}
