extension CostProfile {
  /// The profile `core2-2008`, the same as `Workloads/costs/core2-2008.yaml`: what the tool uses
  /// when no profile is named.
  public static let core2 = CostProfile(
    name: "core2-2008",
    about: "Core 2 of 2008: the hosts of XenServer 4.1.",
    clockGHz: Figure(
      2.66, source: "Core 2 Duo 2.66 GHz, Adams and Agesen, ASPLOS 2006",
      mark: .remembered)
  ) { operation in
    switch operation {
    case .exit:
      Figure(
        2_100,
        source: "VM entry 937 and page fault exit 1,186 cycles, Adams and Agesen, "
          + "ASPLOS 2006",
        mark: .remembered)
    case .shadowFaultFix:
      Figure(
        6_000,
        source: "estimated from exits of that generation and the page fault of the Pentium 4",
        mark: .estimated)
    case .emulatedWrite:
      Figure(
        6_000,
        source: "estimated from exits of that generation and the PTE write of the Pentium 4",
        mark: .estimated)
    case .unsync:
      Figure(
        4_000,
        source: "estimated from the exit and a page copy",
        mark: .estimated)
    case .resync:
      Figure(
        1_500,
        source: "estimated from 512 compares",
        mark: .estimated)
    case .rootLoad:
      Figure(
        3_500,
        source: "estimated from the exit and what a root load does",
        mark: .estimated)
    case .allocate:
      Figure(
        1_500,
        source: "estimated from clearing 4 KiB",
        mark: .estimated)
    case .unshadow:
      Figure(
        3_000,
        source: "estimated from the exit and going through a table",
        mark: .estimated)
    }
  }
}
