import Testing
import XenServer

@Suite struct BuiltInTemplateTests {
  @Test func idsAreDifferentAndFitForFileNames() {
    let ids = BuiltInTemplate.xenApp.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" } })
  }

  @Test func aLabelIsTheNewestOfItsTemplatesAndAnIDExactlyOne() throws {
    let label = "Citrix XenApp on Windows Server 2008 R2 (64-bit)"
    let newest = try #require(BuiltInTemplate.named(label))
    #expect(newest.id == "xenapp-2008r2-x64-v7" && newest.vcpus == 2 && newest.releases == .v7)
    let older = try #require(BuiltInTemplate.named("xenapp-2008r2-x64-v6"))
    #expect(older.nameLabel == label && older.vcpus == 1 && older.memoryMiB == 1024)
    #expect(BuiltInTemplate.named("Citrix XenApp")?.memoryMiB == 512)
    #expect(BuiltInTemplate.named("citrix xenapp") == nil)
  }

  @Test func everyXenAppTemplateMultipliesByFour() {
    #expect(BuiltInTemplate.xenApp.count == 10)
    for template in BuiltInTemplate.xenApp {
      #expect(template.shadowMultiplier == 4 && template.isApplicationTemplate)
      #expect(template.nameLabel.hasPrefix("Citrix XenApp"))
      let isOldAnd32 =
        template.wordSize == .bits32 && !template.nameLabel.contains("2008")
      #expect(template.hasNX != isOldAnd32)
    }
  }
}
