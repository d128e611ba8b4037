import Foundation
import GuestModel
import ShadowModel
import Testing

@testable import Bench

@Suite struct TraceConversionTests {
  @Test(arguments: ["S11", "S17", "S40"]) func operationsAreReadBack(id: String) throws {
    let trace = try TraceReconstruction(
      path: TraceFixtures.path(id), memoryMiB: 256, gigahertz: 2.66)
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).operations"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let operations = trace.selfContainedOperations
    try OperationFile.write(operations, to: path)
    #expect(try OperationFile.read(path) == operations)
    let input = try InputResolver.standard.open(
      InputRequest(path, mode: trace.shape.mode, memoryMiB: 256, vcpus: 1))
    let settings = RunSettings(
      sizing: Sizing(shape: input.shape), makePager: StandardModel.pager)
    let run = try Runner(settings: settings).run(input.makeWorkload(1), seed: 1, pages: 2048)
    // Building the tables costs faults of its own; everything after is the same.
    #expect(run.rootLoads >= trace.origin.rootLoads)
    #expect(run.counters[.faultFixed] >= trace.origin.faultsFixed)
    #expect(run.counters[.unsync] > 0 || id == "S17")
  }

  @Test(arguments: TracePredictionTests.traces) func aWorkloadFileIsAccepted(path: String) throws {
    let trace = try TraceReconstruction(path: path, memoryMiB: 256, gigahertz: 2.66)
    let file = try WorkloadFile(text: trace.workloadText(name: "t", gigahertz: 2.66))
    #expect(file.shape == trace.shape)
    #expect(file.processes.count >= 1)
  }

  @Test func streamsThatAreNoneAreRefused() throws {
    let path = NSTemporaryDirectory() + "shadowbench-\(UUID().uuidString).operations"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    #expect(throws: InputError.self) { try OperationFile.read(path) }
    try Data(repeating: 0xff, count: 32).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: InputError.self) { try OperationFile.read(path) }
    #expect(error?.reason.contains("make it again") == true)
    #expect(throws: InputError.self) { try OperationFile.read("/nonexistent") }
  }
}
