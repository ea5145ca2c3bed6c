public import MeshTypes

/// Reads a Prometheus range query saved as JSON (`/api/v1/query_range`): a demand series for each time series.
///
/// Labels say what a series counts: `type` or `session_type` the session type (`match` without one), `region` the region.
/// Steps must be even; a step without a sample takes the value before it.
public enum PrometheusReader {
    /// Reads demand series.
    ///
    /// - Throws: ``InputError`` with line and path.
    public static func read(_ file: InputFile) throws(InputError) -> [DemandSeries] {
        var reader = JSONReader(file)
        let start = reader.mark()
        var series: [DemandSeries]?
        try reader.object { (reader, key) throws(InputError) in
            switch key {
            case "status":
                let status = try reader.string()
                guard status == "success" else { throw reader.error("is '\(status)'; expected success") }
            case "data": series = try data(&reader)
            default: try reader.skip()
            }
        }
        try reader.finish()
        let found = try reader.required(series, "data", at: start)
        guard !found.isEmpty else { throw reader.error("holds no time series; expected one at least", at: start) }
        return found
    }

    private static func data(_ reader: inout JSONReader) throws(InputError) -> [DemandSeries] {
        var series: [DemandSeries] = []
        try reader.object { (reader, key) throws(InputError) in
            switch key {
            case "resultType":
                let kind = try reader.string()
                guard kind == "matrix" else {
                    throw reader.error("is '\(kind)'; expected matrix, the result of a range query")
                }
            case "result": try reader.array { (reader, _) throws(InputError) in series.append(try one(&reader)) }
            default: try reader.skip()
            }
        }
        return series
    }

    private static func one(_ reader: inout JSONReader) throws(InputError) -> DemandSeries {
        let start = reader.mark()
        var labels: [String: String] = [:]
        var samples: [(time: Double, value: Double)] = []
        try reader.object { (reader, key) throws(InputError) in
            switch key {
            case "metric":
                try reader.object { (reader, label) throws(InputError) in labels[label] = try reader.string() }
            case "values":
                try reader.array { (reader, _) throws(InputError) in
                    var pair: [Double] = []
                    try reader.array { (reader, place) throws(InputError) in
                        if place == 0 {
                            pair.append(try reader.number(in: 0...4e9))
                        } else {
                            let text = try reader.string()
                            guard let value = Double(text), value >= 0, value <= SnapshotLimits.quantity else {
                                throw reader.error(
                                    "is '\(text.prefix(40))'; expected a number of 0 or more as a string")
                            }
                            pair.append(value)
                        }
                    }
                    guard pair.count == 2 else {
                        throw reader.error("has \(pair.count) entries; expected a time and a value")
                    }
                    samples.append((pair[0], pair[1]))
                }
            default: try reader.skip()
            }
        }
        guard samples.count > 1 else {
            throw reader.error("has \(samples.count) samples; expected two at least", at: start)
        }
        let gaps = zip(samples, samples.dropFirst()).map { $1.time - $0.time }
        guard let step = gaps.min(), step >= 1 else {
            throw reader.error("has samples out of order, or closer than a second; expected ascending times", at: start)
        }
        var values: [Double] = []
        for (number, sample) in samples.enumerated() {
            let steps = number == 0 ? 1 : Int((gaps[number - 1] / step).rounded())
            guard values.count + steps <= 1_000_000 else {
                throw reader.error("has a gap of \(steps) steps; expected at most a million values", at: start)
            }
            for _ in 1..<max(1, steps) { values.append(values.last ?? sample.value) }
            values.append(sample.value)
        }
        return DemandSeries(
            sessionType: labels["session_type"] ?? labels["type"] ?? "match", region: labels["region"],
            start: UTCTime.text(samples[0].time), step: step, values: values)
    }
}

/// Times as files have them.
enum UTCTime {
    /// Seconds since 1970 as an RFC 3339 time in UTC.
    static func text(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.down))
        let (days, rest) = whole.quotientAndRemainder(dividingBy: 86_400)
        // The civil calendar with March as its first month.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let day = shifted - era * 146_097
        let yearOfEra = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * dayOfYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(year)-\(two(month))-\(two(dayOfYear - (153 * part + 2) / 5 + 1))T"
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }
}
