public import XenServer

/// Which workload stands for what a template's guests do.
///
/// A template says which system its guests run, and for XenApp what for; for all others the
/// workload is the heaviest use that such a system is commonly put to.
public struct TemplateWorkload: Hashable, Sendable {
  /// The workload's name: its file in `Workloads/` without `.yaml`.
  public var name: String
  /// Why this one.
  public var reason: String

  /// The workload for a system; nil when its name tells nothing.
  public init?(_ system: GuestSystem) {
    switch (system.family, system.wordSize) {
    case (.sessionHost, .bits32):
      name = "xenapp-2003-32bit-pae"
      reason = "a XenApp server of 32 bits"
    case (.sessionHost, .bits64):
      name = "xenapp-x64-2008"
      reason = "a XenApp server of 64 bits"
    case (.windowsServer, .bits32):
      name = "xenapp-2003-32bit-pae"
      reason = "a Windows server's heaviest use, many users' sessions"
    case (.windowsServer, .bits64):
      name = "xenapp-x64-2008"
      reason = "a Windows server's heaviest use, many users' sessions"
    case (.windowsDesktop, _):
      name = "vdi-single-user"
      reason = "one user's desktop"
    case (.linux, _):
      name = "postgres-shared-buffers"
      reason = "a Linux server's heaviest use, many processes on one shared segment"
    case (.unknown, _): return nil
    }
  }

  /// Its file in a folder of workloads.
  public func path(in folder: String) -> String { "\(folder)/\(name).yaml" }
}
