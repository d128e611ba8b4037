public import ArgumentParser
import Bench
public import NUMA

extension NodeRequest: ExpressibleByArgument {
  /// The request that `auto`, `off` or a number names.
  public init?(argument: String) { self.init(argument) }
}

extension HugePageRequest: ExpressibleByArgument {}

/// How a command uses the machine.
struct Machine {
  /// Which work goes where.
  var placement: NodePlacement
  /// What was done about huge pages; nil when nothing was decided.
  var hugePages: HugePages?
  /// The machine as it is, nothing decided.
  static var asItIs: Machine { Machine(placement: .anywhere, hugePages: nil) }
  /// The machine and how it is used, for results.
  var environment: RunEnvironment {
    RunEnvironment(placement, hugePages: hugePages, commit: BuildStamp.commit)
  }
}

/// Which pages memory consists of.
struct HugePageOptions: ParsableArguments {
  @Option(
    help: """
      Whether large buffers lie on huge pages of 2 MiB. (default: off; of mrc: on)
      """)
  var hugePages: HugePageRequest?

  /// Does what was asked for; says so if it was, and when it cannot be done.
  /// - Parameter standard: what is done when nothing is asked for, by what was measured
  ///   (`Results/huge-pages.txt`)
  func apply(default standard: HugePageRequest, console: Console) -> HugePages {
    let pages = HugePages(hugePages ?? standard, setting: RunEnvironment.readHugePageSetting())
    if hugePages != nil { console.warn("huge pages: \(pages.policy)") }
    return pages
  }
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

  @OptionGroup var hugePages: HugePageOptions

  /// Where so many pieces of work go, and on which pages; says what was asked for.
  func machine(pieces: Int, console: Console) throws -> Machine {
    let hugePages = hugePages.apply(default: .off, console: console)
    do throws(NodePlacement.NoSuchNode) {
      let placement = try NodePlacement(numaNode ?? .auto, pieces: pieces)
      if numaNode != nil { console.warn("memory nodes: \(placement.policy)") }
      return Machine(placement: placement, hugePages: hugePages)
    } catch {
      throw ValidationError(error.reason)
    }
  }
}
