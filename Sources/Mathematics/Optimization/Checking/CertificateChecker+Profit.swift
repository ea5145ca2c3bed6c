extension CertificateChecker {
    /// What a leaf fixes, laid out for look-up.
    struct LeafState {
        /// Whether a facility is fixed open (also by serving somebody) or closed.
        private(set) var fixed: [Bool?]
        /// The facility that a customer is fixed to.
        private(set) var servedBy: [Int?]
        /// Pairs fixed apart.
        private(set) var refused: Set<FacilityCertificate.Leaf.Pair>
        /// Whether no solution can agree with all that is fixed.
        private(set) var isContradictory = false

        /// Reads a leaf; `nil`, with a failure noted, when it is malformed.
        init?(_ leaf: FacilityCertificate.Leaf, problem: FacilityProblem, into verification: inout Verification) {
            fixed = Array(repeating: nil, count: problem.facilityCount)
            servedBy = Array(repeating: nil, count: problem.customerCount)
            refused = Set(leaf.refused)
            for (list, state) in [(leaf.open, true), (leaf.closed, false)] {
                for facility in list {
                    guard
                        verification.expect(
                            fixed.indices.contains(facility) && fixed[facility] == nil,
                            "a leaf fixes \(facility) wrongly")
                    else { return nil }
                    fixed[facility] = state
                }
            }
            let isSingle = problem.assignmentRule == .singleSource || !problem.isCapacitated
            for pair in leaf.served + leaf.refused {
                guard
                    verification.expect(
                        isSingle && fixed.indices.contains(pair.facility)
                            && servedBy.indices.contains(pair.customer),
                        "a leaf fixes customer \(pair.customer) wrongly")
                else { return nil }
            }
            for pair in leaf.served {
                if servedBy[pair.customer] != nil || fixed[pair.facility] == false || refused.contains(pair) {
                    isContradictory = true
                }
                servedBy[pair.customer] = pair.facility
                fixed[pair.facility] = true
            }
        }
    }

    /// The most that a facility can earn at these prices with what the leaf fixes; `nil` when it cannot hold what it
    /// is fixed to serve.
    func profit(of facility: Int, at prices: [Double], state: LeafState, problem: FacilityProblem) -> Double? {
        var room = problem.capacities?[facility] ?? .infinity
        var total = 0.0
        var offers: [(gain: Double, demand: Double)] = []
        for (customer, price) in prices.enumerated() {
            let gain = price - problem.cost(customer: customer, facility: facility)
            if let server = state.servedBy[customer] {
                guard server == facility else { continue }
                total += gain
                room -= problem.demands[customer]
            } else if gain > 0, !state.refused.contains(.init(customer: customer, facility: facility)) {
                offers.append((gain, problem.demands[customer]))
            }
        }
        guard total > -.infinity, room >= -slack(problem.capacities?[facility] ?? 0) else { return nil }
        if room == .infinity { return offers.reduce(total) { $0 + $1.gain } }
        for offer in offers where offer.demand == 0 { total += offer.gain }
        offers.removeAll { $0.demand == 0 }
        guard problem.assignmentRule == .singleSource else { return total + fractionalKnapsack(offers, room: room) }
        offers.removeAll { $0.demand > room + slack(room) }
        return total + (binaryKnapsack(offers, room: room) ?? fractionalKnapsack(offers, room: room))
    }

    private func fractionalKnapsack(_ offers: [(gain: Double, demand: Double)], room: Double) -> Double {
        var total = 0.0
        var left = room
        for offer in offers.sorted(by: { $0.gain * $1.demand > $1.gain * $0.demand }) {
            guard left > 0 else { break }
            total += offer.gain * min(1, left / offer.demand)
            left -= offer.demand
        }
        return total
    }

    /// The best set of whole customers, by dynamic programming over the room; `nil` when demands are not whole or the
    /// table would be too large.
    private func binaryKnapsack(_ offers: [(gain: Double, demand: Double)], room: Double) -> Double? {
        let size = (room + slack(room)).rounded(.down)
        guard offers.allSatisfy({ $0.demand == $0.demand.rounded() }), size >= 0 else { return nil }
        guard size * Double(offers.count) <= 5e7 else { return nil }
        var best = Array(repeating: 0.0, count: Int(size) + 1)
        for offer in offers {
            let demand = Int(offer.demand)
            for filled in stride(from: best.count - 1, through: demand, by: -1) {
                best[filled] = max(best[filled], best[filled - demand] + offer.gain)
            }
        }
        return best.last ?? 0
    }
}
