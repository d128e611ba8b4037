public import GuestModel

extension AccessKind {
  /// The kind in words, as "user write".
  public var words: String {
    var words: [String] = []
    if contains(.user) { words.append("user") }
    if contains(.fetch) { words.append("fetch") }
    if contains(.write) { words.append("write") }
    if !contains(.fetch) && !contains(.write) { words.append("read") }
    return words.joined(separator: " ")
  }
}

extension GuestEntry {
  /// The entry in words, as "0x12 PWUAD": the frame and the flags that are set.
  public var words: String {
    let names: [(UInt32, String)] = [
      (Flag.present, "P"), (Flag.writable, "W"), (Flag.user, "U"), (Flag.accessed, "A"),
      (Flag.dirty, "D"), (Flag.superpage, "S"),
    ]
    let flags = names.filter { has($0.0) }.map(\.1).joined()
    return "\(hexadecimal(UInt64(frame.rawValue))) \(flags.isEmpty ? "-" : flags)"
  }
}

func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }

extension Operation: CustomStringConvertible {
  /// The operation on one line, as "writeEntry 0x1008 = 0x12 PW".
  public var description: String {
    guard let code else { return "unknown code \(rawCode)" }
    let address = hexadecimal(operand)
    let entry = GuestEntry(rawValue: long).words
    switch code {
    case .loadRoot: return "loadRoot \(address)"
    case .access: return "access \(address) \(kind.words)"
    case .accessMask:
      return "accessMask \(hexadecimal(UInt64(long) << 18)) mask \(address) \(kind.words)"
    case .writeEntry: return "writeEntry \(address) = \(entry)"
    case .copyEntry:
      let source = "\(hexadecimal(UInt64(long))) [\(short % 1024)]"
      return "copyEntry \(address) = \(source) + \(GuestEntry(rawValue: UInt32(short >> 10)).words)"
    case .fillEntries: return "fillEntries \(address) \(Int(short) + 1) times = \(entry)"
    case .fillAscending: return "fillAscending \(address) \(Int(short) + 1) from \(entry)"
    case .invalidatePage: return "invalidatePage \(address)"
    case .setMode:
      return "setMode \(PagingMode(rawValue: UInt8(clamping: short))?.name ?? String(short))"
    case .setAllocation: return "setAllocation \(operand)"
    case .onVCPU: return "onVCPU \(short)"
    case .unshadow: return "unshadow frame \(operand)"
    case .changeEntry: return "changeEntry of frame \(operand), \(short): \(long)"
    case .mark: return "mark \(long) after \(operand) ns"
    case .flushTLBs: return "flushTLBs \(address)"
    case .pagetableDying: return "pagetableDying \(address)"
    }
  }
}
