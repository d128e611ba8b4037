/// The text of `/proc/PID/status` files, one after the other, as Linux writes them: proc(5).
///
/// `grep . /proc/[0-9]*/status`, which puts each file's name before its lines, is read as well.
enum ProcessStatusText {
  /// Whether a text is one: its first lines have the keys of such a file.
  static func isOne(_ text: String) -> Bool {
    let keys = text.split(whereSeparator: \.isNewline).prefix(40).map { Self.field($0)?.key }
    return keys.contains("Name") && (keys.contains("Pid") || keys.contains("VmPTE"))
  }

  /// The processes; threads and what has no page tables of its own, as kernel threads, are left
  /// out and counted.
  static func processes(
    _ text: String, file: String
  ) throws(InputError) -> ([ProcessTable.Process], [String]) {
    var processes: [ProcessTable.Process] = []
    var (threads, without) = (0, 0)
    var block = Block()
    func finish() {
      guard let name = block.name else { return }
      if let pid = block.pid, let group = block.group, pid != group {
        threads += 1
      } else if let bytes = block.bytes {
        processes.append(.init(name: name, pageTableBytes: bytes, switchesPerSecond: nil))
      } else {
        without += 1
      }
    }
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline
    ).enumerated() {
      guard let (key, value) = field(line) else { continue }
      switch key {
      case "Name":
        finish()
        block = Block(name: String(value))
      case "Pid": block.pid = value
      case "Tgid": block.group = value
      case "VmPTE", "VmPMD":
        let words = value.split(separator: " ")
        guard words.count == 2, words[1] == "kB", let size = Double(words[0]),
          (0...1e12).contains(size * 1024)
        else {
          throw InputError(
            file: file, line: index + 1,
            reason: "\(key) is '\(value)', must be a number of kB, as '84 kB'")
        }
        block.bytes = (block.bytes ?? 0) + size * 1024
      default: break
      }
    }
    finish()
    var notes = ["Read as /proc/PID/status; it does not say how often a process runs."]
    if threads > 0 { notes.append("\(threads) threads share their process's tables: left out.") }
    if without > 0 {
      notes.append("\(without) entries without page tables of their own: left out.")
    }
    return (processes, notes)
  }

  private struct Block {
    var name: String?
    var pid: Substring?
    var group: Substring?
    var bytes: Double?
  }

  /// `Key:<tab>value`, perhaps with `/proc/PID/status:` before it.
  private static func field(_ line: Substring) -> (key: Substring, value: Substring)? {
    var line = line
    if line.hasPrefix("/proc/"), let place = line.firstRange(of: "/status:") {
      line = line[place.upperBound...]
    }
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let key = line[..<colon]
    guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0 == "_" }) else { return nil }
    var value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
    while value.last?.isWhitespace == true { value.removeLast() }
    return (key, value)
  }
}
