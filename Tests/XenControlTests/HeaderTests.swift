import Foundation
import Testing

@testable import XenControl

/// The layouts, numbers and prototypes that are used, against the headers of libxen-dev: the
/// compiler judges a program of static assertions that is made of what the calls use.
@Suite struct HeaderTests {
  @Test func layoutsAreThoseOfTheHeaders() throws {
    let verdict = try Self.compiled(HeaderProgram().text)
    #expect(verdict.code == 0, "libxen-dev is needed ('make deps'):\n\(verdict.output)")
  }

  /// A prototype is known to the compiler by its C text, to the caller by its Swift type.
  @Test(arguments: HeaderProgram.functions) func prototypesAreTheTypesThatAreCalled(
    _ function: HeaderFunction
  ) {
    #expect(function.cKinds == function.swiftKinds, "\(function.name)")
    #expect(function.cKinds.count > 1)
  }

  @Test func wrongOffsetsWidthsAndNumbersAreFound() throws {
    for field in HeaderProgram().fields {
      var moved = HeaderProgram()
      moved.fields = [
        XenField(
          record: field.record, member: field.member, offset: field.offset + 4, width: field.width)
      ]
      #expect(try Self.compiled(moved.text).output.contains("\(field.member): offset"))
    }
    var program = HeaderProgram()
    program.fields = [
      XenField(record: "struct xen_sysctl_physinfo", member: "cpu_khz", offset: 24, width: 8)
    ]
    program.numbers = [XenNumber(name: "XEN_DOMCTL_SHADOW_OP_PEEK", value: 11)]
    let output = try Self.compiled(program.text).output
    #expect(output.contains("cpu_khz: width"))
    #expect(output.contains("XEN_DOMCTL_SHADOW_OP_PEEK: number"))
  }

  @Test func wrongPrototypesAreFound() throws {
    for function in HeaderProgram.functions {
      var program = HeaderProgram()
      program.prototypes = [
        HeaderFunction(
          function.result, function.name, function.parameters + ["unsigned long"], Void.self
        ).prototype
      ]
      let verdict = try Self.compiled(program.text)
      #expect(verdict.code != 0 && verdict.output.contains(function.name))
    }
  }

  /// What the compiler says of a C program.
  private static func compiled(_ text: String) throws -> (code: Int32, output: String) {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("headers-\(UUID().uuidString).c")
    try text.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try StandInTests.run(["clang", "-std=gnu11", "-fsyntax-only", file.path])
  }
}

/// A function of the libraries: its C text, and the Swift type that it is called by.
struct HeaderFunction: Sendable, CustomTestStringConvertible {
  let result: String
  let name: String
  let parameters: [String]
  let swiftType: String

  init<Function>(
    _ result: String, _ name: String, _ parameters: [String], _ type: Function.Type
  ) {
    self.result = result
    self.name = name
    self.parameters = parameters
    swiftType = String(reflecting: type)
  }

  var testDescription: String { name }

  /// A declaration, which the compiler refuses if the header's is another.
  var prototype: String { "\(result) \(name)(\(parameters.joined(separator: ", ")));" }

  /// Parameters, then the result, as C has them.
  var cKinds: [String] { (parameters + [result]).map(Self.kind(c:)) }

  /// The same as Swift has them: `@convention(c) (A, Optional<B<C>>) -> D`.
  var swiftKinds: [String] {
    let parts = swiftType.components(separatedBy: " -> ")
    guard parts.count == 2, let open = parts[0].firstIndex(of: "("),
      let list = parts[0][open...].firstIndex(of: " ")
    else { return [] }
    let inner = parts[0][list...].drop { $0 == " " || $0 == "(" }.dropLast()
    return (inner.components(separatedBy: ", ") + [parts[1]]).map(Self.kind(swift:))
  }

  private static func kind(c type: String) -> String {
    if type.hasSuffix("*") { return "pointer" }
    switch type {
    case "int": return "Int32"
    case "unsigned int", "uint32_t", "xs_transaction_t": return "UInt32"
    case "unsigned long": return "UInt"
    case "uint64_t": return "UInt64"
    case "long long": return "Int64"
    default: return type
    }
  }

  private static func kind(swift type: String) -> String {
    if type.contains("Pointer") { return "pointer" }
    return type == "()" ? "void" : type.replacingOccurrences(of: "Swift.", with: "")
  }
}

/// A C program that compiles where the headers are what the calls expect.
struct HeaderProgram {
  var fields =
    PhysicalInfoRecord(isLong: true).fields + DomainInfoRecord.fields
    + ShadowStatisticsRecord.fields
  var numbers =
    PhysicalInfoRecord.numbers + DomainInfoRecord.numbers + ShadowOperation.numbers
    + VersionQuestion.numbers
  var prototypes = HeaderProgram.functions.map(\.prototype)

  /// Those of Xen 4.17; the joined call of 4.15 and before is in no header of today.
  static let functions = [
    HeaderFunction(
      "xc_interface *", "xc_interface_open",
      ["xentoollog_logger *", "xentoollog_logger *", "unsigned int"], ControlFunction.Open.self),
    HeaderFunction("int", "xc_interface_close", ["xc_interface *"], ControlFunction.Close.self),
    HeaderFunction(
      "int", "xc_version", ["xc_interface *", "int", "void *"], ControlFunction.Version.self),
    HeaderFunction(
      "int", "xc_physinfo", ["xc_interface *", "xc_physinfo_t *"],
      ControlFunction.PhysicalInfo.self),
    HeaderFunction(
      "int", "xc_domain_getinfolist",
      ["xc_interface *", "uint32_t", "unsigned int", "xc_domaininfo_t *"],
      ControlFunction.DomainList.self),
    HeaderFunction(
      "int", "xc_shadow_control",
      ["xc_interface *", "uint32_t", "unsigned int", "unsigned int *", "unsigned int"],
      ControlFunction.ShadowControl.self),
    HeaderFunction(
      "long long", "xc_logdirty_control",
      [
        "xc_interface *", "uint32_t", "unsigned int", "xc_hypercall_buffer_t *", "unsigned long",
        "unsigned int", "xc_shadow_op_stats_t *",
      ], ControlFunction.DirtyControl.self),
    HeaderFunction(
      "int", "xc_get_paging_mempool_size", ["xc_interface *", "uint32_t", "uint64_t *"],
      ControlFunction.GetPool.self),
    HeaderFunction(
      "int", "xc_set_paging_mempool_size", ["xc_interface *", "uint32_t", "uint64_t"],
      ControlFunction.SetPool.self),
    HeaderFunction("struct xs_handle *", "xs_open", ["unsigned long"], XenStore.Open.self),
    HeaderFunction("void", "xs_close", ["struct xs_handle *"], XenStore.Close.self),
    HeaderFunction(
      "void *", "xs_read",
      ["struct xs_handle *", "xs_transaction_t", "const char *", "unsigned int *"],
      XenStore.Read.self),
  ]

  /// The functions of a logger, in their order.
  private var logger: [XenField] {
    typealias Functions = SilentLogger.Functions
    let offsets = [
      ("vmessage", MemoryLayout<Functions>.offset(of: \.message)),
      ("progress", MemoryLayout<Functions>.offset(of: \.progress)),
      ("destroy", MemoryLayout<Functions>.offset(of: \.end)),
    ]
    return offsets.map { member, offset in
      XenField(record: "xentoollog_logger", member: member, offset: offset ?? -1, width: 8)
    }
  }

  var text: String {
    let asserted = (fields + logger).flatMap { field in
      let member = "((\(field.record) *)0)->\(field.member)"
      return [
        "_Static_assert(__builtin_offsetof(\(field.record), \(field.member)) == \(field.offset),"
          + " \"\(field.member): offset\");",
        "_Static_assert(sizeof(\(member)) == \(field.width), \"\(field.member): width\");",
      ]
    }
    let numbered = numbers.map {
      "_Static_assert(\($0.name) == \($0.value)u, \"\($0.name): number\");"
    }
    let room = ["xc_physinfo_t", "xc_domaininfo_t"].map {
      "_Static_assert(sizeof(\($0)) <= \(XenLayout.bufferBytes), \"\($0): room\");"
    }
    let statistics =
      "_Static_assert(sizeof(xc_shadow_op_stats_t) == \(ShadowStatisticsRecord.count * 4),"
      + " \"xc_shadow_op_stats_t: size\");"
    return
      (["#include <xenctrl.h>", "#include <xenstore.h>"] + asserted + numbered + room
      + [statistics] + prototypes).joined(separator: "\n") + "\n"
  }
}
