import ArgumentParser
import Files
import Foundation
import Testing

@testable import Bench
@testable import shadowbench

/// The help of every command: that it shows how the command is used, and that what it shows works.
@Suite struct HelpTests {
  /// A command and the words that call it.
  struct Command: CustomTestStringConvertible, Sendable {
    var words: [String]
    var type: any ParsableCommand.Type
    var testDescription: String { words.joined(separator: " ") }

    /// The command itself and all below it.
    var all: [Command] {
      [self]
        + type.configuration.subcommands.flatMap { below in
          Command(words: words + [below._commandName], type: below).all
        }
    }

    /// The lines under EXAMPLES, those joined that end in a backslash.
    var examples: [String] {
      let lines = type.configuration.discussion.split(
        separator: "\n", omittingEmptySubsequences: false)
      guard let title = lines.firstIndex(of: "EXAMPLES") else { return [] }
      var examples: [String] = []
      var isContinued = false
      for line in lines[(title + 1)...] {
        guard line.hasPrefix("  ") else { break }
        let text = line.drop { $0 == " " }
        let part = String(text.hasSuffix("\\") ? text.dropLast() : text)
        if isContinued { examples[examples.count - 1] += part } else { examples.append(part) }
        isContinued = text.hasSuffix("\\")
      }
      return examples
    }
  }

  static let commands = Command(words: ["shadowbench"], type: Shadowbench.self).all

  @Test func everyCommandIsThere() {
    #expect(Self.commands.count >= 31)
    #expect(Set(Self.commands.map(\.testDescription)).count == Self.commands.count)
  }

  @Test(arguments: commands)
  func theHelpHasExamplesAndFits(command: Command) throws {
    #expect(!command.examples.isEmpty)
    let help = Shadowbench.helpMessage(for: command.type, columns: 80)
    for line in help.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(help.contains("USAGE: \(command.testDescription)"))
    for line in command.type.configuration.discussion.split(separator: "\n")
    where line.hasPrefix("  ") {
      #expect(help.contains(line), "is broken in two: \(line)")
    }
  }

  @Test(arguments: commands)
  func everyExampleIsOneOfTheCommand(command: Command) throws {
    let isGroup = !command.type.configuration.subcommands.isEmpty
    for example in command.examples where !isGroup {
      #expect(
        example.contains(command.testDescription) || command.words.last == "collect", "\(example)")
    }
  }

  @Test(arguments: commands)
  func everyExampleCanBeParsed(command: Command) throws {
    for example in command.examples {
      for words in try Self.commandLines(example) where words.first == "shadowbench" {
        #expect(throws: Never.self, "\(example)") {
          _ = try Shadowbench.parseAsRoot(Array(words.dropFirst()))
        }
      }
    }
  }

  @Test(arguments: commands)
  func whatAnExampleTakesFromTheProjectIsThere(command: Command) throws {
    let bundled = BundledFiles(folder: "\(Repository.root)/Workloads")
    for word in try command.examples.flatMap(Self.commandLines).joined() {
      let folders = [
        "captures/", "pools/", "costs/", "replays/", "matrices/", "scenarios/", "traces/",
      ]
      guard folders.contains(where: word.hasPrefix) else { continue }
      let isThere =
        bundled.path(of: word) != word || bundled.capture(word) != word
        || BundledFiles.exists("\(Repository.root)/\(word)")
      #expect(isThere, "\(word)")
    }
  }

  /// The words of an example's commands, as a shell would give them to the programs.
  static func commandLines(_ example: String) throws -> [[String]] {
    let shell = Process()
    let output = Pipe()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = [
      "-c",
      """
      shadowbench() { { printf '%s\\0' shadowbench "$@"; printf '\\n'; } >&3; }
      xl() { :; }
      cd "$(mktemp -d)" && touch small.replay console.txt && eval "$1" 3>&1; rm -rf "$PWD"
      """, "sh", example,
    ]
    shell.standardOutput = output
    try shell.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
      line.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
    }
  }
}
