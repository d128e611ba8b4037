import ArgumentParser
import Bench
import Files

/// A word on the command line that stands where a command should, and is none.
enum MisspeltCommand {
  /// What is wrong with the words after the program's name; nil where no such word is among them.
  static func message(_ words: some Sequence<String>) -> String? {
    var path = "shadowbench"
    var commands = Shadowbench.configuration.subcommands
    for word in words {
      guard !commands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
      if let command = commands.first(where: { $0._commandName == word }) {
        path += " " + word
        commands = command.configuration.subcommands
        continue
      }
      let names = commands.map { $0._commandName }
      let meant = Spelling.nearest(to: word, in: names).map { "did you mean '\($0)'? " } ?? ""
      return "there is no '\(path) \(word)'; \(meant)There are \(names.joined(separator: ", "))"
    }
    return nil
  }
}
