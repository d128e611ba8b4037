/// The shapes in which a chart is drawn.
public enum ChartSize: String, Sendable, CaseIterable {
  /// For a whole column of a page, or a file.
  case wide
  /// For a small screen.
  case narrow
  /// One of several side by side, or the whole of a small screen.
  case small

  /// Width of the drawing, points of 1/96 inch.
  var width: Double {
    switch self {
    case .wide: 860
    case .narrow: 360
    case .small: 290
    }
  }

  /// Height of the area that the axes enclose.
  var plotHeight: Double {
    switch self {
    case .wide: 300
    case .narrow: 250
    case .small: 170
    }
  }

  /// Most ticks along x.
  var ticksAcross: Int { self == .wide ? 10 : 5 }
  /// Most ticks along y.
  var ticksUp: Int { self == .small ? 4 : 6 }
  /// Height of text.
  var textHeight: Double { 12 }
  /// Radius of a point.
  var pointRadius: Double { self == .wide ? 3 : 2.5 }
}
