import Bench
import Foundation
import GuestModel
import ShadowModel

struct Scenario: Decodable {
  var id: String
  var mode: String
  var memory_mib: Int
  var vcpus: Int
  var shadow_mib: Int
  var guest: String
  var counters: [String: Int]
}
@main struct Main {
  static func main() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
    let only = CommandLine.arguments.count > 2 ? CommandLine.arguments[2] : nil
    var bad = 0
    for s in try JSONDecoder().decode([Scenario].self, from: data) {
      if let only, s.id != only { continue }
      let shape = GuestShape(
        mode: PagingMode(name: s.mode)!, memoryMiB: s.memory_mib, vcpus: s.vcpus)
      let w = try ReferenceWorkload(text: s.guest, shape: shape)
      let p = makePager(
        configuration: DomainConfiguration(shape: shape, allocationPages: s.shadow_mib * 256),
        memory: w.makeMemory(), logsEvents: only != nil)
      var source = w.makeSource()
      var block = OperationBlock()
      while true {
        block.removeAll()
        source.fill(&block)
        if block.count == 0 { break }
        p.execute(block)
      }
      var diffs: [String] = []
      for n in Counters.Name.allCases where n.isDecidedByAlgorithm {
        let x = s.counters[n.xenName] ?? 0
        if x != p.counters[n] {
          diffs.append("\(n.xenName.dropFirst(7)): xen \(x) model \(p.counters[n])")
        }
      }
      if !diffs.isEmpty { bad += 1 }
      print(s.id, s.mode, s.guest, diffs.isEmpty ? "ok" : diffs.joined(separator: "; "))
      if only != nil {
        for e in p.events {
          print(e.kind, String(e.address, radix: 16), String(e.frame.rawValue, radix: 16))
        }
      }
    }
    print("bad", bad)
  }
}
