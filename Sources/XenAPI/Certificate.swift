import Digests
import Foundation

/// The SHA-256 of a whole certificate: what `openssl x509 -fingerprint -sha256` prints.
public struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
  /// 64 hexadecimal digits, small letters.
  let digits: String

  /// The fingerprint of that text: `sha256:`, then 64 hexadecimal digits, colons between or not.
  public init(_ text: String) throws(XenAPIError) {
    let lowered = text.lowercased()
    let digits = lowered.dropFirst("sha256:".count).filter { $0 != ":" }
    guard lowered.hasPrefix("sha256:"), digits.count == 64,
      digits.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit })
    else {
      throw .badInput(
        "the fingerprint '\(text)' must be sha256: and 64 hexadecimal digits, as "
          + "'openssl x509 -noout -fingerprint -sha256' prints them")
    }
    self.digits = digits
  }

  init(of certificate: [UInt8]) { digits = SHA256.hex(certificate) }

  /// `sha256:AB:CD:…`.
  public var description: String {
    let upper = Array(digits.uppercased())
    return "sha256:"
      + stride(from: 0, to: upper.count, by: 2).map { String(upper[$0..<min($0 + 2, upper.count)]) }
      .joined(separator: ":")
  }
}

/// A certificate that a host showed.
struct Certificate {
  /// DER.
  let bytes: [UInt8]

  /// The certificate of a PEM text.
  init?(pem: String) {
    guard let begin = pem.range(of: "-----BEGIN CERTIFICATE-----"),
      let end = pem.range(of: "-----END CERTIFICATE-----"),
      begin.upperBound <= end.lowerBound,
      let data = Data(
        base64Encoded: String(pem[begin.upperBound..<end.lowerBound]),
        options: .ignoreUnknownCharacters)
    else { return nil }
    bytes = Array(data)
  }

  /// Its fingerprint.
  var fingerprint: Fingerprint { Fingerprint(of: bytes) }

  /// libcurl's pin of its public key: `sha256//`, then base64; nil when it is no certificate.
  var publicKeyPin: String? {
    guard let key = publicKey else { return nil }
    let digits = Array(SHA256.hex(key))
    let hash = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0..<$0 + 2]), radix: 16)
    }
    return "sha256//" + Data(hash).base64EncodedString()
  }

  /// The element `subjectPublicKeyInfo` (RFC 5280, 4.1), tag and length included.
  private var publicKey: [UInt8]? {
    var outer = DERReader(bytes[...])
    guard var certificate = outer.enter(0x30), var body = certificate.enter(0x30) else {
      return nil
    }
    // A version is there in all but the oldest form.
    if body.tag == 0xA0 { _ = body.next() }
    for expected: UInt8 in [0x02, 0x30, 0x30, 0x30, 0x30] {
      guard body.tag == expected, body.next() != nil else { return nil }
    }
    guard body.tag == 0x30, let key = body.next() else { return nil }
    return Array(key)
  }
}

/// Walks over the elements of a DER sequence.
private struct DERReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next element's tag.
  var tag: UInt8? { rest.first }

  /// The next element, tag and length included.
  mutating func next() -> ArraySlice<UInt8>? {
    guard let header = header(), rest.count >= header.bytes + header.content else { return nil }
    let element = rest.prefix(header.bytes + header.content)
    rest = rest.dropFirst(element.count)
    return element
  }

  /// The content of the next element, which must have that tag.
  mutating func enter(_ tag: UInt8) -> DERReader? {
    guard rest.first == tag, let header = header(), let element = next() else { return nil }
    return DERReader(element.dropFirst(header.bytes))
  }

  private func header() -> (bytes: Int, content: Int)? {
    guard rest.count >= 2 else { return nil }
    let first = Int(rest[rest.startIndex + 1])
    guard first >= 0x80 else { return (2, first) }
    let count = first & 0x7F
    guard (1...4).contains(count), rest.count >= 2 + count else { return nil }
    let length = rest.dropFirst(2).prefix(count).reduce(0) { $0 << 8 | Int($1) }
    return (2 + count, length)
  }
}
