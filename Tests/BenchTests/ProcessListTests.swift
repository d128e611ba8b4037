import Files
import Foundation
import GuestModel
import Testing

@testable import Bench

/// Lists of processes as people have them: each the same as the plain one, or refused by line.
@Suite struct ProcessListTests {
  /// Three processes of 1,600 KiB, 2 MiB and 84 KiB.
  private static let bytes: [Double] = [1_638_400, 2_097_152, 86_016]

  @Test(arguments: [
    // Our own form, and as a spreadsheet exports it in Europe.
    "process,page_table_bytes\nwinword.exe,1638400\nb,2097152\nc,86016\n",
    "process;page_table_bytes\nwinword.exe;1638400\nb;2097152\nc;86016\n",
    "Process;Page Table (MB)\nwinword.exe;1,5625\nb;2,0\nc;0,08203125\n",
    "Process;Page Table (K)\nwinword.exe;1.600\nb;2.048\nc;84\n",
    // RAMMap, pasted and saved, with a title and blank lines.
    "Process\tSession\tPID\tPrivate\tPage Table\tTotal\nwinword.exe\t1\t4\t9 K\t1,600 K\t1 K\n"
      + "b\t1\t5\t9 K\t2,048 K\t1 K\t\n\nc\t1\t6\t9 K\t84 K\t1 K\n",
    "\"RAMMap of SERVER1\"\n\n\"Process\",\"Page Table\"\r\n\"winword.exe\",\"1,600 K\"\r\n"
      + "b,\"2,048 K\"\r\nc,84 K\r\n",
    // With a narrow or a no-break blank between groups.
    "Name;Page tables [KiB]\nwinword.exe;1\u{A0}600\nb;2\u{202F}048\nc;84\n",
    // Without any unit: bytes, or KiB, by what can be whole pages.
    "process,page_table\nwinword.exe,1638400\nb,2097152\nc,86016\n",
    "process,page_table\nwinword.exe,1600\nb,2048\nc,84\n",
    // A capture's.
    "pid,comm,VmPTE_kB,VmSize_kB\n1,winword.exe,1600,9\n2,b,2048,9\n3,c,84,9\n",
    // /proc, with a thread and a kernel thread, and as grep prints it.
    "Name:\twinword.exe\nTgid:\t1\nPid:\t1\nVmPTE:\t    1600 kB\nThreads:\t2\n"
      + "Name:\tworker\nTgid:\t1\nPid:\t7\nVmPTE:\t    1600 kB\nName:\tkthreadd\nPid:\t2\n"
      + "Name:\tb\nTgid:\t5\nPid:\t5\nVmPTE:\t2048 kB\n\nName:\tc\nTgid:\t6\nPid:\t6\n"
      + "VmPTE:\t80 kB\nVmPMD:\t4 kB\n",
    "/proc/1/status:Name:\twinword.exe\n/proc/1/status:Pid:\t1\n/proc/1/status:VmPTE:\t 1600 kB\n"
      + "/proc/5/status:Name:\tb\n/proc/5/status:VmPTE:\t2048 kB\n"
      + "/proc/6/status:Name:\tc\n/proc/6/status:VmPTE:\t84 kB\n",
  ])
  func everySpellingIsTheSame(_ text: String) throws {
    let table = try ProcessTable(text: text, file: "p")
    #expect(table.processes.map(\.pageTableBytes) == Self.bytes)
    #expect(table.processes.map(\.name) == ["winword.exe", "b", "c"])
    #expect(!table.hasRates)
  }

  @Test(arguments: [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian, .windowsCP1252])
  func everyEncodingIsTheSame(_ encoding: String.Encoding) throws {
    let text = "Process;Page Table (K)\nBüro.exe;1.600\nb;2.048\n"
    let marks: [String.Encoding: [UInt8]] = [
      .utf8: [0xEF, 0xBB, 0xBF], .utf16LittleEndian: [0xFF, 0xFE], .utf16BigEndian: [0xFE, 0xFF],
    ]
    let bytes = [UInt8](try #require(text.data(using: encoding)))
    for mark in [marks[encoding] ?? [], []] {
      try Folder.with(["p.csv": Data(mark + bytes)]) { folder in
        let table = try ProcessTable.load(path: folder + "/p.csv")
        #expect(table.processes.map(\.name) == ["Büro.exe", "b"])
        #expect(table.processes.map(\.pageTableBytes) == Array(Self.bytes.prefix(2)))
      }
    }
  }

  @Test func ratesAreReadAndUnknownOnesStayUnknown() throws {
    let text = "process;page_table_kib;Context Switches/sec\na;84;0,5\nb;84;1.250\nc;84;\nd;84;-\n"
    let table = try ProcessTable(text: text, file: "p")
    #expect(table.processes.map(\.switchesPerSecond) == [0.5, 1250, nil, nil])
    // A count since the start is no rate.
    let counts = try ProcessTable(
      text: "process,page_table_kib,context switches\na,84,90000\n", file: "p")
    #expect(!counts.hasRates)
  }

  @Test func whatWasInferredIsSaid() throws {
    func notes(_ text: String) throws -> String {
      try ProcessTable(text: text, file: "p").notes.joined(separator: " ")
    }
    #expect(try notes("process,page_table\na,84\n").contains("KiB, and not in bytes"))
    #expect(try notes("process,page_table\na,4096\n").contains("in bytes: taken so"))
    #expect(try notes("process;page_table_mb\na;1,5\n").contains("comma"))
    #expect(try notes("process,page_table_bytes\na,4096\n").isEmpty)
    let status = "Name:\ta\nTgid:\t1\nPid:\t1\nVmPTE:\t8 kB\nName:\tb\nTgid:\t1\nPid:\t2\n"
    #expect(try notes(status + "VmPTE:\t8 kB\nName:\tk\nPid:\t3\n").contains("1 threads share"))
  }

  @Test(arguments: [
    ("process,page_table\na,85\n", 2, "without a unit"),
    ("process;page_table_mb\na;1,5\nb;1.25\n", 3, "contradicts line 2"),
    ("process,page_table_kib\na,\"84\n", 2, "quotation mark"),
    ("process\tpage table\na\tmany\n", 2, "is 'many'"),
    ("process,page_table_kib\na,1,2,3\n", 2, "4 cells"),
    ("process,page_table_kib\na,1e3\n", 2, "is '1e3'"),
    ("process,page_table_kib\na,nan\n", 2, "nan"),
    ("process,page_table_kib\na,99999999999999\n", 2, "10^12"),
    ("Name:\ta\nPid:\t1\nVmPTE:\tlots\n", 3, "VmPTE is 'lots'"),
    ("hello\nworld\n", 1, "no line names the columns"),
    ("process,page_table_kib,context_switches_s\na,4,1e9\n", 2, "context_switches_per_second"),
  ])
  func theRestIsRefusedByLine(_ text: String, _ line: Int, _ reason: String) {
    let error = #expect(throws: InputError.self) { try ProcessTable(text: text, file: "p") }
    #expect(error?.line == line)
    #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
  }

  @Test(arguments: ["office30", "apache150_php", "pg200_tpcb_400tps"])
  func theCapturesOwnListsAreRead(_ name: String) throws {
    let table = try ProcessTable.load(
      path: "\(Repository.root)/Workloads/captures/\(name).procs.csv")
    #expect(table.processes.count >= 120)
    let shape = GuestShape(mode: .fourLevel, memoryMiB: 4096, vcpus: 2)
    #expect(try table.workload(shape: shape).processes.count == table.processes.count)
  }
}
