/// What `xl info` says of a host, as far as it is needed.
public struct ToolstackInfo: Hashable, Sendable {
  /// The running Xen's version, such as 4.17.5; empty where it is not told.
  public var version = ""
  /// Whether domains can have nested paging.
  public var hasNestedPaging = false
  /// Whether Xen is built with shadow paging; nil where its abilities are not told, as by releases
  /// that have no word for it.
  public var hasShadowPaging: Bool?
  /// Memory that no domain has, MiB; nil where it is not told.
  public var freeMiB: Int?
  /// The processors' clock, MHz; nil where it is not told.
  public var megahertz: Double?
  /// The hypervisor's command line.
  public var commandLine = ""

  /// Reads the text, a `name : value` on each line.
  public init(text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1).map { part in
        part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      }
      guard parts.count == 2 else { continue }
      switch parts[0] {
      case "xen_version": version = parts[1]
      case "virt_caps":
        let words = parts[1].split(separator: " ")
        hasNestedPaging = words.contains("hap")
        hasShadowPaging = words.contains("shadow") ? true : words.contains("hap") ? false : nil
      case "free_memory": freeMiB = Int(parts[1])
      case "cpu_mhz": megahertz = Double(parts[1]).flatMap { $0 > 0 ? $0 : nil }
      case "xen_commandline": commandLine = parts[1]
      default: break
      }
    }
  }
}

/// A domain's state as `xl list` shows it.
enum ListedState: Hashable {
  /// It runs, waits, is paused, or is about to do one of these.
  case alive
  /// Its guest has shut down.
  case shutDown
  /// Its guest has crashed, or Xen has crashed it.
  case crashed
  /// It is being torn down.
  case dying

  /// The state in the line of a domain: name, number, MiB, vCPUs, six letters, seconds.
  init?(text: String, domain: Int) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      guard words.count >= 6, words[words.count - 5] == String(domain) else { continue }
      let letters = words[words.count - 2]
      self =
        letters.contains("d")
        ? .dying : letters.contains("c") ? .crashed : letters.contains("s") ? .shutDown : .alive
      return
    }
    return nil
  }
}
