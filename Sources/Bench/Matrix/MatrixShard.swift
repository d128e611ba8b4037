/// One part of a matrix: every `count`-th cell, from the `number`-th on.
public struct MatrixShard: Hashable, Sendable, CustomStringConvertible {
  /// Which part, from 1.
  public let number: Int
  /// How many parts there are.
  public let count: Int

  /// The most parts of a matrix.
  public static let mostParts = 100_000
  /// The matrix in one piece.
  public static let whole = MatrixShard(number: 1, count: 1)

  init(number: Int, count: Int) {
    self.number = number
    self.count = count
  }

  /// The part that `i/n` names, nil unless 1 ≤ i ≤ n.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
      number >= 1, number <= count, count <= Self.mostParts
    else { return nil }
    self.init(number: number, count: count)
  }

  /// `i/n`.
  public var description: String { "\(number)/\(count)" }

  /// Whether the cell at `index`, from 0, is in this part.
  public func contains(_ index: Int) -> Bool { index % count == number - 1 }
}
