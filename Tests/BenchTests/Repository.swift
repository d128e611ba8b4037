/// Files of the repository that tests read.
enum Repository {
  /// The package's folder.
  static var root: String {
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }

  static let workloads = [
    "xenapp-2003-32bit-pae", "xenapp-x64-2008", "postgres-shared-buffers", "apache-prefork",
    "kernel-compile", "vdi-single-user", "java-single-big-process", "xenapp-round-robin",
    "xenapp-random",
  ]

  static let costs = [
    "p4-2005", "core2-2008", "nehalem-2009", "westmere-2011", "nested-2026",
  ]

  static func workload(_ name: String) -> String { "\(root)/Workloads/\(name).yaml" }

  static func cost(_ name: String) -> String { "\(root)/Workloads/costs/\(name).yaml" }
}

/// Small files that tests change.
enum SmallFile {
  /// A small workload, every part of it.
  static let workload = """
    # A comment.
    name: small
    about: a test
    expect: nothing
    guest:
      mode: 64-bit
      memory_mib: 64
      vcpus: 2
    processes:
      users: 3
      per_user: 4
      leaf_tables:
        - share: 0.5
          count: 6
        - {share: 0.5, count: 10}
      upper_tables: 8
      entries_per_leaf: {value: 100, low: 50, high: 150, source: "a guess", mark: E}
    sharing:
      entries_share: 0.5
      sharers: 3
      writable_share: 0.6
    activity:
      active_processes: 8
      turnover: 0.1
      leaves_touched: 4
      entries_touched: 20
      blocks_touched: 4
      run_pages: 2
      overlap: 0.75
      root_loads: 100
      churn: 2
      guest_faults: 50
      write_share: 0.4
      schedule: random
    kernel:
      leaf_tables: 4
      pages_per_turn: 8
      private_directory: false
    run:
      warm_up_seconds: 1
      seconds: 3

    """

  /// A small cost profile.
  static let cost = """
    name: cheap
    about: a test
    clock_ghz: 2
    cycles:
      exit: 1
      shadow_fault_fix: 10
      emulated_write: {value: 100, source: "measured", mark: H}
      unsync: 1000
      resync: 10000
      root_load: 100000
      allocate: 1000000
      unshadow: 10000000

    """

  /// `text` with the line `number` replaced; the new text may have several lines, or be nil to
  /// leave the line out.
  static func replacing(_ number: Int, with line: String?, in text: String = workload) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let line { lines[number - 1] = line } else { lines.remove(at: number - 1) }
    return lines.joined(separator: "\n")
  }
}
