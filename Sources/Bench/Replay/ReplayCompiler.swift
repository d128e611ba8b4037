import GuestModel

/// Makes a stream of a workload: moves its frames up, puts the replay guest into its roots, and
/// builds the tables that are there before its first operation.
struct ReplayCompiler: ~Copyable {
  let name: String
  let layout: ReplayLayout
  let survey: ReplaySurvey
  /// What was made so far.
  private(set) var operations: [Operation] = []
  private var machine: ReplayMachine
  /// Where each table was written last.
  private var places: [GFN: UInt64] = [:]
  private var entryBytes: UInt64 { UInt64(layout.mode.entryBytes) }

  init(name: String, layout: ReplayLayout, survey: ReplaySurvey) {
    self.name = name
    self.layout = layout
    self.survey = survey
    machine = ReplayMachine(
      layout.makeMemory(expectedTables: survey.tables.count + 64), mode: layout.mode,
      root: ReplayLayout.ownRoot, isPainted: false)
  }

  private func error(_ reason: String) -> InputError { InputError(file: name, reason: reason) }

  private mutating func emit(_ operation: Operation) throws(InputError) {
    guard operations.count < ReplayStream.operationLimit else {
      throw error("more than \(ReplayStream.operationLimit) operations: shorten the workload")
    }
    if let problem = machine.perform(operation) { throw error(problem) }
    operations.append(operation)
  }

  private func moved(_ frame: GFN) -> GFN { frame + layout.shift }

  private func moved(_ entry: GuestEntry) throws(InputError) -> GuestEntry {
    if entry.rawValue == 0 { return entry }
    guard entry.frame.index + layout.shift < GFN.limit else {
      throw error("an entry names the frame \(entry.frame.rawValue), too far up to be moved")
    }
    return GuestEntry(frame: moved(entry.frame), flags: entry.flags)
  }

  /// A root's entries with PAE have no flags but Present.
  private func flags(_ entry: GuestEntry, in table: GFN) -> GuestEntry {
    guard layout.mode == .pae, survey.roots.contains(GFN(table.index - layout.shift)) else {
      return entry
    }
    let kept = entry.flags & GuestEntry.Flag.present
    return kept == 0 ? .empty : GuestEntry(frame: entry.frame, flags: kept)
  }

  // MARK: Before the workload's first operation

  /// Builds what is there beforehand: tables, and with `paint` numbers in all pages reached.
  mutating func build(_ workload: any Workload, paint: Bool) throws(InputError) {
    let memory = workload.makeMemory()
    // Before entries name them: a frame that is named becomes a table at a cost.
    for frame in 0..<memory.frameCount where memory.tableOfFrame[frame] != 0 {
      _ = machine.memory.ensureTable(in: moved(GFN(frame)))
    }
    for frame in 0..<memory.frameCount where memory.tableOfFrame[frame] != 0 {
      let table = Int(memory.tableOfFrame[frame])
      var entries: [GuestEntry] = []
      for index in 0..<memory.entriesPerTable {
        entries.append(flags(try moved(memory.entry(table, index)), in: moved(GFN(frame))))
      }
      addGuest(to: GFN(frame), &entries)
      try writeRuns(entries, to: moved(GFN(frame)))
    }
    for frame in survey.uncleared.sorted() where memory.table(in: frame) == 0 {
      try emit(
        .fillEntries(
          address(moved(frame), 0), count: layout.mode.entriesPerTable, first: .empty,
          ascending: false))
    }
    if paint { try paintPages() }
  }

  private func address(_ frame: GFN, _ index: Int) -> UInt64 {
    UInt64(frame.rawValue) << 12 + UInt64(index) * entryBytes
  }

  private func addGuest(to frame: GFN, _ entries: inout [GuestEntry]) {
    guard survey.roots.contains(frame) else { return }
    switch layout.place {
    case .top(let slot): entries[slot] = layout.topEntry
    case .root(let first):
      for number in 0..<layout.superpages { entries[first + number] = layout.superpage(number) }
    case .directory(let slot, _):
      if !entries[slot].has(GuestEntry.Flag.present) { entries[slot] = layout.topEntry }
    }
  }

  /// Writes a whole table as few runs of equal or ascending entries.
  private mutating func writeRuns(_ entries: [GuestEntry], to table: GFN) throws(InputError) {
    var start = 0
    while start < entries.count {
      let equal = run(entries, start, step: 0)
      let ascending = entries[start].rawValue == 0 ? 0 : run(entries, start, step: 0x100)
      let count = max(equal, ascending)
      try emit(
        count == 1
          ? .writeEntry(address(table, start), entries[start])
          : .fillEntries(
            address(table, start), count: count, first: entries[start],
            ascending: ascending > equal))
      start += count
    }
  }

  private func run(_ entries: [GuestEntry], _ start: Int, step: UInt32) -> Int {
    var end = start + 1
    while end < entries.count && entries[end].rawValue == entries[end - 1].rawValue &+ step {
      end += 1
    }
    return end - start
  }

  private mutating func paintPages() throws(InputError) {
    var start: GFN?
    var end = GFN(0)
    for frame in survey.touched.sorted() {
      if let first = start, frame == end, end.index - first.index < 65536 {
        end = end + 1
        continue
      }
      if let first = start { try paint(first, end) }
      (start, end) = (frame, frame + 1)
    }
    if let first = start { try paint(first, end) }
  }

  private mutating func paint(_ first: GFN, _ end: GFN) throws(InputError) {
    let head = UInt64(ReplayRules.paint) | UInt64(end.index - first.index - 1) << 16
    try emit(Operation(head: head, operand: address(moved(first), 0)))
  }

  // MARK: The workload's operations

  /// Takes over all operations.
  mutating func translate(_ workload: any Workload, limit: Int?) throws(InputError) {
    var start = ReplayStart(name: name, mode: layout.mode)
    var reader = OperationReader(workload, limit: limit)
    while let operation = reader.next() {
      let wasPaged = start.isPaged
      guard let operation = try start.take(operation) else { continue }
      try translate(operation, up: wasPaged ? 0 : UInt64(layout.shift) << 12)
    }
  }

  private mutating func translate(_ operation: Operation, up: UInt64) throws(InputError) {
    switch operation.code {
    case .access: try access(operation.operand + up, operation.kind)
    case .accessMask:
      var address = UInt64(operation.long) << 18
      if address >> 47 & 1 == 1 || up != 0 { address = ReplayRules.canonical(address + up) }
      try accessMask(address, operation.operand, operation.kind)
    case .loadRoot:
      let root = moved(GFN(UInt32(truncatingIfNeeded: operation.operand)))
      if machine.root == ReplayLayout.ownRoot { try mapGuestBeforehand() }
      try mapGuest(in: root)
      try emit(.loadRoot(root))
    case .copyEntry: try copy(operation, to: operation.operand + up)
    case .writeEntry, .fillEntries, .fillAscending: try write(operation, operation.operand + up)
    default: try emit(operation)
    }
  }

  private func isTable(_ address: UInt64, _ kind: AccessKind) -> Bool {
    guard case .frame(let frame) = machine.translate(address, kind) else { return false }
    return survey.tables.contains(GFN(frame.index - layout.shift))
  }

  private mutating func access(_ address: UInt64, _ kind: AccessKind) throws(InputError) {
    var kind = kind
    var address = ReplayRules.canonical(address)
    if isTable(address, kind) {
      address &= ~(entryBytes - 1)
      if kind.contains(.write) { kind = AccessKind(rawValue: kind.rawValue | ReplayRules.keep) }
    } else {
      address &= ~4095
    }
    try emit(.access(address, kind))
  }

  private mutating func accessMask(_ address: UInt64, _ mask: UInt64, _ kind: AccessKind)
    throws(InputError)
  {
    let keep = AccessKind(rawValue: kind.rawValue | ReplayRules.keep)
    var part: UInt64 = 0
    var isKept = false
    for bit in UInt64(0)..<64 where mask >> bit & 1 == 1 {
      let isTable = kind.contains(.write) && isTable(address + bit << 12, kind)
      if isTable != isKept && part != 0 {
        try emit(.accessMask(address, part, isKept ? keep : kind))
        part = 0
      }
      isKept = isTable
      part |= 1 << bit
    }
    if part != 0 { try emit(.accessMask(address, part, isKept ? keep : kind)) }
  }

  private mutating func write(_ operation: Operation, _ address: UInt64) throws(InputError) {
    let address = ReplayRules.canonical(address)
    let frame = target(address)
    var entry = try moved(GuestEntry(rawValue: operation.long))
    if let frame { entry = flags(entry, in: frame) }
    try emit(
      Operation(
        head: operation.head & 0xffff_ffff | UInt64(entry.rawValue) << 32, operand: address))
    if let frame { try check(frame, address) }
  }

  /// The frame that a write reaches.
  private func target(_ address: UInt64) -> GFN? {
    guard case .frame(let frame) = machine.translate(address, .write) else { return nil }
    return frame
  }

  private mutating func copy(_ operation: Operation, to address: UInt64) throws(InputError) {
    let address = ReplayRules.canonical(address)
    let source = moved(GFN(operation.long))
    let index = UInt64(operation.short & 1023)
    let frame = target(address)
    var short = operation.short
    if let frame, layout.mode == .pae, survey.roots.contains(GFN(frame.index - layout.shift)) {
      short &= 1023 | UInt16(GuestEntry.Flag.present) << 10
    }
    guard let page = page(of: source, beside: address, frame) else {
      throw error(
        "an entry is copied from the table in frame \(operation.long), which no address reaches")
    }
    try emit(Operation(head: UInt64(ReplayRules.source), operand: page + index * entryBytes))
    try emit(
      Operation(
        .copyEntry, kind: .write, short: short, long: source.rawValue, operand: address))
    if let frame { try check(frame, address) }
  }

  /// An address of a frame under the loaded root: where it is by the map that leads to `frame`,
  /// or where it was written last.
  private func page(of wanted: GFN, beside address: UInt64?, _ frame: GFN?) -> UInt64? {
    var candidates: [UInt64] = []
    if let address, let frame {
      let distance = Int64(wanted.rawValue) - Int64(frame.rawValue)
      candidates.append((address & ~4095) &+ UInt64(bitPattern: distance << 12))
    }
    if let last = places[wanted] { candidates.append(last) }
    candidates.append(UInt64(wanted.rawValue) << 12)
    if wanted.index >= layout.shift {
      candidates.append(UInt64(wanted.index - layout.shift) << 12)
    }
    return candidates.map(ReplayRules.canonical).first {
      machine.translate($0, .write) == .frame(wanted)
    }
  }

  // MARK: The guest in every root

  /// Remembers where a table was written, and refuses what takes the guest's own entries out of
  /// the loaded root.
  private mutating func check(_ frame: GFN, _ address: UInt64) throws(InputError) {
    places[frame] = address & ~4095
    guard let root = machine.root, root != ReplayLayout.ownRoot else { return }
    guard let table = guestTable(root), table.frame == frame || frame == root else { return }
    if !missing(table).isEmpty {
      throw error(
        "the loaded root is overwritten where the replay guest is mapped (frame \(frame.rawValue))")
    }
  }

  /// The table of a root that holds the guest's entries, and the entries.
  private func guestTable(_ root: GFN) -> (frame: GFN, first: Int, entries: [GuestEntry])? {
    let superpages = (0..<layout.superpages).map(layout.superpage)
    switch layout.place {
    case .top(let slot): return (root, slot, [layout.topEntry])
    case .root(let first): return (root, first, superpages)
    case .directory(let slot, let first):
      let table = machine.memory.table(in: root)
      let entry = table == 0 ? GuestEntry.empty : machine.memory.entry(table, slot)
      return entry.has(GuestEntry.Flag.present) ? (entry.frame, first, superpages) : nil
    }
  }

  /// The indices at which the guest's entries are not what they must be.
  private func missing(_ place: (frame: GFN, first: Int, entries: [GuestEntry])) -> [Int] {
    let table = machine.memory.table(in: place.frame)
    return place.entries.indices.filter {
      table == 0 || machine.memory.entry(table, place.first + $0) != place.entries[$0]
    }
  }

  /// Writes the guest's entries into all roots that are there already, while the guest's own root
  /// reaches them.
  private mutating func mapGuestBeforehand() throws(InputError) {
    for root in survey.roots.sorted() where machine.memory.table(in: moved(root)) != 0 {
      try mapGuest(in: moved(root))
    }
  }

  /// Writes the guest's entries into a root that is about to be loaded, where they are missing.
  private mutating func mapGuest(in root: GFN) throws(InputError) {
    guard let place = guestTable(root) else { return try linkGuest(to: root) }
    let missing = missing(place)
    if missing.isEmpty { return }
    guard let page = page(of: place.frame, beside: nil, nil) else {
      throw error(
        "the table in frame \(place.frame.index - layout.shift) must be given the replay guest's "
          + "entries before its root is loaded, and no address reaches it")
    }
    for number in missing {
      try emit(
        .writeEntry(
          page + UInt64(place.first + number) * entryBytes, place.entries[number]))
    }
  }

  /// Gives a PAE root that has no directory for the guest the guest's own.
  private mutating func linkGuest(to root: GFN) throws(InputError) {
    guard case .directory(let slot, _) = layout.place,
      let page = page(of: root, beside: nil, nil)
    else {
      throw error(
        "the root in frame \(root.index - layout.shift) must be given the replay guest's directory, "
          + "and no address reaches it")
    }
    try emit(.writeEntry(page + UInt64(slot) * entryBytes, layout.topEntry))
  }
}
