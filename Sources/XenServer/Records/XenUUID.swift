/// The form of XenAPI's UUIDs: 8, 4, 4, 4 and 12 hexadecimal digits with hyphens between.
///
/// What a record gives as one is checked before it is put into a command or asked for.
public enum XenUUID {
  /// Whether `text` has that form, and nothing else around it.
  public static func isValid(_ text: String) -> Bool {
    let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    return groups.map(\.count) == [8, 4, 4, 4, 12]
      && groups.joined().allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
          UInt8(ascii: "A")...UInt8(ascii: "F"):
          true
        default: false
        }
      }
  }
}
