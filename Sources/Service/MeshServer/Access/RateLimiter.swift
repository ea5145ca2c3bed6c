import Synchronization

/// Token buckets by name: so many requests a second, and bursts of so many.
final class RateLimiter: Sendable {
    private struct Bucket {
        var tokens: Double
        var time: Double
    }

    private let buckets = Mutex<[String: Bucket]>([:])
    private static let bucketLimit = 200_000

    /// Takes one token.
    ///
    /// - Parameters:
    ///   - now: seconds of a monotonic clock.
    ///   - rate: tokens a second; the bucket holds two seconds' worth, and one at least.
    /// - Returns: seconds until there is one, if there is none; `nil` when it was taken.
    func take(_ name: String, rate: Double, now: Double) -> Double? {
        let size = max(1, 2 * rate)
        return buckets.withLock { buckets in
            if buckets.count >= Self.bucketLimit {
                buckets = buckets.filter { now - $0.value.time < 2 }
                // Still as many: strangers with many names; all start anew.
                if buckets.count >= Self.bucketLimit { buckets.removeAll() }
            }
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
