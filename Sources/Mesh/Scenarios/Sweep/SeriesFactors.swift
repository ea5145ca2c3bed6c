import MeshTypes

/// Demand of the base's own series at a time, against the same series at the time of the snapshot.
struct SeriesFactors {
    let base: Snapshot

    init(_ base: Snapshot) { self.base = base }

    /// A factor for each series, those of a region first, so that they count before those of the whole type.
    ///
    /// - Throws: ``StudyError`` when there is no series, or none reaches to the time.
    func factors(at time: String, line: Int) throws(StudyError) -> [DemandFactor] {
        guard !base.history.isEmpty else {
            throw StudyError(line: line, "demand at a time needs the base's 'history', and it has none")
        }
        guard let moment = Timestamp.seconds(time) else {
            throw StudyError(line: line, "'\(time)' is no time; expected such as 2026-01-05T20:00:00Z")
        }
        guard let reference = base.time.flatMap(Timestamp.seconds) else {
            throw StudyError(
                line: line, "demand at a time needs the base's own 'time' to compare with, and it has none")
        }
        var factors: [DemandFactor] = []
        for series in base.history.sorted(by: { ($0.region != nil ? 0 : 1) < ($1.region != nil ? 0 : 1) }) {
            guard let then = value(series, moment), let now = value(series, reference), now > 0 else {
                throw StudyError(
                    line: line,
                    "the series of \(series.sessionType)\(series.region.map { " in \($0)" } ?? "") does not have both \(time) "
                        + "and the base's time; expected both within it")
            }
            factors.append(
                DemandFactor(
                    selection: ParticipantSelection(region: series.region, type: series.sessionType), factor: then / now
                ))
        }
        return factors
    }

    private func value(_ series: DemandSeries, _ moment: Double) -> Double? {
        guard let start = Timestamp.seconds(series.start) else { return nil }
        let place = ((moment - start) / series.step).rounded(.down)
        guard place >= 0, place < Double(series.values.count) else { return nil }
        return series.values[Int(place)]
    }
}

/// Times as files have them.
enum Timestamp {
    /// Seconds since 1970 of an RFC 3339 time in UTC; `nil` where it is none.
    static func seconds(_ text: String) -> Double? {
        let parts = text.split(whereSeparator: { !$0.isNumber && $0 != "." }).map(String.init)
        guard parts.count == 6, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]),
            let hour = Int(parts[3]), let minute = Int(parts[4]), let second = Double(parts[5]),
            (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second < 61
        else { return nil }
        // Days since 1970, by the civil calendar with March as its first month.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return Double(days) * 86_400 + Double(hour * 3600 + minute * 60) + second
    }
}
