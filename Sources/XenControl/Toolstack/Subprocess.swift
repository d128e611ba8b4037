import Glibc

/// A program that was started: in a process group of its own, so that Ctrl-C does not reach it.
final class Subprocess {
  let process: pid_t
  private var pipes: [(descriptor: Int32, text: [UInt8])] = []
  private var status: Int32?

  /// Starts the program in the file `path`.
  ///
  /// C: `posix_spawn`, `pipe`.
  init(path: String, arguments: [String]) throws(HostError) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    var ends: [[Int32]] = []
    for number in [STDOUT_FILENO, STDERR_FILENO] {
      var pair: [Int32] = [-1, -1]
      guard pipe(&pair) == 0 else {
        ends.joined().forEach { close($0) }
        throw .noTool("\(path): no pipe: \(HostError.text(errno))")
      }
      for end in pair { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      _ = fcntl(pair[0], F_SETFL, O_NONBLOCK)
      ends.append(pair)
      posix_spawn_file_actions_adddup2(&actions, pair[1], number)
    }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    words.append(nil)
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let result = posix_spawn(&child, path, &actions, &attributes, &words, environ)
    process = child
    for pair in ends { close(pair[1]) }
    guard result == 0 else {
      ends.forEach { close($0[0]) }
      throw .noTool("\(path) cannot be run: \(HostError.text(result))")
    }
    pipes = ends.map { ($0[0], []) }
  }

  deinit {
    for pipe in pipes where pipe.descriptor >= 0 { close(pipe.descriptor) }
  }

  /// Whether it has ended; what it wrote until now is read.
  func hasEnded(within milliseconds: Int32) -> Bool {
    var entries = pipes.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let isOpen = entries.contains { $0.fd >= 0 }
    if isOpen { _ = poll(&entries, nfds_t(entries.count), milliseconds) }
    read()
    if status == nil {
      var word: Int32 = 0
      if waitpid(process, &word, WNOHANG) == process {
        status = word
        read()
      } else if !isOpen {
        usleep(UInt32(milliseconds) * 100)
      }
    }
    return status != nil
  }

  /// Waits for its end, `seconds` at most; then it is killed with all that it started.
  func finish(within seconds: Double) -> ToolOutcome {
    let end = ContinuousClock.now + .seconds(seconds)
    var isTimedOut = false
    while !hasEnded(within: 50) {
      guard !isTimedOut, ContinuousClock.now >= end else { continue }
      isTimedOut = true
      kill(-process, SIGKILL)
    }
    let word = status ?? 0
    return ToolOutcome(
      code: word & 0x7f == 0 ? word >> 8 & 0xff : 128 + word & 0x7f,
      output: String(decoding: pipes[0].text, as: UTF8.self),
      errors: String(decoding: pipes[1].text, as: UTF8.self), isTimedOut: isTimedOut)
  }

  /// Asks it to end.
  func interrupt() { if status == nil { kill(process, SIGTERM) } }

  /// Reads what is there to read.
  private func read() {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    for index in pipes.indices where pipes[index].descriptor >= 0 {
      while true {
        let count = Glibc.read(pipes[index].descriptor, &bytes, bytes.count)
        if count > 0 {
          pipes[index].text += bytes[..<count]
        } else if count < 0 && errno == EINTR {
          continue
        } else {
          if count == 0 {
            close(pipes[index].descriptor)
            pipes[index].descriptor = -1
          }
          break
        }
      }
    }
  }
}
