/// The shapes of points; a path for many points at once.
enum PointShape: Int, CaseIterable {
  case circle, square, triangle, diamond, wedge, plus

  /// The shape of a style.
  init(style: Int) { self = PointShape(rawValue: style % PointShape.allCases.count) ?? .circle }

  /// Whether the shape is drawn without its inside.
  var isOpen: Bool { self == .square || self == .diamond }

  /// The path of one point.
  func path(_ x: Double, _ y: Double, radius r: Double) -> String {
    func at(_ dx: Double, _ dy: Double) -> String {
      "\(coordinate(x + dx)) \(coordinate(y + dy))"
    }
    return switch self {
    case .circle:
      "M\(at(-r, 0))a\(coordinate(r)) \(coordinate(r)) 0 1 0 \(coordinate(2 * r)) 0"
        + "a\(coordinate(r)) \(coordinate(r)) 0 1 0 \(coordinate(-2 * r)) 0z"
    case .square: "M\(at(-r, -r))h\(coordinate(2 * r))v\(coordinate(2 * r))h\(coordinate(-2 * r))z"
    case .triangle: "M\(at(0, -1.2 * r))L\(at(1.2 * r, r))L\(at(-1.2 * r, r))z"
    case .diamond: "M\(at(0, -1.4 * r))L\(at(1.4 * r, 0))L\(at(0, 1.4 * r))L\(at(-1.4 * r, 0))z"
    case .wedge: "M\(at(0, 1.2 * r))L\(at(1.2 * r, -r))L\(at(-1.2 * r, -r))z"
    case .plus:
      "M\(at(-1.4 * r, 0))h\(coordinate(2.8 * r))M\(at(0, -1.4 * r))v\(coordinate(2.8 * r))"
    }
  }

  /// The path of a cross: a value that has no place.
  static func cross(_ x: Double, _ y: Double, radius r: Double) -> String {
    "M\(coordinate(x - r)) \(coordinate(y - r))l\(coordinate(2 * r)) \(coordinate(2 * r))"
      + "M\(coordinate(x - r)) \(coordinate(y + r))l\(coordinate(2 * r)) \(coordinate(-2 * r))"
  }
}
