import GuestModel
import Testing

@testable import Bench

@Suite struct ProcessTableTests {
  @Test func columnsAreFoundByName() throws {
    let text = """
      "Process","Page Table (bytes)","Context Switches/sec","Private"
      winword.exe,"409,600",12,9
      "a, b.exe",8192,0.5,1

      """
      .replacing("Page Table (bytes)", with: "Page_Table_Bytes")
    let table = try ProcessTable(text: text, file: "p.csv")
    #expect(table.processes.map(\.name) == ["winword.exe", "a, b.exe"])
    #expect(table.processes.map(\.pageTableBytes) == [409_600, 8192])
    #expect(table.processes.map(\.switchesPerSecond) == [12, 0.5])
  }

  @Test func sizesHaveUnitsAsRAMMapWritesThem() throws {
    let text = "Process,Page Table\na.exe,\"1,600 K\"\nb.exe,2 M\nc.exe,4096\n"
    let table = try ProcessTable(text: text, file: "p.csv")
    #expect(table.processes.map(\.pageTableBytes) == [1_638_400, 2_097_152, 4096])
  }

  @Test(arguments: [
    ("", nil, "holds no process"), ("process\nx\n", 1, "page_table_bytes"),
    ("process,page_table_bytes\na,b\n", 2, "is 'b'"),
    ("process,page_table_bytes\na,1,2\n", 2, "3 cells"),
    ("process,page_table_bytes\na,-1\n", 2, "is '-1'"),
  ])
  func badFilesAreRefused(text: String, line: Int?, reason: String) {
    let error = #expect(throws: InputError.self) {
      try ProcessTable(text: text, file: "p.csv")
    }
    #expect(error?.line == line)
    #expect(error?.reason.contains(reason) == true)
  }

  @Test(arguments: [PagingMode.fourLevel, .pae, .twoLevel])
  func aWorkloadHasTheirSizes(mode: PagingMode) throws {
    var text = "process,page_table_bytes,context_switches_per_second\n"
    for number in 1...100 { text += "p\(number),\(number * 8192),10\n" }
    let shape = GuestShape(mode: mode, memoryMiB: 4096, vcpus: 2)
    let file = try ProcessTable(text: text, file: "p.csv").workload(shape: shape)
    #expect(file.processes.count == 100)
    #expect(file.processes.leafTables.count <= 16)
    #expect(abs(file.processes.meanLeafTables - 97) < 8)
    #expect(file.activity.rootLoads.value == 1000)
  }

  @Test func recommendTakesThem() throws {
    let input = try? InputResolver.standard.open(InputRequest("processes:/nonexistent.csv"))
    #expect(input == nil)
  }
}
