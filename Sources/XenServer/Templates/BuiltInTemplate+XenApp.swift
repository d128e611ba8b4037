extension BuiltInTemplate {
  /// What XenApp's templates multiply the pool by, from 5.5 to 8.0; all others leave it at 1.0.
  public static let xenAppMultiplier = 4.0

  /// The templates for XenApp, the oldest first.
  ///
  /// XenServer 4.0 to 5.0 had some too, of which nothing is public but the blog that tells of them.
  /// Names and figures that were only ever in development are left out.
  public static let xenApp: [BuiltInTemplate] = [
    xenApp("v5", "Citrix XenApp", .v5, 512, .bits32, hasNX: false),
    xenApp("x64-v5", "Citrix XenApp x64", .v5, 512, .bits64),
    xenApp(
      "2003-x86-v6", "Citrix XenApp on Windows Server 2003 (32-bit)", .v6, 512, .bits32,
      hasNX: false),
    xenApp("2003-x64-v6", "Citrix XenApp on Windows Server 2003 (64-bit)", .v6, 512, .bits64),
    xenApp("2008-x86-v6", "Citrix XenApp on Windows Server 2008 (32-bit)", .v6, 1024, .bits32),
    xenApp("2008-x64-v6", "Citrix XenApp on Windows Server 2008 (64-bit)", .v6, 1024, .bits64),
    xenApp(
      "2008r2-x64-v6", "Citrix XenApp on Windows Server 2008 R2 (64-bit)", .v6, 1024, .bits64),
    xenApp(
      "2008-x86-v7", "Citrix XenApp on Windows Server 2008 (32-bit)", .v7, 1024, .bits32,
      uuid: "e566a90e-78fd-4000-9d14-283119024a9a", mostMemoryGiB: 64),
    xenApp(
      "2008-x64-v7", "Citrix XenApp on Windows Server 2008 (64-bit)", .v7, 1024, .bits64,
      uuid: "646f9d6b-bdbb-4969-9f52-05eac1d67706", mostMemoryGiB: 1024),
    xenApp(
      "2008r2-x64-v7", "Citrix XenApp on Windows Server 2008 R2 (64-bit)", .v7, 1024, .bits64,
      uuid: "81b93df5-29b9-462a-baad-465c0da2d6d1", mostMemoryGiB: 1536),
  ]

  /// One vCPU until the templates were JSON, two since; the limits for guests grew with releases.
  private static func xenApp(
    _ id: String, _ nameLabel: String, _ releases: Releases, _ memoryMiB: Int,
    _ wordSize: WordSize, hasNX: Bool = true, uuid: String? = nil, mostMemoryGiB: Int? = nil
  ) -> BuiltInTemplate {
    let isV5 = releases == .v5
    let isV7 = releases == .v7
    return BuiltInTemplate(
      id: "xenapp-\(id)", nameLabel: nameLabel, releases: releases, uuid: uuid,
      staticMinMiB: isV5 ? 16 : memoryMiB / 2, memoryMiB: memoryMiB,
      mostMemoryMiB: (mostMemoryGiB ?? (isV5 ? 32 : 128)) << 10,
      mostVCPUs: isV5 ? 8 : isV7 ? 32 : 16, diskGiB: id.contains("2008") ? 24 : isV5 ? 8 : 16,
      vcpus: isV7 ? 2 : 1, shadowMultiplier: xenAppMultiplier, wordSize: wordSize, hasNX: hasNX,
      hasViridian: isV5 ? nil : true, isApplicationTemplate: true)
  }
}
