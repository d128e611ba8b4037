/// A chart of series over two axes: what is drawn, not how.
public struct XYChart: Sendable {
  /// An axis.
  public struct Axis: Sendable {
    /// What it measures, with the unit.
    public var title: String
    /// How values become places.
    public var range: ScaledRange
    /// What stands at a tick, for values that need other words than their number.
    public var labels: [Double: String] = [:]

    /// An axis.
    public init(_ title: String, _ range: ScaledRange, labels: [Double: String] = [:]) {
      self.title = title
      self.range = range
      self.labels = labels
    }

    /// The title, and that the axis is logarithmic where it is.
    var caption: String { range.scale == .linear ? title : title + " (logarithmic)" }
  }

  /// A second scale of the same axis: the values of the first times a factor.
  public struct SecondAxis: Sendable {
    /// What it measures.
    public var title: String
    /// Its value for 1 of the first.
    public var factor: Double

    /// A second scale.
    public init(_ title: String, factor: Double) {
      self.title = title
      self.factor = factor
    }
  }

  /// Points that belong together.
  public struct Series: Sendable {
    /// How points are joined.
    public enum Line: Sendable {
      /// By straight lines.
      case straight
      /// By steps: a value holds until the next point.
      case steps
      /// Not at all.
      case none
    }

    /// A point.
    public struct Point: Sendable {
      /// Where, along x.
      public var x: Double
      /// Where, along y; infinity is drawn at the top as a cross.
      public var y: Double
      /// Ends of an error bar.
      public var interval: ClosedRange<Double>?

      /// A point.
      public init(_ x: Double, _ y: Double, interval: ClosedRange<Double>? = nil) {
        self.x = x
        self.y = y
        self.interval = interval
      }
    }

    /// What it is, for the legend.
    public var name: String
    /// The points, in the order of the line.
    public var points: [Point]
    /// How they are joined.
    public var line: Line
    /// Which of the styles, 0 to 5: colour, dashes and the shape of points together.
    public var style: Int
    /// Whether each point is drawn, or the line alone.
    public var hasPoints: Bool

    /// A series.
    public init(
      _ name: String, _ points: [Point], line: Line = .straight, style: Int = 0,
      hasPoints: Bool = true
    ) {
      self.name = name
      self.points = points
      self.line = line
      self.style = style
      self.hasPoints = hasPoints
    }
  }

  /// An area between two curves.
  public struct Band: Sendable {
    /// What it is, for the legend.
    public var name: String
    /// The ends, from left to right.
    public var points: [(x: Double, low: Double, high: Double)]

    /// An area.
    public init(_ name: String, _ points: [(x: Double, low: Double, high: Double)]) {
      self.name = name
      self.points = points
    }
  }

  /// A place along x that is worth finding: a line from top to bottom with a letter.
  public struct Mark: Sendable {
    /// The letter.
    public var symbol: String
    /// What it is, for the legend.
    public var name: String
    /// Where.
    public var x: Double
    /// Whether it is what the chart is about.
    public var isMain: Bool

    /// A mark.
    public init(_ symbol: String, _ name: String, x: Double, isMain: Bool = false) {
      self.symbol = symbol
      self.name = name
      self.x = x
      self.isMain = isMain
    }
  }

  /// A value along y that is worth finding: a line from left to right.
  public struct Level: Sendable {
    /// What it is, written at it.
    public var name: String
    /// Where.
    public var y: Double

    /// A level.
    public init(_ name: String, y: Double) {
      self.name = name
      self.y = y
    }
  }

  /// A name for files and for references within a page: letters, digits and hyphens.
  public var id: String
  /// The title.
  public var title: String
  /// What it shows, in words, for those who do not see it.
  public var summary: String
  /// The axis from left to right.
  public var x: Axis
  /// A second scale, at the top.
  public var top: SecondAxis?
  /// The axis from bottom to top.
  public var y: Axis
  /// The area behind everything.
  public var band: Band?
  /// The series, the first on top.
  public var series: [Series] = []
  /// Places along x.
  public var marks: [Mark] = []
  /// Values along y.
  public var levels: [Level] = []
  /// Whether the line x = y is drawn.
  public var hasDiagonal = false
  /// Whether the points of the first series can be read one by one: where they are is written down.
  public var hasReadings = false

  /// A chart with nothing in it.
  public init(id: String, title: String, summary: String, x: Axis, y: Axis) {
    self.id = id
    self.title = title
    self.summary = summary
    self.x = x
    self.y = y
  }
}
