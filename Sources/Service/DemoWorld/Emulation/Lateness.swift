/// How late things happened that were due at a time: counts in buckets whose bounds grow by a quarter.
///
/// An emulation of a network is as good as its clock: what the machine is late by, because others compute on it, is in every way that is measured.
public struct Lateness: Sendable, Hashable {
    /// Microseconds from which a bucket counts; the last has no end.
    private static let bounds: [Double] = {
        var bounds = [0.0]
        var bound = 50.0
        while bound < 10e6 {
            bounds.append(bound)
            bound *= 1.25
        }
        return bounds
    }()

    private var counts = [Int](repeating: 0, count: Self.bounds.count)
    /// The greatest, nanoseconds.
    public private(set) var greatest: UInt64 = 0

    /// Nothing yet.
    public init() {}

    /// How many there were.
    public var count: Int { counts.reduce(0, +) }

    /// Something that was due at one time happened at another.
    public mutating func take(due: UInt64, at now: UInt64) {
        let late = now > due ? now - due : 0
        greatest = max(greatest, late)
        let microseconds = Double(late) / 1e3
        var (low, high) = (0, Self.bounds.count)
        while low + 1 < high {
            let middle = (low + high) / 2
            if Self.bounds[middle] <= microseconds { low = middle } else { high = middle }
        }
        counts[low] += 1
    }

    /// All of another's, too.
    public mutating func add(_ other: Lateness) {
        for index in counts.indices { counts[index] += other.counts[index] }
        greatest = max(greatest, other.greatest)
    }

    /// Milliseconds that a part of them were not above, to a quarter; 0 if there were none.
    public func milliseconds(atMost part: Double) -> Double {
        let wanted = Int((Double(count) * part).rounded(.up))
        guard wanted > 0 else { return 0 }
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            guard seen >= wanted else { continue }
            let end = index + 1 < Self.bounds.count ? Self.bounds[index + 1] : Double(greatest) / 1e3
            return min(end / 1e3, Double(greatest) / 1e6)
        }
        return Double(greatest) / 1e6
    }

    /// What is wrong with figures that were measured by a clock as late as this, in one line; `nil` if nothing is. Ways are tens of milliseconds: one in a hundred
    /// may be late by 5 ms, none by 100, which is what counts as a silence.
    public var objection: String? {
        let most = milliseconds(atMost: 0.99)
        guard most > 5 || milliseconds(atMost: 0.999) > 100 else { return nil }
        func text(_ value: Double) -> String { "\((value * 10).rounded() / 10) ms" }
        return
            "one in a hundred datagrams was late by \(text(most)) and more, one by \(text(Double(greatest) / 1e6)); expected 5 ms at most"
    }
}
