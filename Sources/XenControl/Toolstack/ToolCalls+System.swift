import Glibc
import Synchronization

extension ToolCalls {
  /// Folders that are looked through after those of PATH: root's PATH may lack them.
  static let folders = [
    "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/lib/xen/bin", "/usr/libexec/xen/bin",
  ]

  /// Seconds that a program has to end when it was asked to.
  static let secondsToStop = 20.0

  /// This machine's programs.
  public static func system() -> ToolCalls {
    ToolCalls(
      isThere: { path(of: $0) != nil },
      run: { words, seconds throws(HostError) in
        try started(words).finish(within: seconds)
      },
      start: { words throws(HostError) in
        let started = Started(try started(words))
        let mark = ProcessMark(of: started.program.process)
        let tool = Mutex(started)
        return RunningTool(mark: mark) {
          tool.withLock { tool in
            tool.program.interrupt()
            return tool.program.finish(within: secondsToStop)
          }
        }
      })
  }

  /// A program that one thread at a time asks for its end.
  private struct Started: @unchecked Sendable {
    let program: Subprocess
    init(_ program: Subprocess) { self.program = program }
  }

  private static func started(_ words: [String]) throws(HostError) -> Subprocess {
    guard let name = words.first, let path = path(of: name) else {
      throw .noTool("\(words.first ?? "a program") is not on this machine")
    }
    return try Subprocess(path: path, arguments: Array(words.dropFirst()))
  }

  /// The file of the program of that name, by PATH first.
  private static func path(of name: String) -> String? {
    let variable = getenv("PATH").map { String(cString: $0) } ?? ""
    let listed = variable.split(separator: ":").map(String.init)
    return (listed + folders).map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }
}
