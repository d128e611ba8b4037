/// The merged result of a matrix: a document with a line for each cell, in the matrix's order.
///
/// It holds no time, no machine and no path, so it is the same bytes however the cells were shared
/// out.
enum MatrixResult {
  /// Writes the document of `count` cells; `line` gives each one's result.
  static func write(
    matrix: String, digest: String, count: Int, line: (Int) throws -> String,
    to sink: (String) throws -> Void
  ) throws {
    try sink(
      "{\"schema_version\":\(JSONResult.schemaVersion),\"kind\":\"matrix\",\"matrix\":\(JSONResult.line(matrix as String)),"
        + "\"matrix_digest\":\"\(digest)\",\"cells\":[")
    var separator = "\n"
    for index in 0..<count {
      try sink(separator)
      try sink(line(index))
      separator = ",\n"
    }
    try sink("\n]}\n")
  }
}
