import GuestModel
import ShadowModel

/// What a case counts as one unit of work.
enum Unit: String {
  case access
  case fixedFault = "fixed fault"
}

/// One benchmark: processes, a pool, a stream of operations that is run again and again.
struct Case {
  let name: String
  let unit: Unit
  let processes: Processes
  /// How many processes' shadows fit into the pool; nil for all with room to spare.
  var residentProcesses: Int?
  /// Runs of the stream in one timed pass.
  var rounds: Int
  /// The checksum of a smoke run.
  let smokeChecksum: UInt64
  /// Makes the stream.
  let fill: (_ stream: inout Stream, _ guest: borrowing Guest, _ case: Case) -> Void

  var hasReference: Bool { processes.mode == .fourLevel }

  /// The domain's allocation: the pool and what is in use before the first process is loaded.
  var configuration: DomainConfiguration {
    let shape = GuestShape(mode: processes.mode, memoryMiB: Processes.memoryMiB, vcpus: 1)
    var result = DomainConfiguration(shape: shape, allocationPages: 0)
    let pool = processes.pagesOfEach * (residentProcesses ?? processes.count + 1)
    result.allocationPages = result.p2mPages + pool + 16
    result.raisesToMinimum = false
    return result
  }

  /// Turns paging on and loads a few roots, as many as end Xen's L3-toplevel mode; when the pool
  /// has room for all, touches every page once.
  func setUp(_ stream: inout Stream, _ guest: borrowing Guest) {
    stream.append(.loadRoot(guest.roots[0]))
    stream.append(.setMode(processes.mode))
    for root in guest.roots.prefix(6) { stream.append(.loadRoot(root)) }
    guard residentProcesses == nil else { return }
    for root in guest.roots {
      stream.append(.loadRoot(root))
      for leaf in 0..<processes.leaves {
        for group in 0..<(processes.mode.entriesPerTable / 64) {
          let address = processes.address(ofLeaf: leaf) + UInt64(group) << 18
          stream.append(.accessMask(address, .max, .user))
        }
      }
    }
  }
}

extension Case {
  /// All cases, at full size or so small that they take no time.
  static func all(smoke: Bool) -> [Case] {
    let processes = smoke ? 10 : 400
    let resident = smoke ? 3 : 100
    let rounds = smoke ? 1 : 200
    var cases = [
      hot("hot", 1, masks: false, rounds: rounds * 5, checksum: 0xe614_3897_36fe_e0f0),
      hot("hot-8", 8, masks: false, rounds: rounds * 5, checksum: 0xa7fc_2d83_1f6e_e0c8),
      hot("hot-mask", 1, masks: true, rounds: rounds, checksum: 0x2fdb_04eb_9633_4cf0),
    ]
    let thrashing: [(String, PagingMode, Bool, UInt64)] = [
      ("thrash", .fourLevel, false, 0x6a27_eeea_c0de_9c67),
      ("thrash-ad", .fourLevel, true, 0xb2b4_1fda_d38b_38e7),
      ("thrash-pae", .pae, false, 0xbf1f_cc1b_0639_b225),
      ("thrash-2-level", .twoLevel, false, 0x9d4f_2764_9f7b_213a),
    ]
    for (name, mode, isSparse, checksum) in thrashing {
      let made: Processes =
        isSparse
        ? .sparse(mode, count: processes, leaves: 12) : .filled(mode, count: processes, leaves: 12)
      cases.append(
        Case(
          name: name, unit: .fixedFault, processes: made, residentProcesses: resident,
          rounds: max(1, rounds / 4), smokeChecksum: checksum, fill: roundRobin))
    }
    return cases
  }

  /// Everything shadowed: user reads of random pages out of 16 leaf tables.
  private static func hot(
    _ name: String, _ processes: Int, masks: Bool, rounds: Int, checksum: UInt64
  ) -> Case {
    Case(
      name: name, unit: .access,
      processes: .filled(.fourLevel, count: processes, leaves: 16 / min(processes, 4)),
      residentProcesses: nil, rounds: rounds, smokeChecksum: checksum
    ) { stream, guest, `case` in
      var random = SeededGenerator(seed: 1)
      let leaves = `case`.processes.leaves
      for number in 0..<80_000 {
        if number % 10_000 == 0 {
          stream.append(.loadRoot(guest.roots[number / 10_000 % guest.roots.count]))
        }
        let leaf = `case`.processes.address(ofLeaf: random.below(leaves))
        if masks {
          stream.append(.accessMask(leaf + UInt64(random.below(8)) << 18, random.next(), .user))
        } else {
          stream.append(.access(leaf + UInt64(random.below(512)) << 12, .user))
        }
      }
    }
  }

  /// Each process in turn touches some of its pages, the same number in each of 12 leaf tables, in
  /// random order, so that each one faults: none of its shadows is left from its last turn.
  ///
  /// With full tables, eight in each, at least 32 entries apart, so that no fault's prefetch
  /// reaches the next. With sparse ones, 32 in each, four entries apart.
  private static func roundRobin(
    _ stream: inout Stream, _ guest: borrowing Guest, _ case: Case
  ) {
    var random = SeededGenerator(seed: 2)
    let isSparse = `case`.processes.flags(2) == nil
    let touches = isSparse ? 32 : 8
    let step = isSparse ? 4 : `case`.processes.mode.entriesPerTable / touches
    for root in guest.roots {
      stream.append(.loadRoot(root))
      var pages: [UInt64] = []
      for leaf in 0..<`case`.processes.leaves {
        let address = `case`.processes.address(ofLeaf: leaf)
        let first = 4 * random.below(64)
        for touch in 0..<touches {
          let index = touch * step + (isSparse ? first : 20 + random.below(33))
          pages.append(address + UInt64(index) << 12)
        }
      }
      for last in stride(from: pages.count - 1, to: 0, by: -1) {
        pages.swapAt(last, random.below(last + 1))
      }
      for (number, page) in pages.enumerated() {
        stream.append(.access(page, number % 4 == 0 ? [.user, .write] : .user))
      }
    }
  }
}
