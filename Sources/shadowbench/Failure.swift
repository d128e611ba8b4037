import ArgumentParser
import Bench
import Foundation
import Output
import XenAPI
import XenControl

/// The environment does not allow what was asked for.
struct EnvironmentError: Error {
  /// What is wrong and what to do.
  var reason: String
}

/// How errors end the program.
enum Failure {
  /// Exit codes: what scripts rely on.
  enum Code {
    /// Ran, and found what it checks for.
    static let found = ExitCode(1)
    /// Bad input or usage.
    static let badInput: Int32 = 2
    /// No Xen, no permission, no connection, output that cannot be written.
    static let environment: Int32 = 3
  }

  /// What is wrong, in words; nil for what is none of the program's failures.
  static func message(of error: any Error) -> String? {
    switch error {
    case is ExitCode: nil
    case let error as EnvironmentError: error.reason
    default: plain(error)
    }
  }

  /// An error in words: one of the system's own without the names that its programmers gave it.
  static func plain(_ error: any Error) -> String {
    let text = "\(error)"
    return text.hasPrefix("Error Domain=") ? (error as NSError).localizedDescription : text
  }

  /// Says what is wrong on standard error and exits.
  static func exit(with error: any Error) -> Never {
    switch error {
    case let error as InputError: end("\(error)", Code.badInput)
    case let error as OutputError: end("\(error)", Code.environment)
    case let error as EnvironmentError: end(error.reason, Code.environment)
    case let error as UnstableRunError: end("\(error)", Code.found.rawValue)
    case let error as HostError:
      end("\(error)", error.isUsage ? Code.badInput : Code.environment)
    case let error as XenAPIError:
      end("\(error)", error.isUsage ? Code.badInput : Code.environment)
    case let code as ExitCode: Foundation.exit(code.rawValue)
    default: break
    }
    let message = Shadowbench.fullMessage(for: error)
    switch Shadowbench.exitCode(for: error) {
    case .success:
      do { try Console().print(help: message) } catch { exit(with: error) }
      Foundation.exit(0)
    case .validationFailure:
      if let message = MisspeltCommand.message(CommandLine.arguments.dropFirst()) {
        end(message, Code.badInput, isOfParser: true)
      }
      let prefix = "Error: "
      end(
        message.hasPrefix(prefix) ? String(message.dropFirst(prefix.count)) : message,
        Code.badInput, isOfParser: true)
    default: end(plain(error), Code.environment)
    }
  }

  /// The parser's message, in which no argument's line break forges a line.
  private static func plainArguments(_ message: String) -> String {
    CommandLine.arguments.dropFirst().reduce(message) { text, argument in
      let shown = PlainText.line(argument)
      return shown == argument ? text : text.replacingOccurrences(of: argument, with: shown)
    }
  }

  /// - Parameter message: one line, unless it is of the parser, which has lines of its own
  private static func end(_ message: String, _ code: Int32, isOfParser: Bool = false) -> Never {
    let shown = isOfParser ? PlainText.lines(plainArguments(message)) : PlainText.line(message)
    Console.writeError("shadowbench: error: \(shown)\n")
    Foundation.exit(code)
  }
}
