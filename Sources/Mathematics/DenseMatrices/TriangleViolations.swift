/// How far a table of latencies is from a metric: over the Internet the direct way is often not the shortest.
public struct TriangleViolations: Sendable, Hashable {
    /// Ordered triples of different nodes with all three lengths known, of those that were looked at.
    public private(set) var triples = 0
    /// Those of them in which the way from the first to the third through the second is shorter than the direct one.
    public private(set) var violations = 0
    /// The sum of what the detours save, as parts of the direct lengths.
    private var savings = 0.0
    /// The part of the triples that violate the inequality; 0 when there are none.
    public var fraction: Double { triples == 0 ? 0 : Double(violations) / Double(triples) }
    /// How bad violations are: what the detour saves of the direct length, the mean over violations; 0 without any.
    public var severity: Double { violations == 0 ? 0 : savings / Double(violations) }

    /// Counts the violations in a square matrix; infinity marks what is not known.
    ///
    /// - Complexity: O(n^3).
    public init(in lengths: Matrix<Double>) {
        precondition(lengths.rowCount == lengths.columnCount, "the matrix is not square")
        let order = lengths.rowCount
        for from in 0..<order {
            for via in 0..<order where via != from && lengths[from, via] < .infinity {
                for to in 0..<order where to != from && to != via { look(lengths, from, via, to) }
            }
        }
    }

    /// Estimates the violations in a square matrix from that many triples of different nodes, drawn evenly from a seed.
    ///
    /// - Complexity: O(samples).
    public init(in lengths: Matrix<Double>, samples: Int, seed: UInt64) {
        precondition(lengths.rowCount == lengths.columnCount, "the matrix is not square")
        let order = lengths.rowCount
        guard order >= 3 else { return }
        var state = seed
        // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) and Lemire's mapping to a range.
        func draw(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            return Int(truncatingIfNeeded: mixed.multipliedFullWidth(by: UInt64(bound)).high)
        }
        for _ in 0..<max(0, samples) {
            let from = draw(order)
            var via = draw(order - 1)
            if via >= from { via += 1 }
            var to = draw(order - 2)
            if to >= min(from, via) { to += 1 }
            if to >= max(from, via) { to += 1 }
            look(lengths, from, via, to)
        }
    }

    private mutating func look(_ lengths: Matrix<Double>, _ from: Int, _ via: Int, _ to: Int) {
        let direct = lengths[from, to]
        let detour = lengths[from, via] + lengths[via, to]
        guard direct < .infinity, detour < .infinity else { return }
        triples += 1
        guard detour < direct else { return }
        violations += 1
        savings += (direct - detour) / direct
    }
}
