/// Removes elements while `fails` stays true: halves first, then ever smaller runs, then singles.
///
/// - Precondition: `fails(elements)` is true.
/// - Returns: a list that fails and from which no single element can be taken.
public func shrink<Element>(
  _ elements: [Element], while fails: ([Element]) -> Bool
) -> [Element] {
  var kept = elements
  var length = max(1, kept.count / 2)
  while true {
    var isShorter = false
    var start = 0
    while start < kept.count {
      var candidate = kept
      candidate.removeSubrange(start..<min(start + length, kept.count))
      if fails(candidate) {
        kept = candidate
        isShorter = true
      } else {
        start += length
      }
    }
    if length == 1 && !isShorter { return kept }
    length = max(1, length / 2)
  }
}
