import GuestModel
import XenServer

/// The text that a bundle explains itself with.
enum BundleReadme {
  /// `README.txt`.
  static func text(_ bundle: ReplayBundle) -> String {
    let most =
      bundle.items.map { item in
        item.stream.shape.memoryMiB + (item.shadowMiB.max() ?? 0)
      }.max() ?? 0
    return """
      Replays for a Xen host
      ======================

      This folder runs \(bundle.items.count) streams of memory operations, each in a small domain, \
      \(bundle.runs.count) runs in all,
      and keeps what Xen counts: how its shadow page table pool does at that size. What the model
      expects is in predicted.json, written before anything ran.

      Before you trace

        \(TracingFlaw.range)
        have XSA-477 (CVE-2025-58150): while xentrace runs, a guest with shadow paging can overrun
        a variable of the hypervisor. The script asks Xen for its version and takes no traces
        there, unless --xentrace-anyway says that every guest with shadows is trusted.

      What is needed

        dom0 of a Xen host, root, xl. Xen with shadow paging (CONFIG_SHADOW_PAGING; virt_caps of
        'xl info' has the word 'shadow'). One domain at a time, 1 vCPU, \(most) MiB at most.
        Used where it is there: xenperf with a Xen that has CONFIG_PERF_COUNTERS (all counters,
        of the whole host: let no other domain with shadows run meanwhile), python or shadowbench
        (the count of shadow faults of the one domain), xentrace (a trace of each run). The script
        says at the start what is missing.

      What to do

        sh run.sh                  # all runs; again: those that are not finished
        sh run.sh RUN...           # some, by their names in runs.txt
        sh run.sh --hap 1          # with nested paging: checksums and times alone
        sh run.sh --no-xentrace    # without traces
        sh run.sh --xentrace-anyway  # with traces also on a Xen with XSA-477, see below
        sh run.sh --limit 1200     # seconds until a domain is given up; 600

      Then take this folder back, results/ in it, and run

        shadowbench host collect FOLDER -o scenarios.json
        shadowbench verify scenarios.json

      What it does to the host

        It makes domains named replay-RUN-TOKEN, with a token that no other domain has, destroys
        each after its run, and sets Xen's guest_loglvl to 'all' meanwhile, since a guest's lines
        are dropped otherwise. Interrupted (Ctrl-C, TERM, HUP) it destroys the domain and puts the
        level back; killed, the next run.sh does, by results/journal. Nothing is installed, nothing
        is written outside this folder.

      What is here

        run.sh           the script: plain POSIX shell
        faults.py        asks libxenctrl how many shadow faults Xen fixed
        runs.txt         the runs: name, domain
        configs/         xl's configuration of each run
        kernels/         the guests that read a stream and do what it says
        streams/         the streams
        predicted.json   what the model counts in each run
        results/         made by run.sh: host.txt, and a folder for each run with record.txt,
                         console.txt, create.txt, xenperf.txt, trace.xentrace.gz

      """
  }
}
