import GuestModel
import ShadowModel
import TestSupport
import Testing

@Test("A domain starts with its P2M, snapshots, monitor table and the identity map's root")
func creation() {
  let shape = GuestShape(mode: .fourLevel, memoryMiB: 8, vcpus: 1)
  let configuration = DomainConfiguration(shape: shape, allocationPages: 200)
  let memory = GuestMemory(frameCount: configuration.frameCount, entriesPerTable: 512)
  let domain = PlainDomain(configuration, memory: memory)
  #expect(!domain.isCrashed)
  #expect(domain.counters[.allocCount] == configuration.p2mPages + 3 + 3 + 4)
  #expect(domain.counters[.alloc] == configuration.p2mPages + 3 + 3 + 1)
  #expect(domain.rootLoads == 2)
  #expect(domain.audit().isEmpty)
}
