import Glibc

/// A program run to its end, and what it took.
struct Child {
  /// CPU time in user mode, seconds.
  var userSeconds: Double
  /// CPU time in the kernel, seconds.
  var systemSeconds: Double
  /// The most memory it had, MiB.
  var peakMebibytes: Double

  /// Runs `arguments`, the first of them the program; what it writes to standard output is lost.
  ///
  /// The C functions are `posix_spawnp` and `wait4`.
  init(_ arguments: [String]) throws(Failure) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    var argv = arguments.map { strdup($0) }
    argv.append(nil)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      argv.forEach { free($0) }
    }
    var process = pid_t()
    guard posix_spawnp(&process, arguments[0], &actions, nil, argv, environ) == 0 else {
      throw Failure(reason: "\(arguments[0]) cannot be run")
    }
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0 && errno == EINTR {}
    guard status == 0 else {
      throw Failure(reason: "\(arguments.joined(separator: " ")) failed")
    }
    userSeconds = Self.seconds(usage.ru_utime)
    systemSeconds = Self.seconds(usage.ru_stime)
    peakMebibytes = Double(usage.ru_maxrss) / 1024
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) * 1e-6
  }
}

/// Why there is nothing to report.
struct Failure: Error {
  /// What went wrong.
  var reason: String
}
