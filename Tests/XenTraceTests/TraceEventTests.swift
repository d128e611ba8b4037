import Testing
import XenTrace

@Suite struct TraceEventTests {
  func event(_ number: UInt32, _ words: [UInt32]) -> TraceEvent? {
    var trace = TraceBytes()
    trace.window(0) { $0.record(number, words) }
    return Recorder.read(trace.bytes).0.events.first
  }

  func shadow(_ number: UInt32, _ words: [UInt32]) -> ShadowTraceEvent? {
    guard case .shadow(let event) = event(number, words) else { return nil }
    return event
  }

  @Test(arguments: TracePaging.allCases) func faultsOfAllModes(paging: TracePaging) throws {
    let level = UInt32(paging.rawValue - 2) << 8
    let entry: [UInt32] = paging == .twoLevel ? [0x1067] : [0x1067, 0x2]
    let address: [UInt32] = paging == .fourLevel ? [0x5000, 0x80] : [0x5000]
    let fixup = try #require(shadow(0x40f006 | level, entry + address + [0x204]))
    #expect(fixup.kind == .fixup)
    #expect(fixup.paging == paging)
    #expect(fixup.guestEntry == (paging == .twoLevel ? 0x1067 : 0x2_0000_1067))
    #expect(fixup.address == (paging == .fourLevel ? 0x80_0000_5000 : 0x5000))
    #expect(fixup.flags == [.promotes, .getsReference])
    let write = try #require(
      shadow(0x40f008 | level, entry + entry + address + [2 << 29 | 0x8]))
    #expect(write.writtenValue == write.guestEntry)
    #expect(write.extraEmulations == 2)
    #expect(write.flags == .putsReference)
    for number: UInt32 in [2, 3, 4, 5, 7] {
      let plain = try #require(shadow(0x40f000 | level | number, address))
      #expect(plain.address == fixup.address)
    }
  }

  @Test(arguments: TracePaging.allCases) func bothLayoutsOfUnshadowing(paging: TracePaging) throws {
    let level = UInt32(paging.rawValue - 2) << 8
    let frame: [UInt32] = paging == .twoLevel ? [7] : [7, 0]
    let address: [UInt32] = paging == .fourLevel ? [0x5000, 0] : [0x5000]
    for number: UInt32 in 9...11 {
      let old = try #require(shadow(0x40f000 | level | number, frame + address))
      #expect(old.frame == 7)
      #expect(old.address == 0x5000)
      #expect(old.flags == [])
      let new = try #require(shadow(0x40f000 | level | number, frame + address + [0x2000]))
      #expect(new.frame == 7)
      #expect(new.flags == .unshadowsEarly)
    }
  }

  @Test(arguments: [
    (12, "wrmap_bf"), (13, "prealloc_unpin"), (14, "resync_full"), (15, "resync_only"),
  ])
  func framesInOneWordOrTwo(number: UInt32, name: String) throws {
    let wide = try #require(shadow(0x40f000 | number, [5, 1]))
    #expect(wide.frame == 0x1_0000_0005)
    #expect(wide.kind.name == name)
    #expect(try #require(shadow(0x40f000 | number, [5])).frame == 5)
  }

  @Test func recordsThatAreTooShortAreOthers() {
    #expect(event(0x40f206, [1, 2, 3]) == .other(0x40f206))
    #expect(event(0x40f00d, []) == .other(0x40f00d))
    #expect(event(0x40f010, [1]) == .other(0x40f010))
    #expect(event(0x81102, [1, 2]) == .other(0x81102))
  }

  @Test func exitsOfBothMakersInBothWidths() {
    func exit(_ reason: UInt32, _ address: UInt64, _ amd: Bool) -> TraceEvent {
      .vmExit(VMExit(reason: reason, address: address, isNamedAMD: amd))
    }
    #expect(event(0x81002, [0, 0x1234]) == exit(0, 0x1234, false))
    #expect(event(0x81102, [0x4e, 1, 2]) == exit(0x4e, 0x2_0000_0001, false))
    #expect(event(0x81003, [0x4e, 1]) == exit(0x4e, 1, true))
    #expect(event(0x81103, [0x4e, 1, 0]) == exit(0x4e, 1, true))
    #expect(event(0x81001, []) == .vmEntry)
    #expect(event(0x82009, [3, 0x1000]) == .controlWrite(number: 3, value: 0x1000))
    #expect(event(0x82109, [3, 0x1000, 1]) == .controlWrite(number: 3, value: 0x1_0000_1000))
    #expect(event(0x82014, [0, 0x5000]) == .invalidatePage(address: 0x5000))
    #expect(event(0x82114, [0, 0x5000, 0x80]) == .invalidatePage(address: 0x80_0000_5000))
  }

  @Test func runStates() {
    let name = VCPUName(domain: 5, vcpu: 1)
    #expect(event(0x21001 | 1 << 8 | 0 << 4, [0x5_0001]) == .running(name))
    #expect(event(0x21001 | 0 << 8 | 2 << 4, [0x5_0001]) == .stopped(name))
    #expect(event(0x21002, [0x5_0001]) == .running(name))
  }
}
