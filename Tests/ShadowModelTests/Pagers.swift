import ShadowModel
import TestSupport

/// The pagers that every example runs on.
let pagers: [PagerMaker] = [.plain, .model]

extension PagerMaker {
  /// The model itself, with its events.
  static let model = PagerMaker("model") {
    makePager(configuration: $0, memory: $1, policy: $2, logsEvents: true)
  }
}
