import GuestModel

/// Which address space was served when a trace began that does not begin with the guest.
extension Lockstep {
  /// CR3 of each vCPU before its first root load: that of the address space which has the same
  /// frames at the same addresses; else of one that was given up and never seen.
  var likelyStarts: [UInt64?] {
    vcpus.indices.map { number in
      guard let first = vcpus[number].first, spaces[first].address == nil else { return nil }
      return alike(first) ?? unseen
    }
  }

  private func alike(_ first: Int) -> UInt64? {
    var best: (score: Int, address: UInt64)?
    for other in spaces.indices where other != first {
      guard let address = spaces[other].address else { continue }
      var score = 0
      for table in spaces[first].firstLeaves {
        guard let leaf = tables[table].leaf,
          let twin = spaces[other].firstLeaves.first(where: { tables[$0].leaf == leaf })
        else { continue }
        for (one, two) in zip(tables[table].values, tables[twin].values)
        where one != LockstepTable.unknown && one != 0 && one == two {
          score += one & GuestEntry.Flag.writable != 0 ? 16 : 1
        }
      }
      if score > best?.score ?? 0 { best = (score, address) }
    }
    return best?.address
  }

  private var unseen: UInt64? {
    givenUpUnseen.last { spaces[$0].turns == 0 }.flatMap { spaces[$0].address }
  }
}
