import CBoot

/// Where the window is that every address space has: the lowest guest memory, by superpages.
var window: UInt {
  #if _pointerBitWidth(_64)
  0xFFFF_DC00_0000_0000
  #else
  sb_mode == 3 ? 0xB000_0000 : 0xF000_0000
  #endif
}

/// Begins once the boot tables are loaded; `startInfo` is the physical address of hvm_start_info.
@_cdecl("sb_main")
public func main(startInfo: UInt) {
  Descriptors.load()
  guard let module = Module(startInfo: startInfo) else { sb_stop() }
  guard let stream = Stream(module: module) else { sb_stop() }
  var replay = Replay(stream: stream)
  replay.run()
  sb_stop()
}

/// An exception that no instruction expected: says which, and ends the guest.
///
/// `first` and `second` are what the processor pushed: an error code and where, or where and CS.
@_cdecl("sb_exception")
public func exception(vector: UInt, first: UInt, second: UInt) {
  Console.write("SB failed exception")
  Console.write(" vector=", decimal: UInt64(vector))
  Console.write(" first=", hexadecimal: UInt64(first))
  Console.write(" second=", hexadecimal: UInt64(second))
  Console.write(" address=", hexadecimal: UInt64(sb_fault_address()))
  Console.write(" operation=", decimal: UInt64(sb_number))
  Console.endLine()
}

/// The first module that the loader was given.
struct Module {
  /// Its physical address, below the window's end.
  let address: UInt
  /// Its size in bytes.
  let bytes: UInt
  /// Physical addresses of what led to it.
  let startInfo: UInt
  let list: UInt

  /// Finds it in the loader's list, which lies where addresses are physical ones.
  init?(startInfo: UInt) {
    guard sb_read(startInfo) == 0x336E_C578, sb_read(startInfo &+ 12) >= 1 else {
      Console.write("SB failed the domain has no module: give the stream as its ramdisk\n")
      return nil
    }
    self.startInfo = startInfo
    list = UInt(sb_read(startInfo &+ 16))
    address = UInt(sb_read(list))
    bytes = UInt(sb_read(list &+ 8))
  }
}

/// The operations in the module, and what its header says.
struct Stream {
  /// Where the first operation lies, in the window.
  let first: UInt
  /// How many operations there are.
  let count: UInt
  /// Whether values that are read count.
  let isPainted: Bool
  /// Bytes of a table's entry.
  let entryBytes: UInt

  /// Checks the header.
  init?(module: Module) {
    let header = window &+ module.address
    let mode = sb_read(header &+ 12)
    guard sb_read(header) == 0x4552_4253, sb_read(header &+ 4) == 0x5941_4C50 else {
      Console.write("SB failed the module is no stream\n")
      return nil
    }
    guard sb_read(header &+ 8) == ReplayRules.version else {
      Console.write("SB failed the stream has another version than the guest\n")
      return nil
    }
    guard mode == sb_mode else {
      Console.write("SB failed wrong mode")
      Console.write(" levels=", decimal: UInt64(mode))
      Console.write(" guest=", decimal: UInt64(sb_mode))
      Console.endLine()
      return nil
    }
    let headerBytes = UInt(bitPattern: ReplayRules.headerBytes)
    count = UInt(sb_read(header &+ 40))
    first = header &+ headerBytes
    isPainted = sb_read(header &+ 36) & ReplayRules.painted != 0
    entryBytes = mode == 2 ? 4 : 8
    guard module.bytes >= headerBytes, count <= (module.bytes &- headerBytes) / 16 else {
      Console.write("SB failed the stream is cut off\n")
      return nil
    }
    let digest = UInt64(sb_read(header &+ 52)) &<< 32 | UInt64(sb_read(header &+ 48))
    Console.write("SB replay 1 mode=")
    switch mode {
    case 2: Console.write("2-level")
    case 3: Console.write("pae")
    default: Console.write("64-bit")
    }
    Console.write(" module=", address: module.address)
    Console.write(" bytes=", decimal: UInt64(module.bytes))
    Console.write(" digest=", hexadecimal: digest)
    Console.write(" start_info=", address: module.startInfo)
    Console.write(" modules=", address: module.list)
    Console.endLine()
  }
}
