import TestSupport

/// The pagers that every example runs on.
let pagers: [PagerMaker] = [.plain]
