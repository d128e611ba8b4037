import Foundation
import OutputSupport
import Testing

/// The undo file, on whatever can be in its way; `WritingCommandTests` has all other outputs.
@Suite(.timeLimit(.minutes(5))) struct UndoPlaceTests {
  @Test func whatIsNoFileIsNotReplaced() throws {
    let places = try WrittenPlaces(ending: ".json", mode: 0o600, good: [0, 1])
    places.keepsFiles = true
    let run: WrittenPlaces.Run = { path in
      let host = try StandIn()
      return try host.audit("--hap", "--fix", "--apply", "--undo-file", path)
    }
    try places.checkFiles(run)
    try places.checkFolders(run)
    try places.checkStandardOutput(run)
    if try !places.checkDevices(run) { print("no device nodes can be made here") }
    #expect(places.complaints == [])
  }
}
