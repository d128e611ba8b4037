import Statistics

/// One side of a comparison: its results by what they are of.
struct ComparedSide {
  /// The results of one thing.
  struct Group {
    /// Where the first was read.
    var path: String
    /// The version that wrote it.
    var schemaVersion: Int
    /// Its figures, the same in all.
    var figures: [String: ResultFigure]
    /// SHA-256 of its input; nil where that is not known.
    var digest: String?
    /// Times of all, by what measured them.
    var times: [TimingClock: MeasuredTimes]
    /// The machines that made them.
    var machines: [MachineFacts]
  }

  /// What there are results of, in their order.
  private(set) var subjects: [ResultSubject] = []
  /// The results by what they are of.
  private(set) var groups: [ResultSubject: Group] = [:]

  /// The results of a side.
  /// - Throws: ``InputError`` when two results of the same thing have other figures
  init(_ set: ResultSet) throws {
    for file in set.files {
      let subject = ResultSubject(file)
      let group = try Self.group(file)
      guard let known = groups[subject] else {
        subjects.append(subject)
        groups[subject] = group
        continue
      }
      groups[subject] = try Self.pooled(known, group, subject)
    }
  }

  private static func group(_ file: ResultFile) throws -> Group {
    var group = Group(
      path: file.path, schemaVersion: file.schemaVersion,
      figures: try ResultFigures(file.content).byPlace, digest: file.content.input?.sha256,
      times: [:],
      machines: [file.content.environment?.machine].compactMap { $0 })
    if let timing = file.content.timing {
      guard let samples = Samples(timing.samples), samples.least >= 0 else {
        throw InputError(
          file: file.path, reason: "is damaged: timing.samples has no times, or some below 0")
      }
      group.times[timing.clock] = MeasuredTimes(
        runs: samples, fixedWork: timing.fixedWork.flatMap { Samples($0) })
    }
    return group
  }

  private static func pooled(
    _ known: Group, _ other: Group, _ subject: ResultSubject
  ) throws(InputError) -> Group {
    for (place, figure) in known.figures {
      guard let found = other.figures[place], !found.isSame(as: figure) else { continue }
      throw InputError(
        file: other.path,
        reason: "is of the same thing as \(known.path), \(subject.label), but \(place) is "
          + "\(found.text), there \(figure.text); compare results of two programs as old and new")
    }
    var pooled = known
    pooled.machines += other.machines
    pooled.times.merge(other.times) { $0.joined(with: $1) }
    return pooled
  }
}

/// What makes a comparison doubtful.
enum ComparisonWarnings {
  /// What differs about inputs, machines and clocks.
  static func found(_ old: ComparedSide, _ new: ComparedSide) -> [String] {
    var warnings: [String] = []
    for subject in old.subjects {
      guard let before = old.groups[subject], let after = new.groups[subject] else { continue }
      if let one = before.digest, let two = after.digest, one != two {
        warnings.append("\(subject.label): the input's files have changed")
      }
      if !before.times.isEmpty, !after.times.isEmpty,
        Set(before.times.keys).isDisjoint(with: after.times.keys)
      {
        warnings.append(
          "\(subject.label): measured by other clocks, so the times are not compared")
      }
    }
    let (befores, afters) = (machines(old), machines(new))
    for (name, value) in facts {
      let (one, two) = (Set(befores.compactMap(value)), Set(afters.compactMap(value)))
      if !one.isEmpty, !two.isEmpty, one != two {
        warnings.append(
          "another \(name): \(one.sorted().joined(separator: ", ")), now "
            + two.sorted().joined(separator: ", "))
      }
    }
    return warnings
  }

  private static func machines(_ side: ComparedSide) -> [MachineFacts] {
    side.groups.values.flatMap(\.machines)
  }

  /// What times depend on.
  private static let facts: [(String, @Sendable (MachineFacts) -> String?)] = [
    ("processor", { $0.cpu }), ("number of processors", { "\($0.processors)" }),
    ("governor", { $0.governor }), ("kernel", { $0.kernel }), ("compiler", { $0.compiler }),
    ("build", { $0.configuration }),
  ]
}
