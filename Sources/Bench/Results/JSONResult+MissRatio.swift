import MissRatio

extension JSONResult {
  /// `mrc`.
  public static func text(_ result: TraceCurve) throws -> String {
    let curve = result.curve
    return try encode(
      .missRatios,
      MissRatioRecord(
        trace: .init(
          file: result.file, requests: curve.requests, objects: curve.objects, losses: result.losses
        ),
        cache: .init(), firstRequests: curve.objects,
        points: result.sizes.map { size in
          .init(
            objects: size, hits: curve.hits(size: size), misses: curve.misses(size: size),
            missRatio: curve.missRatio(size: size))
        }))
  }
}

private struct MissRatioRecord: Encodable {
  struct Trace: Encodable {
    var file: String
    var requests: Int
    var objects: Int
    var losses: [String]
  }
  struct Cache: Encodable {
    var policy = "lru"
    var capacityUnit = "objects"
    var objectSizes = "ignored"
  }
  struct Point: Encodable {
    var objects: Int
    var hits: Int
    var misses: Int
    var missRatio: Double
  }

  var trace: Trace
  var cache: Cache
  var firstRequests: Int
  var points: [Point]
}
