public import ArgumentParser
import Bench
public import NUMA

extension NodeRequest: ExpressibleByArgument {
  /// The request that `auto`, `off` or a number names.
  public init?(argument: String) { self.init(argument) }
}

/// Where on the machine work is done.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The memory node for threads and their memory: a number, off, or auto, the one that the \
      program is on; several seeds or cells are spread over all. (default: auto)
      """, valueName: "node"))
  var numaNode: NodeRequest?

  /// Where so many pieces of work go; says so if it was asked for.
  func placement(pieces: Int, console: Console) throws -> NodePlacement {
    do throws(NodePlacement.NoSuchNode) {
      let placement = try NodePlacement(numaNode ?? .auto, pieces: pieces)
      if numaNode != nil { console.warn("memory nodes: \(placement.policy)") }
      return placement
    } catch {
      throw ValidationError(error.reason)
    }
  }
}
