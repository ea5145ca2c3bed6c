import Optimization

/// Sums over a flow problem in 128 bits.
enum FlowArithmetic {
    /// What a flow costs.
    ///
    /// - Throws: ``SolverError`` when the cost does not fit 64 bits.
    static func cost(of flows: [Int64], in network: FlowNetwork) throws(SolverError) -> Int64 {
        // Most sums fit 64 bits all along; 128 bits are for those that do not.
        var sum: Int64 = 0
        var overflowed = false
        for (flow, arc) in zip(flows, network.arcs) where flow != 0 {
            let (product, productOverflow) = flow.multipliedReportingOverflow(by: arc.cost)
            let (next, sumOverflow) = sum.addingReportingOverflow(product)
            sum = next
            overflowed = overflowed || productOverflow || sumOverflow
        }
        if !overflowed { return sum }
        var total = Accumulator()
        for (flow, arc) in zip(flows, network.arcs) { total.add(flow, times: arc.cost) }
        guard let cost = total.value else { throw costOverflow }
        return cost
    }

    /// The error of a flow whose cost does not fit 64 bits.
    static var costOverflow: SolverError {
        SolverError(.invalidProblem, "the cost of the flow does not fit 64 bits; scale costs or flows down")
    }

    /// The lower bound that potentials prove by weak duality; `nil` when they prove none, or none that fits 64 bits.
    static func bound(provedBy potentials: [Int64], for network: FlowNetwork) -> Int64? {
        var bound = Accumulator()
        for (potential, supply) in zip(potentials, network.supplies) {
            bound.add(0 - potential, times: supply)
        }
        for arc in network.arcs {
            let reduced = arc.cost &+ potentials[Int(arc.tail)] &- potentials[Int(arc.head)]
            let flow = reduced >= 0 ? arc.lower : arc.upper
            if flow == 0 { continue }
            if flow == FlowProblem.unlimited { return nil }
            bound.add(reduced, times: flow)
        }
        return bound.value
    }

    /// Potentials that prove as good a bound as is known: those given, or none at all (zeros), whichever proves more.
    ///
    /// Under ``FlowProblem/SupplyRule/atMost`` only potentials of 0 or more prove anything; those below are raised.
    static func bestBound(
        of potentials: [Int64], for network: FlowNetwork
    ) -> (bound: Int64, potentials: [Int64])? {
        let zeros = [Int64](repeating: 0, count: network.supplies.count)
        let given = network.supplyRule == .atMost ? potentials.map { max(0, $0) } : potentials
        let proved = [given, zeros].compactMap { candidate in
            bound(provedBy: candidate, for: network).map { (bound: $0, potentials: candidate) }
        }
        return proved.max { $0.bound < $1.bound }
    }

    /// A sum of products in 128 bits that notes when it leaves them.
    struct Accumulator {
        private var sum: Int128 = 0
        private var overflowed = false

        /// The sum, if it fits 64 bits.
        var value: Int64? { overflowed ? nil : Int64(exactly: sum) }

        @inline(__always)
        mutating func add(_ factor: Int64, times other: Int64) {
            let (result, overflow) = sum.addingReportingOverflow(Int128(factor) * Int128(other))
            sum = result
            overflowed = overflowed || overflow
        }
    }
}
