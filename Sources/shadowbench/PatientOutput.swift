import Bench
import Glibc

/// Writes to a stream that may be stuck, and gives it up when the program was asked to end.
enum PatientOutput {
  /// As many bytes as a pipe that says it has room takes at once.
  private static let piece = 4096
  /// How long it may be stuck once the program was asked to end, tenths of a second.
  private static let patience = 20

  /// Writes all of `text`.
  /// - Throws: ``EnvironmentError`` when nobody takes it
  static func write(_ text: String, to descriptor: Int32) throws {
    let bytes = Array(text.utf8)
    var (position, stuck) = (0, 0)
    while position < bytes.count {
      var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      if poll(&wait, 1, 100) == 0 {
        stuck += 1
        guard !Interruption.isRequested || stuck < patience else {
          throw EnvironmentError(reason: "interrupted: nobody reads the output")
        }
        continue
      }
      let count = bytes[position...].prefix(piece).withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else {
        let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
        throw EnvironmentError(reason: "the output cannot be written: \(reason)")
      }
      (position, stuck) = (position + count, 0)
    }
  }
}
