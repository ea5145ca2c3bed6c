/// The inner loops over all sites of the pool, eight sites at a time.
///
/// Written with vectors because the compiler leaves loops over unsafe memory scalar as soon as there is a condition in them; the last
/// `count % 8` sites go one by one, by the same arithmetic, so that the sums do not depend on where a site stands in a row.
enum SiteVectors {
    private typealias Floats = SIMD8<Float>
    private static let width = 8

    /// What somebody costs at a site: latencies in microseconds.
    struct Cost {
        /// The price of whoever it is, less the moves.
        var left: Float
        /// Cost of a microsecond.
        var slope: Float
        /// The latency above which there is excess, and its price.
        var softCap: Float
        var excessPrice: Float
        /// The longest latency that is allowed.
        var cap: Float

        /// Whether latencies cost no more than what they are.
        var isPlain: Bool { excessPrice == 0 && cap == .infinity }

        /// What whoever it is gains at a site; 0 where it is a loss.
        @inline(__always)
        func gain(_ there: Float, _ transit: Float) -> Float {
            let over = max(0, there - softCap)
            return there > cap ? 0 : max(0, left - (slope * there + transit + excessPrice * over))
        }
    }

    /// Somebody at the sites: what they cost, their latencies, and where in the strip the transit of their kind begins.
    @unsafe struct Row {
        var cost: Cost
        var latencies: UnsafeBufferPointer<Int32>
        var start: Int
    }

    /// Adds what two people gain at each site to `sums`, as ``Cost/gain(_:_:)`` has it: sums and, where they are of a kind, transit are read
    /// once for both.
    static func addGains(to sums: Strip<Float>, _ first: Row, _ second: Row, transit: Strip<Float>) {
        let count = unsafe first.latencies.count
        let (one, two) = unsafe (first.cost, second.cost)
        let (here, there) = unsafe (first.latencies, second.latencies)
        let (start, other) = unsafe (first.start, second.start)
        let isPlain = one.isPlain && two.isPlain
        var site = 0
        while site &+ width <= count {
            let pull = transit.vector(start &+ site)
            let next = other == start ? pull : transit.vector(other &+ site)
            let (near, far) = unsafe (Floats(load(here, site)), Floats(load(there, site)))
            let gains = gain(one, near, pull, isPlain) + gain(two, far, next, isPlain)
            sums.setVector(site, sums.vector(site) + gains)
            site &+= width
        }
        while site < count {
            sums[site] +=
                unsafe one.gain(Float(here[site]), transit[start &+ site])
                + two.gain(Float(there[site]), transit[other &+ site])
            site &+= 1
        }
    }

    /// Adds what somebody gains at each site to `sums`.
    static func addGains(to sums: Strip<Float>, _ row: Row, transit: Strip<Float>) {
        let (cost, latencies, start) = unsafe (row.cost, row.latencies, row.start)
        let (count, isPlain) = (latencies.count, cost.isPlain)
        var site = 0
        while site &+ width <= count {
            let there = unsafe Floats(load(latencies, site))
            sums.setVector(site, sums.vector(site) + gain(cost, there, transit.vector(start &+ site), isPlain))
            site &+= width
        }
        while site < count {
            sums[site] += unsafe cost.gain(Float(latencies[site]), transit[start &+ site])
            site &+= 1
        }
    }

    /// ``Cost/gain(_:_:)`` for eight sites.
    @inline(__always)
    private static func gain(_ cost: Cost, _ there: Floats, _ transit: Floats, _ isPlain: Bool) -> Floats {
        var charge = cost.slope * there + transit
        if isPlain { return positive(cost.left - charge) }
        charge += cost.excessPrice * positive(there - cost.softCap)
        return positive(cost.left - charge).replacing(with: 0, where: there .> Floats(repeating: cost.cap))
    }

    /// Adds `factor` times each of `terms` to `sums`, from `start` on there.
    static func add(_ factor: Float, _ terms: Strip<Float>, to sums: Strip<Float>, at start: Int, count: Int) {
        var site = 0
        while site &+ width <= count {
            sums.setVector(start &+ site, sums.vector(start &+ site) + factor * terms.vector(site))
            site &+= width
        }
        while site < count {
            sums[start &+ site] += factor * terms[site]
            site &+= 1
        }
    }

    /// Adds to each of the first `count` of `sums` what `value` is above the term, if it is.
    static func addSurplus(
        of value: Float, over terms: Strip<Float>, from start: Int, to sums: Strip<Float>, count: Int
    ) {
        var place = 0
        while place &+ width <= count {
            sums.setVector(place, sums.vector(place) + positive(value - terms.vector(start &+ place)))
            place &+= width
        }
        while place < count {
            sums[place] += max(0, value - terms[start &+ place])
            place &+= 1
        }
    }

    /// Writes `first * a + second * b` for whole numbers `a`, `b` of two rows.
    static func combine(
        _ first: Float, _ row: UnsafeBufferPointer<Int32>, _ second: Float, _ other: UnsafeBufferPointer<Int32>,
        into result: Strip<Float>
    ) {
        let count = row.count
        var site = 0
        while site &+ width <= count {
            let value = unsafe first * Floats(load(row, site)) + second * Floats(load(other, site))
            result.setVector(site, value)
            site &+= width
        }
        while site < count {
            result[site] = unsafe first * Float(row[site]) + second * Float(other[site])
            site &+= 1
        }
    }

    /// The larger of each element and 0; the library's `pointwiseMax` goes element by element.
    @inline(__always)
    private static func positive(_ values: Floats) -> Floats {
        let zero = Floats(repeating: 0)
        return values.replacing(with: zero, where: values .< zero)
    }

    @inline(__always)
    private static func load(_ row: UnsafeBufferPointer<Int32>, _ index: Int) -> SIMD8<Int32> {
        assert(index >= 0 && index + width <= row.count)
        return unsafe UnsafeRawPointer(row.baseAddress.unsafelyUnwrapped + index).loadUnaligned(as: SIMD8<Int32>.self)
    }
}

extension Strip where Element == Float {
    /// Eight elements from `index` on.
    @inline(__always)
    func vector(_ index: Int) -> SIMD8<Float> {
        assert(index >= 0 && index + 8 <= capacity)
        return unsafe UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Float>.self)
    }

    /// Sets eight elements from `index` on.
    @inline(__always)
    func setVector(_ index: Int, _ value: SIMD8<Float>) {
        assert(index >= 0 && index + 8 <= capacity)
        unsafe UnsafeMutableRawPointer(pointer + index).storeBytes(of: value, as: SIMD8<Float>.self)
    }
}
