import Bench
import Glibc
import Output
import Synchronization
import XenAPI

/// Asks for a password on the terminal, and shows nothing of it.
///
/// The terminal shows what is typed again whatever ends or stops the program meanwhile.
enum PasswordPrompt {
  /// Whether the program was asked to stop.
  private static let isStopping = Atomic<Bool>(false)
  /// Whether it goes on after it was stopped.
  private static let isContinued = Atomic<Bool>(false)

  /// The password; nil when there is no terminal.
  ///
  /// What a terminal would obey in the prompt is shown escaped.
  /// - Throws: ``XenAPIError/interrupted(wasSent:)`` on ^C and all else that ends a program
  static func ask(_ prompt: String) throws -> String? {
    guard let terminal = SilentTerminal() else { return nil }
    let prompt = PlainText.line(prompt)
    return try Interruption.during {
      _ = isStopping.exchange(false, ordering: .relaxed)
      _ = isContinued.exchange(false, ordering: .relaxed)
      let taken = [
        SignalAction.set(SIGTSTP) { _, _, _ in
          PasswordPrompt.isStopping.store(true, ordering: .relaxed)
        },
        SignalAction.set(SIGCONT) { _, _, _ in
          PasswordPrompt.isContinued.store(true, ordering: .relaxed)
        },
      ]
      defer {
        terminal.restore()
        terminal.write("\n")
        taken.forEach { $0?.giveBack() }
      }
      guard terminal.silence() else { return nil }
      terminal.write(prompt)
      return try line(from: terminal, prompt)
    }
  }

  private static func line(from terminal: SilentTerminal, _ prompt: String) throws -> String {
    var bytes: [UInt8] = []
    while bytes.count < 4096 {
      switch try byte(from: terminal, prompt) {
      case 0x0A, 0x0D: return String(decoding: bytes, as: UTF8.self)
      // ^C, ^D, ^\.
      case 0x03, 0x04, 0x1C: throw XenAPIError.interrupted(wasSent: false)
      case 0x08, 0x7F: _ = bytes.popLast()
      case 0x15: bytes = []
      // ^Z, for all that the terminal would stop.
      case 0x1A: kill(0, SIGTSTP)
      case let byte: bytes.append(byte)
      }
    }
    throw XenAPIError.badInput("the password is longer than 4096 bytes")
  }

  /// The next byte; a stop and an end are seen within a tenth of a second.
  private static func byte(from terminal: SilentTerminal, _ prompt: String) throws -> UInt8 {
    while true {
      guard !Interruption.isRequested else { throw XenAPIError.interrupted(wasSent: false) }
      if isStopping.exchange(false, ordering: .relaxed) {
        terminal.restore()
        kill(getpid(), SIGSTOP)
        isContinued.store(true, ordering: .relaxed)
      }
      if isContinued.exchange(false, ordering: .relaxed) {
        guard terminal.silence() else { throw XenAPIError.interrupted(wasSent: false) }
        terminal.write(prompt)
      }
      switch terminal.read(within: 100) {
      case .byte(let byte): return byte
      case .nothing: continue
      case .end: throw XenAPIError.interrupted(wasSent: false)
      }
    }
  }
}
