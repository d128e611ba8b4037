// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: warnings are errors, existentials and imports are explicit.
let common: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The core besides: raw memory is marked, and debug builds audit every invariant after each
/// operation.
let core: [SwiftSetting] =
  common + [
    .strictMemorySafety(),
    .define("SHADOW_AUDIT", .when(configuration: .debug)),
  ]

let package = Package(
  name: "shadowbench",
  products: [
    .executable(name: "shadowbench", targets: ["shadowbench"]),
    .library(name: "GuestModel", targets: ["GuestModel"]),
    .library(name: "ShadowModel", targets: ["ShadowModel"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    .target(name: "GuestModel", swiftSettings: core),
    .target(name: "ShadowModel", dependencies: ["GuestModel"], swiftSettings: core),
    .systemLibrary(name: "CPrefetch"),
    .target(
      name: "MissRatio", dependencies: ["CPrefetch"],
      swiftSettings: common + [.strictMemorySafety()]),
    .target(name: "Charts", swiftSettings: common + [.strictMemorySafety()]),
    .target(
      name: "Statistics",
      dependencies: [
        "GuestModel", .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      swiftSettings: common),
    .testTarget(
      name: "StatisticsTests", dependencies: ["GuestModel", "Statistics"], swiftSettings: common),
    .target(name: "Output", swiftSettings: common),
    .target(name: "OutputSupport", path: "Tests/OutputSupport", swiftSettings: common),
    .testTarget(name: "OutputTests", dependencies: ["Output"], swiftSettings: common),
    .target(name: "Digests", swiftSettings: common + [.strictMemorySafety()]),
    .target(name: "ShellText", swiftSettings: common + [.strictMemorySafety()]),
    .target(
      name: "XenServer", dependencies: ["Files", "ShellText"],
      swiftSettings: common + [.strictMemorySafety()]),
    .systemLibrary(name: "CCurl"),
    .target(
      name: "XenAPI", dependencies: ["CCurl", "Digests", "Output", "XenServer"],
      swiftSettings: common),
    .target(name: "XenTrace", swiftSettings: common + [.strictMemorySafety()]),
    .systemLibrary(name: "CZLIB", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CZSTD", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "Files", dependencies: ["CLZMA", "CZLIB", "CZSTD"], swiftSettings: common),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: common),
    .systemLibrary(name: "CNUMA", pkgConfig: "numa", providers: [.apt(["libnuma-dev"])]),
    .target(name: "NUMA", dependencies: ["CNUMA"], swiftSettings: common),
    .target(
      name: "XenControl",
      dependencies: ["GuestModel", "Output", "ShadowModel", "ShellText", "XenServer"],
      swiftSettings: common),
    .target(
      name: "Bench",
      dependencies: [
        "Charts", "Digests", "Files", "GuestModel", "ShadowModel", "MissRatio", "NUMA", "Output",
        "ShellText", "Statistics", "XenServer",
        "SwiftCSV", "XenTrace", "Yams",
      ],
      swiftSettings: common),
    .executableTarget(
      name: "shadowbench",
      dependencies: [
        "Bench", "Files", "GuestModel", "NUMA", "Output", "ShadowModel", "XenAPI", "XenControl",
        "XenServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: common, plugins: ["BuildStamp"]),
    .plugin(name: "BuildStamp", capability: .buildTool()),
    .target(
      name: "TestSupport", dependencies: ["GuestModel", "ShadowModel"],
      path: "Tests/TestSupport", swiftSettings: common),
    .executableTarget(
      name: "differential", dependencies: ["Bench", "GuestModel", "ShadowModel", "TestSupport"],
      path: "Tests/Differential", swiftSettings: common),
    .executableTarget(
      name: "trace-generator", dependencies: ["GuestModel"], path: "Tests/TraceGenerator",
      swiftSettings: common),
    .executableTarget(
      name: "mrc-bench", dependencies: ["Bench"], path: "Tests/MissRatioBenchmark",
      swiftSettings: common),
    .executableTarget(
      name: "compare-check", dependencies: ["Bench", "GuestModel", "Output", "ShadowModel"],
      path: "Tests/CompareCheck",
      swiftSettings: common),
    .testTarget(
      name: "MissRatioTests", dependencies: ["GuestModel", "MissRatio", "trace-generator"],
      swiftSettings: common),
    .testTarget(
      name: "ShadowModelTests", dependencies: ["GuestModel", "ShadowModel", "TestSupport"],
      swiftSettings: common),
    .executableTarget(
      name: "tracegen", dependencies: ["Bench", "XenTrace"], path: "Tests/TraceRepeater",
      swiftSettings: common),
    .testTarget(
      name: "XenControlTests",
      dependencies: ["ShadowModel", "XenControl", "XenServer", "shadowbench"],
      exclude: ["StandIn"], swiftSettings: common),
    .target(
      name: "PlannerSupport", dependencies: ["GuestModel", "XenServer"],
      path: "Tests/PlannerSupport", swiftSettings: common),
    .executableTarget(
      name: "planner-check", dependencies: ["PlannerSupport", "XenServer"],
      path: "Tests/PlannerCheck", swiftSettings: common),
    .testTarget(
      name: "XenServerTests",
      dependencies: ["GuestModel", "PlannerSupport", "ShellText", "XenServer"],
      swiftSettings: common),
    .testTarget(
      name: "XenAPITests",
      dependencies: ["OutputSupport", "XenAPI", "XenServer", "shadowbench"],
      exclude: ["StandIn"], swiftSettings: common),
    .testTarget(name: "ChartsTests", dependencies: ["Charts"], swiftSettings: common),
    .testTarget(name: "XenTraceTests", dependencies: ["XenTrace"], swiftSettings: common),
    .testTarget(
      name: "BenchTests",
      dependencies: [
        "Bench", "Charts", "Digests", "Files", "GuestModel", "MissRatio", "NUMA", "Output",
        "OutputSupport", "ShadowModel", "Statistics", "XenControl", "XenServer",
        "XenTrace", "shadowbench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: ["HostPrograms"], swiftSettings: common),
  ],
  swiftLanguageModes: [.v6]
)
