import Files
import Foundation
import Testing

@testable import Bench

/// Inputs that come with the program, by their names alone.
@Suite struct BundledFilesTests {
  let bundled = BundledFiles(folder: "\(Repository.root)/Workloads")

  @Test(arguments: ["captures/office30", "Workloads/captures/office30"])
  func aCaptureIsFoundByItsName(name: String) {
    let path = URL(fileURLWithPath: bundled.capture(name)).standardized.path
    #expect(path == "\(Repository.root)/Workloads/captures/office30")
  }

  @Test(arguments: [
    "xenapp-random.yaml", "pools/sample.yaml", "costs/westmere-2011.yaml",
    "traces/thrashing.xentrace.gz",
  ])
  func aFileIsFoundByItsName(name: String) {
    #expect(bundled.path(of: name) == "\(Repository.root)/Workloads/\(name)")
  }

  @Test(arguments: ["nosuch.yaml", "../README.md", "/captures/README.md", "", "Workloads/"])
  func otherNamesStayAsTheyAre(name: String) {
    #expect(bundled.path(of: name) == name)
  }

  @Test func aFileThatIsThereOutranksABundledOne() {
    let here = "\(Repository.root)/Workloads/xenapp-random.yaml"
    #expect(BundledFiles(folder: "/nonexistent").path(of: here) == here)
    #expect(bundled.path(of: here) == here)
  }

  @Test func theyBelongToTheExecutable() throws {
    let root = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: root) }
    let share = "\(root)/usr/share/shadowbench"
    try FileManager.default.createDirectory(
      atPath: share + "/captures", withIntermediateDirectories: true)
    #expect(BundledFiles(besides: "\(root)/usr/bin/shadowbench").folder == nil)
    try "".write(toFile: share + "/captures/README.md", atomically: true, encoding: .utf8)
    #expect(BundledFiles(besides: "\(root)/usr/bin/shadowbench").folder == share)
  }

  @Test(arguments: [
    ("office30", ", did you mean captures/office30?"),
    ("captures/ofice30", ", did you mean captures/office30?"),
    ("a/office30.map.txt.xz", ", did you mean a/office30?"), ("something", ""),
  ])
  func whatWasMeantIsSaid(name: String, suggestion: String) {
    #expect(bundled.suggestion(for: name) == suggestion)
  }

  @Test func theErrorListsThem() {
    #expect(bundled.inputs.prefix(2) == ["captures/apache150_php", "captures/office30"])
    #expect(bundled.inputs.count == 4 + Repository.workloads.count)
    let resolver = InputResolver(readers: [], bundled: bundled)
    let error = #expect(throws: InputError.self) { try resolver.open(InputRequest("offices")) }
    #expect(error?.reason.contains("; bundled are: captures/apache150_php, ") == true)
    #expect(BundledFiles(folder: nil).hint.isEmpty)
  }
}
