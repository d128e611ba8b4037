import Glibc

/// What a signal did before it was taken.
struct SignalAction {
  /// What may be done with a signal: nothing but what is safe at any moment.
  typealias Handler =
    @convention(c) (
      Int32, UnsafeMutablePointer<siginfo_t>?, UnsafeMutableRawPointer?
    ) -> Void

  private let number: Int32
  private var former: sigaction

  /// Takes a signal; nil when whoever started the program had it ignored (`nohup`): then it stays
  /// so.
  static func set(_ number: Int32, _ handler: Handler) -> SignalAction? {
    var action = sigaction()
    sigemptyset(&action.sa_mask)
    action.sa_flags = SA_SIGINFO | SA_RESTART
    action.__sigaction_handler.sa_sigaction = handler
    var taken = SignalAction(number: number, former: sigaction())
    guard sigaction(number, nil, &taken.former) == 0, !taken.wasIgnored,
      sigaction(number, &action, nil) == 0
    else { return nil }
    return taken
  }

  private init(number: Int32, former: sigaction) {
    self.number = number
    self.former = former
  }

  private var wasIgnored: Bool {
    guard former.sa_flags & SA_SIGINFO == 0,
      let handler = former.__sigaction_handler.sa_handler
    else { return false }
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The signal does again what it did.
  func giveBack() {
    var former = former
    _ = sigaction(number, &former, nil)
  }
}
