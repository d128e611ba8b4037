import XenServer

/// Calls and answers as JSON-RPC writes them, in both of XenServer's forms.
enum JSONRPC {
  /// A call that the server refused.
  struct Refusal: Error {
    var code: String
    var parameters: [String]
  }

  /// The text of a call.
  ///
  /// Numbers with a fraction keep their decimal point: servers refuse `4` for 4.0.
  static func call(
    _ method: String, _ parameters: [XenValue], id: Int64,
    version: ConnectionSettings.Version
  ) -> [UInt8] {
    var members: [String: XenValue] = [
      "id": .integer(id), "method": .string(method), "params": .list(parameters),
    ]
    if version == .two { members["jsonrpc"] = .string("2.0") }
    return Array(JSONWriter.line(.map(members)).utf8)
  }

  /// The result in an answer.
  /// - Throws: ``Refusal``, or ``RecordError`` when it is no answer to that call
  static func result(_ bytes: [UInt8], id: Int64, host: String) throws -> XenValue {
    let value = try JSONReader.read(quotingSpecialNumbers(bytes), file: host).value
    func malformed(_ reason: String) -> RecordError { RecordError(file: host, reason: reason) }
    guard case .map(let members) = value else { throw malformed("it is no object") }
    if let error = members["error"], error != .null { throw try refusal(error, malformed) }
    guard members["id"]?.integer == id else { throw malformed("it has another id than the call") }
    guard let result = members["result"] else { throw malformed("it has neither result nor error") }
    return result
  }

  private static func refusal(
    _ error: XenValue, _ malformed: (String) -> RecordError
  ) throws -> Refusal {
    switch error {
    case .list(let elements):
      // The first form, and some of the server's early answers in the second.
      guard let code = elements.first?.string else { break }
      return Refusal(code: code, parameters: elements.dropFirst().map(text))
    case .map(let members):
      guard let code = members["message"]?.string else { break }
      switch members["data"] {
      case .list(let elements): return Refusal(code: code, parameters: elements.map(text))
      case let data? where data != .null: return Refusal(code: code, parameters: [text(data)])
      default: return Refusal(code: code, parameters: [])
      }
    case .string(let code): return Refusal(code: code, parameters: [])
    default: break
    }
    throw malformed("its error is none of XenAPI's")
  }

  private static func text(_ value: XenValue) -> String {
    value.string ?? JSONWriter.line(value)
  }

  /// Servers write numbers that are not finite as bare words, which JSON does not know.
  static func quotingSpecialNumbers(_ bytes: [UInt8]) -> [UInt8] {
    let words = ["-Infinity", "Infinity", "NaN", "-nan", "nan", "-inf", "inf"].map {
      Array($0.utf8)
    }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var (position, isText) = (0, false)
    while position < bytes.count {
      let byte = bytes[position]
      if isText {
        result.append(byte)
        if byte == UInt8(ascii: "\\"), position + 1 < bytes.count {
          position += 1
          result.append(bytes[position])
        } else if byte == UInt8(ascii: "\"") {
          isText = false
        }
      } else if byte == UInt8(ascii: "\"") {
        isText = true
        result.append(byte)
      } else if [UInt8(ascii: "-"), UInt8(ascii: "I"), UInt8(ascii: "N"), UInt8(ascii: "i")]
        .contains(byte) || bytes[position...].starts(with: "nan".utf8),
        let word = words.first(where: { bytes[position...].starts(with: $0) })
      {
        result += [UInt8(ascii: "\"")] + word + [UInt8(ascii: "\"")]
        position += word.count - 1
      } else {
        result.append(byte)
      }
      position += 1
    }
    return result
  }
}
