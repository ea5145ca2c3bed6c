internal import MediaTransport

/// Datagrams in line to be sent, first in, first out, in a ring of fixed length.
struct DepartureLine: Sendable {
    private(set) var entries: [Departure]
    private var times: [UInt64]
    private(set) var head = 0
    private(set) var count = 0

    init(length: Int) {
        let none = Departure(address: PeerAddress(high: 0, low: 0, port: 0), offset: 0, length: 0)
        entries = Array(repeating: none, count: max(1, length))
        times = Array(repeating: 0, count: max(1, length))
    }

    /// Puts one at the end; false if the line is full.
    @inline(__always)
    mutating func append(_ departure: Departure, at now: UInt64) -> Bool {
        guard count < entries.count else { return false }
        var index = head + count
        if index >= entries.count { index -= entries.count }
        entries[index] = departure
        times[index] = now
        count += 1
        return true
    }

    /// Where the first one's bytes are, and since when it waits.
    @inline(__always)
    var first: (departure: Departure, since: UInt64)? { count > 0 ? (entries[head], times[head]) : nil }

    /// How many stand behind each other in memory, from the head.
    @inline(__always)
    var stretch: Int { min(count, entries.count - head) }

    /// Takes the first off.
    @inline(__always)
    mutating func removeFirst() -> Departure {
        let departure = entries[head]
        head = head + 1 == entries.count ? 0 : head + 1
        count -= 1
        return departure
    }
}
