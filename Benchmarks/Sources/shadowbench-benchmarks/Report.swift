/// A number with `digits` places.
func format(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let scaled = Int((value * scale).rounded())
  if digits == 0 { return String(scaled) }
  let fraction = String(scaled % Int(scale))
  return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count)
    + fraction
}

/// The outcomes as a table, a row for each case.
func table(_ outcomes: [Outcome]) -> String {
  func span(_ times: Times) -> [String] {
    ["\(format(times.median, 2))", "\(format(times.least, 2))-\(format(times.most, 2))"]
  }
  var rows = [
    ["case", "unit", "M/s", "ns", "min-max", "C M/s", "C ns", "C min-max", "ratio"]
  ]
  for outcome in outcomes {
    var row = [outcome.name, outcome.unit.rawValue, format(1e3 / outcome.model.median, 1)]
    row += span(outcome.model)
    if let reference = outcome.reference, let ratio = outcome.ratioOfMedians {
      row += [format(1e3 / reference.median, 1)] + span(reference) + [format(ratio, 2)]
    } else {
      row += ["-", "-", "-", "-"]
    }
    rows.append(row)
  }
  return aligned(rows, textColumns: 2)
}

/// Rows of equally many cells as lines: the first columns to the left, numbers to the right.
func aligned(_ rows: [[String]], textColumns: Int) -> String {
  let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  return rows.map { row in
    zip(row, widths).enumerated().map { column, cell in
      let padding = String(repeating: " ", count: cell.1 - cell.0.count)
      return column < textColumns ? cell.0 + padding : padding + cell.0
    }.joined(separator: "  ")
  }.joined(separator: "\n")
}

/// The outcomes as JSON, every sample included.
func json(_ outcomes: [Outcome]) -> String {
  func list(_ times: Times) -> String {
    "[" + times.samples.map { format($0, 4) }.joined(separator: ", ") + "]"
  }
  let objects = outcomes.map { outcome in
    var fields = [
      "\"case\": \"\(outcome.name)\"", "\"unit\": \"\(outcome.unit.rawValue)\"",
      "\"unitsPerPass\": \(outcome.unitsPerPass)", "\"modelNanoseconds\": \(list(outcome.model))",
    ]
    if let reference = outcome.reference, let ratio = outcome.ratioOfMedians {
      fields.append("\"referenceNanoseconds\": \(list(reference))")
      fields.append("\"ratioOfMedians\": \(format(ratio, 4))")
    }
    fields.append("\"checksum\": \"\(String(outcome.checksum, radix: 16))\"")
    return "  { " + fields.joined(separator: ", ") + " }"
  }
  return "[\n" + objects.joined(separator: ",\n") + "\n]"
}
