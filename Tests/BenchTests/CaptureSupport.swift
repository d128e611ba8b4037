import Glibc
import Testing

@testable import Bench

/// The captures that come with the project.
enum CommittedCapture: String, CaseIterable {
  case office30
  case apache150 = "apache150_php"
  case pg200 = "pg200_tpcb_400tps"

  var path: String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/Workloads/captures/\(rawValue)"
  }

  func load() throws(InputError) -> Capture { try Capture.load(path: path) }
}

/// A capture of two processes, small enough to be read at a glance.
struct SmallCapture {
  var map = """
    #ptcap 1 map: small
    P 10 init 3 2 2 0
    L 200 4 2 0+2@1 510+2@3w
    L 201 1 1 5+1@5w
    L 3ffffff 2 2 100+2@6w
    P 11 two words 1 1 1 0
    L 200 3 1 0+2@1 7+1@8w

    """
  var intervals = """
    #ptcap 1 intervals: small
    I 0 1000 2
    A 10 200:2:1:\(hex([0, 510])) 3ffffff:2:2:\(hex([100, 101]))
    A 11 200:1:0:\(hex([7]))
    I 1 2000 2
    A 10 200:3:9:\(hex([0, 1, 510])) 201:1:1:\(hex([5]))
    I 2 2500 1
    A 10 200:4:1 3ffffff:1:0

    """
  var events: String? = """
    #ptcap 1 events; small
    0,0,s,10,
    100,1,s,11,
    200,0,f,10,200:9:6
    300,0,f,10,300:1:4
    400,0,s,0,
    500,0,s,10,
    1600000,0,Q,11,small
    1700000,0,F,10,11
    1800000,1,X,11,small
    2000000,1,s,11,

    """
  /// As ``events`` where no process begins or ends.
  static let quietEvents = """
    #ptcap 1 events; small
    0,0,s,10,
    200,0,f,10,200:9:6
    300,1,s,11,

    """

  /// Entries as a capture writes a bitmap.
  static func hex(_ entries: [Int]) -> String {
    var bytes = [UInt8](repeating: 0, count: 64)
    for entry in entries { bytes[entry >> 3] |= 1 << UInt8(entry & 7) }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  func load() throws -> Capture {
    try inTemporaryDirectory { directory in
      try write(in: directory)
      return try Capture.load(path: directory + "/small")
    }
  }

  func write(in directory: String) throws {
    try writeFile(directory + "/small.map.txt", Array(map.utf8))
    try writeFile(directory + "/small.intervals.txt", Array(intervals.utf8))
    if let events { try writeFile(directory + "/small.events.csv", Array(events.utf8)) }
  }
}

struct FileFailure: Error {
  var path: String
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  guard let file = fopen(path, "w") else { throw FileFailure(path: path) }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw FileFailure(path: path) }
}

/// Runs `body` with a directory that is empty before it and gone after it.
func inTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  var name = Array("\(P_tmpdir)/capture-XXXXXX".utf8CString)
  guard mkdtemp(&name) != nil else { throw FileFailure(path: P_tmpdir) }
  let directory = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  defer {
    if let listing = opendir(directory) {
      while let item = readdir(listing) {
        let entry = withUnsafePointer(to: item.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        unlink("\(directory)/\(entry)")
      }
      closedir(listing)
    }
    rmdir(directory)
  }
  return try body(directory)
}
