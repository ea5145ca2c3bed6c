public import MeshTypes

/// Reads a Prometheus range query saved as JSON (`/api/v1/query_range`): a demand series for each time series.
///
/// Labels say what a series counts: `type` or `session_type` the session type (`match` without one), `region` the region.
/// Series that count the same, one an instance, are added up; each counts from its first sample to its last. Samples lie on
/// one step; a step without a sample, or with `NaN`, takes the value before it.
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
        let start = reader.mark()
        var series: [Samples] = []
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
        var keys: [Key] = []
        for one in series where !keys.contains(one.key) { keys.append(one.key) }
        var sums: [DemandSeries] = []
        for key in keys { sums.append(try sum(series.filter { $0.key == key }, key, at: start, reader)) }
        return sums
    }

    /// A time series as the file has it.
    private struct Samples {
        var labels: [String: String] = [:]
        /// Ascending times, and values; `nil` where there is none.
        var samples: [(time: Double, value: Double?)] = []

        /// What it counts: those that count the same are added up.
        var key: Key { Key(type: labels["session_type"] ?? labels["type"] ?? "match", region: labels["region"]) }
    }

    private struct Key: Hashable {
        let type: String
        let region: String?
    }

    private static func one(_ reader: inout JSONReader) throws(InputError) -> Samples {
        let start = reader.mark()
        var series = Samples()
        try reader.object { (reader, key) throws(InputError) in
            switch key {
            case "metric":
                try reader.object { (reader, label) throws(InputError) in series.labels[label] = try reader.string() }
            case "values":
                try reader.array { (reader, _) throws(InputError) in
                    var time: Double?
                    var value: Double?
                    var count = 0
                    try reader.array { (reader, place) throws(InputError) in
                        count += 1
                        if place == 0 { time = try reader.number(in: 0...4e9) } else { value = try sample(&reader) }
                    }
                    guard count == 2, let time else {
                        throw reader.error("has \(count) entries; expected a time and a value")
                    }
                    series.samples.append((time, value))
                }
            default: try reader.skip()
            }
        }
        for (one, other) in zip(series.samples, series.samples.dropFirst()) where other.time - one.time < 1 {
            throw reader.error("has samples out of order, or closer than a second; expected ascending times", at: start)
        }
        for label in ["session_type", "type", "region"] {
            if let text = series.labels[label], text.isEmpty || text.utf8.count > JSONReader.longestName {
                throw reader.error(
                    "has a label '\(label)' of \(text.utf8.count) bytes; expected 1 to \(JSONReader.longestName)",
                    at: start)
            }
        }
        return series
    }

    /// A sample's value; `nil` for `NaN`, which stands for no sample.
    private static func sample(_ reader: inout JSONReader) throws(InputError) -> Double? {
        guard reader.peek() == UInt8(ascii: "\"") else { return try reader.number(in: 0...SnapshotLimits.quantity) }
        let text = try reader.string()
        if text == "NaN" { return nil }
        let bytes = Array(text.utf8)
        guard let value = DecimalNumber.parse(bytes, from: 0, to: bytes.count), value >= 0,
            value <= SnapshotLimits.quantity
        else {
            throw reader.error("is \(InputError.quoted(bytes)); expected a number of 0 or more as a string, or NaN")
        }
        return value
    }

    // MARK: Even steps

    /// Adds up series that count the same, step by step.
    private static func sum(
        _ series: [Samples], _ key: Key, at start: JSONReader.Mark, _ reader: JSONReader
    ) throws(InputError) -> DemandSeries {
        // A series begins with its first value, and ends with its last sample.
        let known = series.map { one in
            Samples(labels: one.labels, samples: Array(one.samples.drop { $0.value == nil }))
        }.filter { !$0.samples.isEmpty }
        let times = Self.distinct(known.flatMap { $0.samples.map(\.time) })
        let name = "of \(key.type)\(key.region.map { " in \($0)" } ?? "")"
        guard times.count > 1, let first = times.first, let last = times.last else {
            throw reader.error("has \(times.count) samples \(name); expected two at least", at: start)
        }
        guard let step = Self.step(of: times) else {
            throw reader.error("has samples \(name) at uneven times; expected a query with one step", at: start)
        }
        let count = Int(((last - first) / step).rounded()) + 1
        guard count <= 1_000_000 else {
            throw reader.error("has \(count) steps \(name); expected at most a million", at: start)
        }
        var values = Array(repeating: 0.0, count: count)
        for one in known {
            var held = 0.0
            for (number, sample) in one.samples.enumerated() {
                held = sample.value ?? held
                let place = Self.index(sample.time, first, step)
                let isLast = number + 1 == one.samples.count
                let end = isLast ? place + 1 : Self.index(one.samples[number + 1].time, first, step)
                for index in place..<max(place + 1, end) {
                    values[index] = min(values[index] + held, SnapshotLimits.quantity)
                }
            }
        }
        return DemandSeries(
            sessionType: key.type, region: key.region, start: UTCTime.text(first), step: step, values: values)
    }

    private static func index(_ time: Double, _ first: Double, _ step: Double) -> Int {
        Int(((time - first) / step).rounded())
    }

    /// Times in order, each once; those of less than half a second apart are one.
    private static func distinct(_ times: [Double]) -> [Double] {
        var distinct: [Double] = []
        for time in times.sorted() where time - (distinct.last ?? -1) >= 0.5 { distinct.append(time) }
        return distinct
    }

    /// The longest step of a second or more that all times are on, within a fiftieth of it; a tenth of the shortest gap at
    /// least, since times at random are all on some short step.
    private static func step(of times: [Double]) -> Double? {
        guard let first = times.first, let least = zip(times, times.dropFirst()).map({ $1 - $0 }).min() else {
            return nil
        }
        for part in 1...10 {
            let step = least / Double(part)
            guard step >= 0.95 else { return nil }
            let isEven = times.allSatisfy { time in
                let steps = (time - first) / step
                return abs(steps - steps.rounded()) <= 0.02
            }
            if isEven { return (step * 1000).rounded() / 1000 }
        }
        return nil
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
