import GuestModel
import ShadowModel

/// A size worth finding on a curve.
struct SizeMark {
  /// The letter that marks it.
  var symbol: Character
  /// What it is.
  var name: String
  /// Where it is, MiB.
  var mebibytes: Double
  /// Whether it is what the curve is about.
  var isMain = false

  /// What guests have unasked by each rule, and what XenServer's template for XenApp gives.
  static func known(_ sizing: Sizing) -> [SizeMark] {
    func mebibytes(_ rule: SizingRule, _ multiplier: Double = 1) -> Double {
      Sizing(shape: sizing.shape, rule: rule, p2m: sizing.p2m)
        .allocation(.multiplier(multiplier)).mebibytes
    }
    return [
      SizeMark(
        symbol: "M", name: "1.0 × mapped-once, the rule of 2008",
        mebibytes: mebibytes(.mappedOnce)),
      SizeMark(
        symbol: "X", name: "1.0 × xapi, the default of XenServer and XCP-ng",
        mebibytes: mebibytes(.xapi)),
      SizeMark(symbol: "L", name: "1.0 × libxl, the default of xl", mebibytes: mebibytes(.libxl)),
      SizeMark(
        symbol: "T", name: "4.0 × xapi, the template \"Optimize for XenApp\"",
        mebibytes: mebibytes(.xapi, Settings.templateMultiplier)),
    ]
  }

  /// The largest size that fails.
  static func knee(mebibytes: Double) -> SizeMark {
    SizeMark(symbol: "K", name: "knee: the largest size that fails", mebibytes: mebibytes)
  }

  /// What is recommended.
  static func recommended(mebibytes: Double) -> SizeMark {
    SizeMark(symbol: "R", name: "recommended", mebibytes: mebibytes, isMain: true)
  }

  /// The name with the size.
  var text: String { "\(name), \(Numeral.fixed(mebibytes, 2)) MiB" }
}
