import Synchronization

/// Token buckets by name: so many requests a second, and bursts of so many.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Double
    }

    private let buckets = Mutex<[String: Bucket]>([:])
    private static let bucketLimit = 200_000

    /// Seconds until a name that went into debt is out of it; `nil` when it is in none.
    func wait(_ name: String, rate: Double, now: Double) -> Double? {
        buckets.withLock { buckets in
            guard let bucket = buckets[name] else { return nil }
            let tokens = bucket.tokens + (now - bucket.time) * rate
            return tokens < 0 ? -tokens / rate : nil
        }
    }

    /// Takes an amount that has been used, into debt if need be.
    func charge(_ name: String, _ amount: Double, rate: Double, now: Double) {
        buckets.withLock { buckets in
            makeRoom(&buckets, now)
            var bucket = buckets[name] ?? Bucket(tokens: rate, time: now)
            bucket.tokens = min(rate, bucket.tokens + (now - bucket.time) * rate) - amount
            bucket.time = now
            buckets[name] = bucket
        }
    }

    private func makeRoom(_ buckets: inout [String: Bucket], _ now: Double) {
        guard buckets.count >= Self.bucketLimit else { return }
        buckets = buckets.filter { now - $0.value.time < 2 }
        // Still as many: strangers with many names; all start anew.
        if buckets.count >= Self.bucketLimit { buckets.removeAll() }
    }

    /// Takes one token.
    ///
    /// - Parameters:
    ///   - now: seconds of a monotonic clock.
    ///   - rate: tokens a second; the bucket holds two seconds' worth, and one at least.
    /// - Returns: seconds until there is one, if there is none; `nil` when it was taken.
    func take(_ name: String, rate: Double, now: Double) -> Double? {
        let size = max(1, 2 * rate)
        return buckets.withLock { buckets in
            makeRoom(&buckets, now)
            var bucket = buckets[name] ?? Bucket(tokens: size, time: now)
            bucket.tokens = min(size, bucket.tokens + (now - bucket.time) * rate)
            bucket.time = now
            defer { buckets[name] = bucket }
            guard bucket.tokens >= 1 else { return (1 - bucket.tokens) / rate }
            bucket.tokens -= 1
            return nil
        }
    }
}
