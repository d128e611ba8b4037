import CBoot

/// The processor's tables of handlers, and the stack that ring 3 is left for.
enum Descriptors {
  /// Fills IDT, task state segment and its descriptor, and loads them.
  static func load() {
    var vector: UInt = 0
    while vector < 32 {
      setHandler(vector, sb_handlers_address() &+ vector &* 8, kind: 0x8E00)
      vector &+= 1
    }
    setHandler(14, sb_page_fault_address(), kind: 0x8E00)
    setHandler(128, sb_back_address(), kind: 0xEE00)
    setTaskState()
    sb_load_descriptors()
  }

  private static func setWord(_ address: UInt, _ word: UInt, _ value: UInt32) {
    UnsafeMutablePointer<UInt32>(bitPattern: address &+ word &* 4)?.pointee = value
  }

  /// An interrupt gate: 8 bytes, or 16 in long mode.
  private static func setHandler(_ vector: UInt, _ handler: UInt, kind: UInt32) {
    let low = UInt32(truncatingIfNeeded: handler)
    let words = UInt(MemoryLayout<UInt>.size / 2)
    let entry = idt_address() &+ vector &* words &* 4
    setWord(entry, 0, 0x8_0000 | low & 0xFFFF)
    setWord(entry, 1, low & 0xFFFF_0000 | kind)
    #if _pointerBitWidth(_64)
    setWord(entry, 2, UInt32(truncatingIfNeeded: handler &>> 32))
    #endif
  }

  /// The task state segment names the stack for ring 0; its descriptor is number 5.
  private static func setTaskState() {
    let stack = interrupt_stack_top_address()
    setWord(task_state_address(), 1, UInt32(truncatingIfNeeded: stack))
    #if _pointerBitWidth(_64)
    setWord(task_state_address(), 2, UInt32(truncatingIfNeeded: stack &>> 32))
    #else
    setWord(task_state_address(), 2, 16)
    #endif
    let segment = task_state_address()
    let base = UInt32(truncatingIfNeeded: segment)
    setWord(gdt_address(), 10, base &<< 16 | 103)
    setWord(gdt_address(), 11, base & 0xFF00_0000 | 0x8900 | base &>> 16 & 0xFF)
    #if _pointerBitWidth(_64)
    setWord(gdt_address(), 12, UInt32(truncatingIfNeeded: segment &>> 32))
    #endif
  }
}
