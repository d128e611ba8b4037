import Synchronization

@testable import XenControl

/// The programs of a host, in memory: what was called, and what they answer.
final class FakeToolstack: Sendable {
  struct State {
    /// What was called, words joined by spaces.
    var calls: [String] = []
    /// Programs that are not there.
    var missing: Set<String> = ["xenhypfs"]
    /// What calls that begin so come to, instead of what they do.
    var answers: [(start: String, outcome: ToolOutcome)] = []
    var info = """
      xen_version            : 4.17.5
      virt_caps              : pv hvm hap shadow
      free_memory            : 900
      cpu_mhz                : 2500.000
      xen_commandline        : placeholder loglvl=all

      """
    var ring = "(XEN) booted\n"
    var level = "none/warning"
    /// The domain that is there.
    var domain: (name: String, id: Int)?
    var nextDomain = 5
    /// The states that `xl list` shows, one at each call; the last stays.
    var states = ["r-----", "---s--"]
    /// What the guest says when it is made.
    var says = "SB done"
    /// The time, s.
    var time = 0.0
    /// From when on the program is told to end.
    var endsAt = Double.infinity
  }

  let state: Mutex<State>

  init(_ change: (inout State) -> Void = { _ in }) {
    var state = State()
    change(&state)
    self.state = Mutex(state)
  }

  var calls: [String] { state.withLock { $0.calls } }

  var tools: ToolCalls {
    ToolCalls(
      isThere: { name in self.state.withLock { !$0.missing.contains(name) } },
      run: { words, _ throws(HostError) in self.answer(words) },
      start: { words throws(HostError) in
        self.state.withLock { $0.calls.append(words.joined(separator: " ")) }
        return RunningTool {
          self.state.withLock { $0.calls.append("stop \(words[0])") }
          return ToolOutcome()
        }
      })
  }

  var clock: HostWatch.Clock {
    HostWatch.Clock(now: { self.state.withLock { $0.time } }) { seconds in
      self.state.withLock { state in
        state.time += seconds
        return state.time < state.endsAt
      }
    }
  }

  func runner(
    _ hypervisor: HypervisorCalls? = nil, limits: GuestRunner.Limits = .init(),
    journal: HostJournal? = nil
  ) throws -> GuestRunner {
    try GuestRunner(
      tools: tools, hypervisor: hypervisor, clock: clock, limits: limits, journal: journal)
  }

  private func answer(_ words: [String]) -> ToolOutcome {
    state.withLock { state in
      let call = words.joined(separator: " ")
      state.calls.append(call)
      if let answer = state.answers.first(where: { call.hasPrefix($0.start) }) {
        return answer.outcome
      }
      return Self.answer(words, &state)
    }
  }

  private static func answer(_ words: [String], _ state: inout State) -> ToolOutcome {
    switch words.prefix(2).joined(separator: " ") {
    case "xl info": return ToolOutcome(output: state.info)
    case "xl dmesg": return ToolOutcome(output: state.ring)
    case "xl set-parameters":
      state.level = String(words[2].dropFirst("guest_loglvl=".count))
      return ToolOutcome()
    case "xl create":
      state.domain = ("guest", state.nextDomain)
      state.ring += "(d\(state.nextDomain)) \(state.says)\n"
      return ToolOutcome()
    case "xl domid":
      guard let domain = state.domain else { return ToolOutcome(code: 1, errors: "no domain") }
      return ToolOutcome(output: "\(domain.id)\n")
    case "xl list":
      guard let domain = state.domain else { return ToolOutcome(code: 1, errors: "no domain") }
      let letters = state.states.count > 1 ? state.states.removeFirst() : state.states[0]
      return ToolOutcome(
        output: "Name ID Mem VCPUs State Time(s)\nguest \(domain.id) 64 1 \(letters) 0.1\n")
    case "xl destroy":
      state.domain = nil
      return ToolOutcome()
    case "xenperf -r": return ToolOutcome()
    case "xenperf -f": return ToolOutcome(output: "calls to shadow_alloc T=  12\n")
    default: return ToolOutcome(code: 127, errors: "no such call")
    }
  }
}
