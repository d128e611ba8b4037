import ArgumentParser

/// Commands about a pool of XenServer or XCP-ng hosts.
struct PoolCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool",
    abstract: "Look at a pool of XenServer or XCP-ng hosts: its memory, multipliers and plans.",
    discussion: """
      EXAMPLES
        shadowbench pool audit --pool pools/sample.yaml
        shadowbench pool what-if --pool pools/sample.yaml --multiplier 4
      """,
    subcommands: [PoolAuditCommand.self, PoolWhatIfCommand.self])
}
