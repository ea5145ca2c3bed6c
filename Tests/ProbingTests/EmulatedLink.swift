import Glibc
import TestSupport

/// One way of a network path, as a value: datagrams go in at a time and come out at a later one, or do not.
///
/// A bottleneck with a bounded first-in-first-out queue, then a delay. Order is kept.
struct EmulatedLink: Sendable {
    /// Nanoseconds of travel through empty queues.
    var delay: UInt64
    /// Extra nanoseconds, drawn for each datagram: exponential with this mean.
    var meanJitter: Double = 0
    /// The fraction that is lost.
    var loss: Double = 0
    /// Mbit/s over time, each value for as long as ``rateStep``; round and round. Empty for no limit.
    var rates: [Double] = []
    /// Nanoseconds that each value of ``rates`` holds.
    var rateStep: UInt64 = 1_000_000_000
    /// Nanoseconds of queueing after which the queue is full.
    var queue: UInt64 = 500_000_000
    var random: SplitMix64
    private var busyUntil: UInt64 = 0
    private var lastArrival: UInt64 = 0

    init(
        delay: UInt64, meanJitter: Double = 0, loss: Double = 0, rates: [Double] = [],
        rateStep: UInt64 = 1_000_000_000, seed: UInt64
    ) {
        self.delay = delay
        self.meanJitter = meanJitter
        self.loss = loss
        self.rates = rates
        self.rateStep = rateStep
        random = SplitMix64(seed: seed)
    }

    /// Mbit/s at a time; `nil` for no limit.
    func rate(at now: UInt64) -> Double? { rates.isEmpty ? nil : rates[Int(now / rateStep) % rates.count] }

    /// When a datagram that goes in now comes out; `nil` if it is lost.
    mutating func arrival(ofBytes bytes: Int, at now: UInt64) -> UInt64? {
        // Drawn for each, so that what is lost does not change what happens to the others.
        let (lot, wait) = (random.fraction(), random.fraction())
        var left = now
        let begins = max(now, busyUntil)
        if let rate = rate(at: begins) {
            guard rate > 0, begins - now <= queue else { return nil }
            left = begins + UInt64(Double(bytes + 28) * 8_000 / rate)
            busyUntil = left
        }
        guard lot >= loss else { return nil }
        lastArrival = max(lastArrival, left + delay + UInt64(-meanJitter * log1p(-wait)))
        return lastArrival
    }
}
