import Glibc
import Output

/// What Xen is asked about a domain, and what a refusal means.
extension GuestRunner {
  /// Refuses shadows where Xen has none.
  func checkPaging(_ plan: GuestPlan) throws(HostError) {
    if !plan.hasNestedPaging && info.hasShadowPaging == false {
      throw .notCreated(Self.noShadows)
    }
    if plan.hasNestedPaging && !info.hasNestedPaging && info.hasShadowPaging == true {
      throw .notCreated("this host has no nested paging: give --hap 0")
    }
  }

  static let noShadows =
    "this Xen is built without shadow paging (virt_caps of xl info has no 'shadow'): a domain "
    + "with hap=0 cannot be made. Use a Xen with CONFIG_SHADOW_PAGING; with --hap 1 "
    + "checksums and times alone are compared"

  /// What xl said when it did not make a domain, with what to do.
  func refusal(_ outcome: ToolOutcome, _ plan: GuestPlan) -> String {
    let complaint = "xl create: \(outcome.complaint)"
    let text = complaint.lowercased()
    if !plan.hasNestedPaging && text.contains("operation not supported") {
      return "\(complaint): \(Self.noShadows)"
    }
    if text.contains("memory") {
      let free = info.freeMiB.map { "; \($0) MiB were free at the start" } ?? ""
      return "\(complaint): the domain needs \(plan.memoryMiB) MiB and a pool of "
        + "\(plan.shadowMiB) MiB\(free)"
    }
    return complaint
  }

  /// Sets Xen's performance counters to 0; whether it has any.
  func resetCounters(_ notes: inout [String]) -> Bool {
    guard tools.isThere("xenperf") else {
      notes.append("no performance counters: xenperf is not on this machine")
      return false
    }
    guard let outcome = try? tools.run(["xenperf", "-r"], limits.tool), outcome.isGood else {
      notes.append("no performance counters: this Xen is built without CONFIG_PERF_COUNTERS")
      return false
    }
    return true
  }

  /// Reads the performance counters.
  func readCounters(_ run: inout GuestRun) {
    do throws(HostError) {
      let outcome = try tools.run(["xenperf", "-f"], limits.tool)
      if outcome.isGood {
        run.perfText = outcome.output
      } else {
        run.notes.append("no performance counters: xenperf -f: \(outcome.complaint)")
      }
    } catch {
      run.notes.append("no performance counters: \(error)")
    }
  }

  /// Reads how many shadow faults were fixed.
  func readFaults(_ run: inout GuestRun) {
    guard run.end != .gone else { return }
    guard let hypervisor else {
      run.notes.append("no count of faults: libxenctrl could not be loaded")
      return
    }
    do throws(HostError) {
      run.faultCount = try hypervisor.faultCount(run.domain)
    } catch {
      run.notes.append("no count of faults: \(error)")
    }
  }
}

/// Small files for the toolstack.
enum HostFile {
  /// Writes a file that only its owner may read.
  static func write(_ text: String, to path: String) throws(HostError) {
    do throws(OutputError) {
      try OutputFile.write(text, to: path, mode: 0o600)
    } catch {
      throw .changeFailed("\(error)")
    }
  }

  /// Removes a file.
  static func remove(_ path: String) { unlink(path) }
}
