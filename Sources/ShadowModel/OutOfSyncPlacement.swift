/// Where out-of-sync tables go (O2).
public enum OutOfSyncPlacement {
  /// The number whose remainder by 3 is the home slot of the table in a guest frame.
  @inlinable
  public static func key(ofFrame frame: Int) -> Int { frame }
}
