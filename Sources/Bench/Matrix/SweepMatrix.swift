import Files
public import ShadowModel
public import XenServer

/// A matrix file: inputs, guests or templates, rules, policies and seeds, of which every
/// combination is swept.
public struct SweepMatrix: Sendable {
  /// An input of the matrix.
  public struct Entry: Hashable, Sendable {
    /// The input as the file names it.
    public var name: String
    /// What is said about its guest.
    public var guest: GuestOverride
    /// Its line.
    public var line: Int
  }

  /// The file, as errors name it; inputs are relative to its folder.
  public var path: String
  /// Its name.
  public var name: String
  /// What it is for.
  public var about: String
  /// The inputs.
  public var inputs: [Entry]
  /// The guests that each runs in; where one says nothing, the input decides.
  public var guests: [GuestOverride]
  /// The templates whose guests each runs in as well.
  public var templates: [BuiltInTemplate]
  /// The sizing rules.
  public var rules: [SizingRule]
  /// How P2Ms are built.
  public var p2m: [P2MLayout]
  /// Which shadows are given up when the pool is full.
  public var policies: [ReclaimPolicyChoice]
  /// The seeds, a cell each.
  public var seeds: [UInt64]
  /// The sizes of every cell's curve.
  public var sizes: SizeChoice
  /// The cost profile: a built-in one's name, or a file.
  public var costProfile: String
  /// Cycles for an access in an input without a clock.
  public var cyclesPerAccess: Double
  /// What a size must meet.
  public var target: Target

  /// The most cells of a matrix.
  public static let mostCells = 100_000

  /// The cells: all combinations, in the order of the file, templates after guests, seeds
  /// innermost.
  public var cells: [MatrixCell] {
    let shapes =
      guests.map { (guest: $0, template: BuiltInTemplate?.none) }
      + templates.map { (guest: GuestOverride($0), template: $0) }
    var cells: [MatrixCell] = []
    for input in inputs {
      for shape in shapes {
        for rule in rules {
          for layout in p2m {
            for policy in policies {
              for seed in seeds {
                cells.append(
                  MatrixCell(
                    index: cells.count, input: input.name,
                    guest: shape.guest.over(input.guest), template: shape.template, rule: rule,
                    p2m: layout, policy: policy, seed: seed))
              }
            }
          }
        }
      }
    }
    return cells
  }

  /// Where the file or input `name` is: relative to the matrix file's folder, or a
  /// bundled one's name.
  func location(of name: String) -> String {
    BundledFiles.standard.location(of: name, in: path)
  }
}
