// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that who builds shadowbench does not build this.
let package = Package(
  name: "shadowbench-benchmarks",
  dependencies: [.package(name: "shadowbench", path: "..")],
  targets: [
    .target(
      name: "CReference",
      cSettings: [.unsafeFlags(["-O3", "-std=c11", "-Wall", "-Wextra"])]),
    .executableTarget(
      name: "shadowbench-benchmarks",
      dependencies: [
        "CReference",
        .product(name: "GuestModel", package: "shadowbench"),
        .product(name: "ShadowModel", package: "shadowbench"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
