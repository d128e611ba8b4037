import GuestModel
import NUMA
import Synchronization
import Testing

@testable import Bench

@Suite struct HugePageTests {
  /// A kernel, and whether it was asked to turn huge pages off.
  final class Kernel: Sendable {
    let asked = Mutex(0)
    let areDisabled: Bool?
    let obeys: Bool

    init(areDisabled: Bool? = false, obeys: Bool = true) {
      self.areDisabled = areDisabled
      self.obeys = obeys
    }

    var library: HugePageLibrary {
      HugePageLibrary(
        areDisabled: { self.areDisabled },
        disable: {
          self.asked.withLock { $0 += 1 }
          return self.obeys
        })
    }

    func policy(_ request: HugePageRequest, _ setting: String?) -> String {
      HugePages(request, setting: setting, library: library).policy
    }
  }

  @Test func onLeavesTheProcessAlone() {
    let kernel = Kernel()
    #expect(kernel.policy(.on, "madvise") == "advised")
    #expect(kernel.policy(.on, "always") == "advised")
    #expect(kernel.asked.withLock { $0 } == 0)
  }

  @Test func offTurnsThemOffOrSaysThatItCannot() {
    let kernel = Kernel()
    #expect(kernel.policy(.off, "always") == "off")
    #expect(kernel.asked.withLock { $0 } == 1)
    let old = Kernel(areDisabled: nil, obeys: false)
    #expect(old.policy(.off, "madvise") == "advised: the kernel cannot turn them off")
  }

  @Test func whatCannotBeHadIsSaid() {
    let kernel = Kernel(areDisabled: true)
    for request in HugePageRequest.allCases {
      #expect(kernel.policy(request, "never") == "none: the kernel's setting is never")
      #expect(kernel.policy(request, nil) == "none: the kernel has no transparent huge pages")
      #expect(kernel.policy(request, "madvise").hasPrefix("off: they were turned off"))
    }
    #expect(kernel.asked.withLock { $0 } == 0)
  }

  @Test func theEnvironmentTellsIt() throws {
    let pages = HugePages(.on, setting: "madvise", library: Kernel().library)
    let environment = RunEnvironment(.anywhere, hugePages: pages, hugePageSetting: "madvise")
    #expect(try JSONResult.encode(environment).contains("\"huge_pages\" : \"advised\""))
    #expect(RunEnvironment(.anywhere).hugePages == nil)
  }

  /// Sizes on both sides of what is large, and not a whole number of pages.
  @Test(arguments: [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, (1 << 19) + 777])
  func largeBuffersKeepTheirElements(_ count: Int) {
    var buffer = Buffer<UInt64>(repeating: 7, count: count)
    for index in 0..<count { buffer[index] = UInt64(index) }
    let copy = buffer.duplicate()
    buffer.grow(to: count + 300_000, filling: 9)
    #expect((0..<count).allSatisfy { buffer[$0] == UInt64($0) && copy[$0] == UInt64($0) })
    #expect((count..<buffer.count).allSatisfy { buffer[$0] == 9 })
  }

  @Test func largeMemoryIsZeroAndBeginsAtAHugePage() {
    let bytes = LargeMemory.hugePageBytes + 5000
    #expect(LargeMemory.isLarge(bytes) && !LargeMemory.isLarge(LargeMemory.hugePageBytes - 1))
    let memory = LargeMemory.map(bytes)
    defer { LargeMemory.unmap(memory, bytes) }
    #expect(Int(bitPattern: memory) % LargeMemory.hugePageBytes == 0)
    #expect((0..<bytes).allSatisfy { memory.load(fromByteOffset: $0, as: UInt8.self) == 0 })
    memory.storeBytes(of: 1, toByteOffset: bytes - 1, as: UInt8.self)
  }
}
