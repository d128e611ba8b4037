/// A drawing's length as SVG has it: two decimals at most, the same text on every machine.
func coordinate(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e9 else { return "0" }
  let hundredths = Int((value * 100).rounded())
  let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest % 10 == 0 ? rest / 10 : rest)"
}

/// How wide text is, about: 12 pixels high, a font without serifs.
func width(ofText text: String, height: Double = 12) -> Double {
  text.reduce(0) { sum, character in
    let narrow = " .,:;'|!()[]ijltfrI1/-"
    let wide = "MWm@%—…≤GOQw"
    return sum + (narrow.contains(character) ? 0.36 : wide.contains(character) ? 0.88 : 0.6)
  } * height
}

/// `text` in lines that are about `width` wide at most.
func wrapped(_ text: String, width limit: Double) -> [String] {
  var lines: [String] = []
  for word in text.split(separator: " ") {
    if let last = lines.last, width(ofText: last + " " + word) <= limit {
      lines[lines.count - 1] = last + " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines
}
