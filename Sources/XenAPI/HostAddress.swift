/// Where a host listens.
public struct HostAddress: Hashable, Sendable, CustomStringConvertible {
  /// A name, or an IPv4 or IPv6 address without brackets.
  public let host: String
  /// The port.
  public let port: Int

  /// The address of that text: `name`, `name:port`, `[IPv6]:port`, or a bare IPv6 address.
  public init(_ text: String, port: Int = 443) throws(XenAPIError) {
    var (host, port) = (text, port)
    func number(_ text: Substring) throws(XenAPIError) -> Int {
      guard let number = Int(text), (1...65_535).contains(number) else {
        throw .badInput("the port '\(text)' must be 1 to 65535")
      }
      return number
    }
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else {
        throw .badInput("the address '\(text)' lacks its ']'")
      }
      host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else {
        throw .badInput("the address '\(text)' must end with ']' or ']:port'")
      }
      if !rest.isEmpty { port = try number(rest.dropFirst()) }
    } else if text.count(where: { $0 == ":" }) == 1, let colon = text.firstIndex(of: ":") {
      host = String(text[..<colon])
      port = try number(text[text.index(after: colon)...])
    }
    let isAddress = host.utf8.allSatisfy {
      $0 < 0x80 && (Character(UnicodeScalar($0)).isLetter || Character(UnicodeScalar($0)).isNumber)
        || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":")].contains($0)
    }
    guard !host.isEmpty, isAddress, !host.hasPrefix("-") else {
      throw .badInput(
        "'\(text)' is no host: give a name or an address, without https:// and without a path")
    }
    (self.host, self.port) = (host, port)
  }

  /// As an address begins: `https://host:port`.
  var origin: String { "https://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// The host, with the port where it is not HTTPS's.
  public var description: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == 443 ? name : "\(name):\(port)"
  }
}
