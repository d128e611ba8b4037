public import GuestModel

/// A synthetic workload, described by its figures: what a file under `Workloads/` says.
///
/// Every key, with its unit, range and default, is explained in docs/WORKLOADS.md.
public struct WorkloadFile: Sendable {
  /// The file it was read from, as errors name it.
  public let path: String
  /// Its name.
  public let name: String
  /// What it shows.
  public let about: String
  /// What to expect of a run.
  public let expect: String
  /// The guest.
  public let guest: Guest
  /// Processes and their page tables.
  public let processes: Processes
  /// Page frames mapped by several processes.
  public let sharing: Sharing
  /// What happens in a second.
  public let activity: Activity
  /// What the guest's kernel maps and touches.
  public let kernel: Kernel
  /// How long to run.
  public let run: Run
  /// All figures that the file gives, by key, with their sources, in the file's order of parts.
  public let figures: [NamedFigure]
  /// The line of each key, for errors about keys that do not fit together.
  let lines: [String: Int]

  /// A figure and the key that it stands under.
  public struct NamedFigure: Hashable, Sendable {
    /// The key, with the keys it is nested in, as `activity.overlap`.
    public var key: String
    /// The figure.
    public var figure: Figure
  }

  /// The guest.
  public struct Guest: Hashable, Sendable {
    /// The paging mode.
    public var mode: PagingMode
    /// Memory, MiB.
    public var memoryMiB: Figure
    /// Virtual CPUs.
    public var vcpus: Figure
  }

  /// Some of the processes, with their size.
  public struct LeafShare: Hashable, Sendable {
    /// Share of the processes, 0 to 1.
    public var share: Figure
    /// Leaf tables of each.
    public var count: Figure
  }

  /// Processes and their page tables.
  public struct Processes: Hashable, Sendable {
    /// Users; nil when the file counts processes alone.
    public var users: Figure?
    /// Processes of a user.
    public var perUser: Figure?
    /// Processes; given, or users times processes of each.
    public var count: Int
    /// Leaf tables of a process: a mix whose shares sum to 1.
    public var leafTables: [LeafShare]
    /// Tables above the leaf tables of a process, the root included, the shared kernel's not.
    public var upperTables: Figure
    /// Present entries of a leaf table.
    public var entriesPerLeaf: Figure

    /// Leaf tables of a process on average.
    public var meanLeafTables: Double {
      leafTables.reduce(0) { $0 + $1.share.value * $1.count.value }
    }
  }

  /// Page frames mapped by several processes.
  public struct Sharing: Hashable, Sendable {
    /// Share of the present leaf entries that name shared frames, 0 to 1.
    public var entriesShare: Figure
    /// Processes that map the same frame.
    public var sharers: Figure
    /// Share of the present leaf entries that allow writes, 0 to 1.
    public var writableShare: Figure
  }

  /// In which order processes run.
  public enum Schedule: String, Hashable, Sendable, CaseIterable {
    /// All active processes in turn.
    case roundRobin = "round-robin"
    /// A user at random, then a burst among that user's processes.
    case random
    /// Nine turns in ten go to a tenth of the active processes.
    case hot
    /// Every other turn is the first process's.
    case single
    /// A process at random, then its parent and its parent's parent.
    case tree
  }

  /// What happens in a second.
  public struct Activity: Hashable, Sendable {
    /// Processes that run at all in a second.
    public var activeProcesses: Figure
    /// Share of the active processes that give way to others each second, 0 to 1.
    public var turnover: Figure
    /// Leaf tables that an active process touches in a second, on average.
    public var leavesTouched: Figure
    /// Pages accessed through a touched leaf table in a second, on average.
    public var entriesTouched: Figure
    /// Blocks of 32 entries that these pages lie in; nil for the default.
    public var blocksTouched: Figure?
    /// Adjacent pages accessed, on average.
    public var runPages: Figure
    /// Share of the leaf tables touched in a second that are touched in the next too, 0 to 1.
    public var overlap: Figure
    /// Root loads per second.
    public var rootLoads: Figure
    /// Processes that end and begin per second.
    public var churn: Figure
    /// Demand faults per second; each writes a table entry.
    public var guestFaults: Figure
    /// Share of the accessed writable pages that are written, 0 to 1.
    public var writeShare: Figure
    /// In which order processes run.
    public var schedule: Schedule
  }

  /// What the guest's kernel maps and touches.
  public struct Kernel: Hashable, Sendable {
    /// Leaf tables of the kernel, shared by all processes.
    public var leafTables: Figure
    /// Kernel pages touched in a turn.
    public var pagesPerTurn: Figure
    /// Whether each process has a kernel page directory of its own (PAE only).
    public var hasPrivateDirectory: Bool
  }

  /// How long to run.
  public struct Run: Hashable, Sendable {
    /// Seconds before those that count.
    public var warmUpSeconds: Int
    /// Seconds that count.
    public var seconds: Int
  }

  /// The guest that the file describes.
  public var shape: GuestShape {
    GuestShape(
      mode: guest.mode, memoryMiB: guest.memoryMiB.rounded, vcpus: guest.vcpus.rounded)
  }

  /// An error about the value of `key`.
  func error(_ key: String, _ reason: String) -> InputError {
    var known = key
    while lines[known] == nil, let dot = known.lastIndex(of: ".") { known = String(known[..<dot]) }
    return InputError(file: path, line: lines[known], reason: "\(key): \(reason)")
  }
}
