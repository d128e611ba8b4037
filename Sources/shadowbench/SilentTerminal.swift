import Glibc

/// The process's terminal, which can be told not to show what is typed.
final class SilentTerminal {
  /// What reading gives.
  enum Reading {
    case byte(UInt8)
    case nothing
    case end
  }

  private let descriptor: Int32
  private let before: termios

  /// The terminal as it is; nil when there is none.
  init?() {
    descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    var now = termios()
    guard descriptor >= 0, tcgetattr(descriptor, &now) == 0 else {
      before = termios()
      return nil
    }
    before = now
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Shows nothing from now on; bytes come one by one, ^C and ^Z among them.
  func silence() -> Bool {
    var silent = before
    silent.c_lflag &= ~tcflag_t(ECHO | ICANON | ISIG)
    return tcsetattr(descriptor, TCSAFLUSH, &silent) == 0
  }

  /// As it was.
  func restore() {
    var before = before
    _ = tcsetattr(descriptor, TCSAFLUSH, &before)
  }

  /// Waits for a byte.
  func read(within milliseconds: Int32) -> Reading {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&wait, 1, milliseconds)
    guard ready > 0 else { return ready == 0 || errno == EINTR ? .nothing : .end }
    var byte: UInt8 = 0
    let count = Glibc.read(descriptor, &byte, 1)
    if count < 0, errno == EINTR { return .nothing }
    return count == 1 ? .byte(byte) : .end
  }

  /// Shows text.
  func write(_ text: String) {
    let bytes = Array(text.utf8)
    _ = Glibc.write(descriptor, bytes, bytes.count)
  }
}
