import GuestModel
import Testing

@testable import Bench

@Suite struct WorkloadFileTests {
  @Test(arguments: Repository.workloads)
  func committedFileLoads(_ name: String) throws {
    let file = try WorkloadFile.load(path: Repository.workload(name))
    #expect(file.name == name)
    #expect(file.figures.count >= 20)
    for named in file.figures {
      #expect(named.figure.source != nil && named.figure.mark != nil, "\(name): \(named.key)")
    }
    let workload = try SyntheticWorkload(file: file)
    #expect(workload.shape == file.shape)
    #expect(workload.warmUpSeconds == 3 && workload.seconds == 10)
  }

  @Test func tablesAreAsManyAsInTheSources() throws {
    func tables(_ name: String) throws -> Double {
      let file = try WorkloadFile.load(path: Repository.workload(name))
      return Double(try SyntheticWorkload(file: file).tableCount)
    }
    #expect(abs(try tables("xenapp-2003-32bit-pae") / 16_000 - 1) < 0.1)
    #expect(abs(try tables("xenapp-x64-2008") / 100_000 - 1) < 0.1)
    #expect(abs(try tables("postgres-shared-buffers") / 34_000 - 1) < 0.1)
    #expect(abs(try tables("apache-prefork") / 5_134 - 1) < 0.1)
    #expect(abs(try tables("kernel-compile") / 411 - 1) < 0.1)
    #expect(abs(try tables("vdi-single-user") / 2_200 - 1) < 0.1)
    #expect(abs(try tables("java-single-big-process") / 1_745 - 1) < 0.1)
  }

  @Test func everyPartIsRead() throws {
    let file = try WorkloadFile(text: SmallFile.workload)
    #expect(file.shape.mode == .fourLevel && file.shape.memoryMiB == 64 && file.shape.vcpus == 2)
    #expect(file.processes.count == 12 && file.processes.meanLeafTables == 8)
    #expect(
      file.processes.entriesPerLeaf
        == Figure(100, low: 50, high: 150, source: "a guess", mark: .estimated))
    #expect(file.activity.schedule == .random && file.activity.blocksTouched?.value == 4)
    #expect(file.run.warmUpSeconds == 1 && file.run.seconds == 3)
    #expect(file.figures.first?.key == "guest.memory_mib")
    #expect(file.figures.contains { $0.key == "processes.leaf_tables[2].count" })
  }

  @Test func defaultsAreThoseOfTheDocumentation() throws {
    let file = try WorkloadFile(
      text: """
        {"name": "a", "about": "as JSON", "expect": "nothing",
         "guest": {"mode": "pae", "memory_mib": 64, "vcpus": 1},
         "processes": {"count": 4, "leaf_tables": 10},
         "activity": {"leaves_touched": 2, "entries_touched": 9, "root_loads": 50,
          "schedule": "hot"}}
        """)
    #expect(file.processes.upperTables.value == 3 && file.processes.entriesPerLeaf.value == 200)
    #expect(file.sharing.entriesShare.value == 0 && file.sharing.writableShare.value == 1)
    #expect(file.activity.activeProcesses.value == 4 && file.activity.overlap.value == 0.75)
    #expect(file.activity.turnover.value == 0.0625 && file.activity.runPages.value == 2.5)
    #expect(file.activity.churn.value == 0 && file.activity.guestFaults.value == 0)
    #expect(file.activity.writeShare.value == 0.3 && file.activity.blocksTouched == nil)
    #expect(file.kernel.leafTables.value == 16 && file.kernel.pagesPerTurn.value == 16)
    #expect(file.run == WorkloadFile.Run(warmUpSeconds: 3, seconds: 10))
  }

  @Test func truncatedAndChangedFilesNeverTrap() {
    let bytes = Array(SmallFile.workload.utf8)
    var accepted = 0
    func load(_ bytes: [UInt8]) {
      do throws(InputError) {
        let file = try WorkloadFile(text: TextFile.text(of: bytes, file: "f"), file: "f")
        _ = try SyntheticWorkload(file: file)
        accepted += 1
      } catch {
        #expect(!error.reason.isEmpty && error.line ?? 1 >= 1)
      }
    }
    for length in 0...bytes.count { load(Array(bytes[..<length])) }
    for index in bytes.indices {
      for byte in [0, 9, 0x22, 0x2A, 0x39, 0x5B, 0x7B, 0x26, 0xC3, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] = byte
        load(changed)
      }
      load(Array(bytes[..<index] + bytes[(index + 1)...]))
    }
    #expect(accepted > 100)
  }
}
