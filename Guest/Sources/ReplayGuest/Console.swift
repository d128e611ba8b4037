import CBoot

/// Xen's console, a byte at a time through port 0xE9.
enum Console {
  /// Writes text as it is.
  static func write(_ text: StaticString) {
    var byte = text.utf8Start
    for _ in 0..<text.utf8CodeUnitCount {
      sb_out(UInt32(byte.pointee))
      byte += 1
    }
  }

  /// Writes ` name=` and a number in decimal digits.
  static func write(_ name: StaticString, decimal value: UInt64) {
    write(name)
    writeDecimal(value)
  }

  /// Writes ` name=` and 16 hexadecimal digits.
  static func write(_ name: StaticString, hexadecimal value: UInt64) {
    write(name)
    writeDigits(UInt32(truncatingIfNeeded: value &>> 32))
    writeDigits(UInt32(truncatingIfNeeded: value))
  }

  /// Writes a name and `0x` with eight digits.
  static func write(_ name: StaticString, address: UInt) {
    write(name)
    write("0x")
    writeDigits(UInt32(truncatingIfNeeded: address))
  }

  /// Ends a line.
  static func endLine() { sb_out(10) }

  private static func writeDigits(_ word: UInt32) {
    var left = word
    for _ in 0..<8 {
      let digit = left &>> 28
      sb_out(digit < 10 ? 48 &+ digit : 87 &+ digit)
      left &<<= 4
    }
  }

  /// Divides by ten 16 bits at a time: the 32-bit guests have no division of longer words.
  private static func writeDecimal(_ value: UInt64) {
    var high = UInt32(truncatingIfNeeded: value &>> 32)
    var low = UInt32(truncatingIfNeeded: value)
    // Up to 20 digits, 4 bits each, the last one lowest.
    var (digits, moreDigits, count): (UInt64, UInt64, UInt32) = (0, 0, 0)
    repeat {
      let first = high
      high = first / 10
      let second = (first % 10) &<< 16 | low &>> 16
      let third = (second % 10) &<< 16 | low & 0xFFFF
      low = (second / 10) &<< 16 | third / 10
      moreDigits = moreDigits &<< 4 | digits &>> 60
      digits = digits &<< 4 | UInt64(third % 10)
      count &+= 1
    } while high | low != 0
    while count > 0 {
      sb_out(48 &+ UInt32(truncatingIfNeeded: digits & 15))
      digits = digits &>> 4 | moreDigits &<< 60
      moreDigits &>>= 4
      count &-= 1
    }
  }
}
