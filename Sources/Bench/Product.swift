/// The program.
public enum Product {
  /// Its version; results of one version are not taken for another's.
  public static let version = "0.1.0"
}
