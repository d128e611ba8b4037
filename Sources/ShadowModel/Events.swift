public import GuestModel

/// Something that Xen would write to its trace buffer.
public struct ShadowEvent: Hashable, Sendable {
  /// The kinds, with the numbers that xentrace gives them.
  public enum Kind: UInt8, Sendable, CaseIterable {
    /// The guest's own fault, passed on.
    case notShadow = 1
    /// A fault fixed.
    case fixup = 6
    /// A write to a page table emulated.
    case emulate = 8
    /// A user-mode write to a page table: the page is unshadowed.
    case emulateUnshadowUser = 9
    /// A root unpinned to make room.
    case preallocUnpin = 13
    /// An out-of-sync table brought in sync.
    case resyncFull = 14
    /// Another vCPU's out-of-sync table brought up to date.
    case resyncOnly = 15
  }

  /// What happened.
  public var kind: Kind
  /// The virtual address, for events of a fault.
  public var address: UInt64
  /// The guest frame of the table, for the others.
  public var frame: GFN

  /// An event.
  public init(kind: Kind, address: UInt64 = 0, frame: GFN = GFN(0)) {
    self.kind = kind
    self.address = address
    self.frame = frame
  }
}

/// Receives events, or compiles to nothing.
public protocol EventListener {
  /// Whether events are made at all: when false, no code is left.
  static var isListening: Bool { get }
  /// Takes an event.
  mutating func receive(_ event: ShadowEvent)
}

/// Nobody listens.
public struct NoListener: EventListener {
  /// No events are made.
  public static let isListening = false
  /// Never called.
  public mutating func receive(_ event: ShadowEvent) {}
  /// Makes the one there is.
  public init() {}
}

/// Keeps all events in order.
public struct EventLog: EventListener {
  /// Events are made.
  public static let isListening = true
  /// The events so far.
  public private(set) var events: [ShadowEvent] = []
  /// Takes an event.
  public mutating func receive(_ event: ShadowEvent) { events.append(event) }
  /// An empty log.
  public init() {}
}
