extension BuiltInTemplate {
  /// Templates for systems, of the set that is in use now: their multiplier is 1.0.
  ///
  /// Of the hundred there are, those of Windows and the one for any other system; Linux's differ in
  /// nothing that matters here but their memory. Figures are those of guest-templates-json.
  public static let systems: [BuiltInTemplate] = [
    windows(
      "windows-10", "Windows 10 (64-bit)", uuid: "7774689b-4ca1-4dea-8545-dddd6b64c17f",
      minGiB: 2, diskGiB: 24),
    windows(
      "windows-11", "Windows 11", uuid: "1f8728f9-6354-4a68-adc3-222c34f2bb94", minGiB: 4,
      diskGiB: 64),
    windows("windows-server-2016", "Windows Server 2016 (64-bit)", uuid: nil, minGiB: 1),
    windows("windows-server-2019", "Windows Server 2019 (64-bit)", uuid: nil, minGiB: 1),
    windows(
      "windows-server-2022", "Windows Server 2022 (64-bit)",
      uuid: "1c33af1c-e919-418c-ad45-85d7d6fb604a", minGiB: 1),
    windows(
      "windows-server-2025", "Windows Server 2025", uuid: "905ab443-e415-4d52-bfef-e14b147eac4e",
      minGiB: 2, diskGiB: 64),
    BuiltInTemplate(
      id: "other-install-media", nameLabel: "Other install media", releases: .v8,
      uuid: "552bce37-51b2-445d-84f2-5f33fa112d7e", staticMinMiB: 128, memoryMiB: 256,
      mostMemoryMiB: 128 << 10, mostVCPUs: 32, diskGiB: 0, vcpus: 1, shadowMultiplier: 1,
      wordSize: .bits64, hasNX: true, hasViridian: true, isApplicationTemplate: false),
  ]

  /// All of them, XenApp's first.
  public static let all = xenApp + systems

  /// The template that `name` is the ``id`` of, or the ``nameLabel``: then the newest of those that
  /// have it.
  public static func named(_ name: String) -> BuiltInTemplate? {
    all.first { $0.id == name } ?? all.last { $0.nameLabel == name }
  }

  private static func windows(
    _ id: String, _ nameLabel: String, uuid: String?, minGiB: Int, diskGiB: Int = 32
  ) -> BuiltInTemplate {
    BuiltInTemplate(
      id: id, nameLabel: nameLabel, releases: .v8, uuid: uuid, staticMinMiB: minGiB << 10,
      memoryMiB: minGiB << 11, mostMemoryMiB: 1536 << 10, mostVCPUs: 64, diskGiB: diskGiB,
      vcpus: 2, shadowMultiplier: 1, wordSize: .bits64, hasNX: true, hasViridian: true,
      isApplicationTemplate: false)
  }
}
