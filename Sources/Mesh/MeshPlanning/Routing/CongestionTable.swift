import MeshTypes

/// The congestion curve in arrays: what a load costs on a link of some capacity, and what more of it would cost.
///
/// Capacities are at most 2^30 kbit/s and slopes below 2^40 ns; loads are sums of rates and stay below 2^50. Costs of
/// loads are products of both and are summed in 128 bits.
struct CongestionTable: Sendable {
    /// Marks a link without a limit.
    static let unlimited = Int64.max

    private let starts: [Int64]
    private let slopes: [Int64]

    init(_ curve: CongestionCurve) {
        starts = curve.steps.map { Int64($0.start) }
        slopes = curve.steps.map(\.slope)
    }

    /// The price of overload: no marginal price is higher.
    var highestPrice: Int64 { slopes.last ?? 0 }

    /// What the next unit costs at this load.
    func marginal(_ load: Int64, capacity: Int64) -> Int64 {
        guard capacity != Self.unlimited else { return 0 }
        var price: Int64 = 0
        for step in starts.indices {
            if load < capacity * starts[step] / 1000 { break }
            price = slopes[step]
        }
        return price
    }

    /// A price between the marginal prices of the steps: linear in the load from the middle of each step to that of the
    /// next, so that it follows the load without jumps.
    func interpolatedPrice(_ load: Double, capacity: Int64) -> Int64 {
        guard capacity != Self.unlimited, load > 0 else { return 0 }
        var (middle, price) = (0.0, 0.0)
        for step in starts.indices {
            let start = Double(capacity * starts[step] / 1000)
            let end = step + 1 < starts.count ? Double(capacity * starts[step + 1] / 1000) : start
            let next = (start + end) / 2
            if load < next {
                guard next > middle else { return slopes[step] }
                let share = (load - middle) / (next - middle)
                return Int64(price + share * (Double(slopes[step]) - price))
            }
            (middle, price) = (next, Double(slopes[step]))
        }
        return highestPrice
    }

    /// The loads at which the next unit costs the same as at this one.
    func range(of load: Int64, capacity: Int64) -> Range<Int64> {
        guard capacity != Self.unlimited else { return Int64.min..<Int64.max }
        var low = Int64.min
        for step in starts.indices {
            let start = capacity * starts[step] / 1000
            if load < start { return low..<start }
            low = start
        }
        return low..<Int64.max
    }

    /// What this load costs.
    func cost(_ load: Int64, capacity: Int64) -> Int128 {
        guard capacity != Self.unlimited else { return 0 }
        var total: Int128 = 0
        var (before, slope): (Int64, Int64) = (0, 0)
        for step in starts.indices {
            let start = capacity * starts[step] / 1000
            if load <= start { break }
            total += Int128(start - before) * Int128(slope)
            (before, slope) = (start, slopes[step])
        }
        return total + Int128(load - before) * Int128(slope)
    }

    /// What `rate` more units cost each, on the average, rounded up.
    func averagePrice(adding rate: Int64, to load: Int64, capacity: Int64) -> Int64 {
        guard capacity != Self.unlimited, rate > 0 else { return 0 }
        let sum = cost(load + rate, capacity: capacity) - cost(load, capacity: capacity)
        return Int64((sum + Int128(rate) - 1) / Int128(rate))
    }

    /// The most that `price * load - cost(load)` can be.
    func conjugate(_ price: Int64, capacity: Int64) -> Int128 {
        guard capacity != Self.unlimited else { return 0 }
        var total: Int128 = 0
        var (before, slope): (Int64, Int64) = (0, 0)
        for step in starts.indices {
            if price <= slope { break }
            let start = capacity * starts[step] / 1000
            total += Int128(price - slope) * Int128(start - before)
            (before, slope) = (start, slopes[step])
        }
        return total
    }
}
