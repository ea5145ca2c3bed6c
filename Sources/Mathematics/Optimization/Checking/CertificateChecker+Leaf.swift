extension CertificateChecker {
    /// What a leaf fixes, laid out for look-up.
    struct LeafState {
        /// The least number of servers of each facility; 1 or more where it is fixed open.
        private(set) var least: [Int]
        /// The largest number of servers of each facility; 0 where it is fixed closed.
        private(set) var most: [Int]
        /// The facility that a customer is fixed to.
        private(set) var servedBy: [Int?]
        /// Pairs fixed apart.
        private(set) var refused: Set<FacilityCertificate.Leaf.Pair>
        /// Whether no solution can agree with all that is fixed.
        private(set) var isContradictory = false

        /// The facilities that must be open.
        var opened: Int { least.count { $0 > 0 } }

        /// Reads a leaf; `nil`, with a failure noted, when it is malformed.
        init?(_ leaf: FacilityCertificate.Leaf, problem: FacilityProblem, into verification: inout Verification) {
            least = problem.siteRules.map { $0 == .required ? 1 : 0 }
            most = zip(problem.siteRules, problem.serverLimits).map { $0 == .forbidden ? 0 : $1 }
            servedBy = Array(repeating: nil, count: problem.customerCount)
            refused = Set(leaf.refused)
            var isFixed = Array(repeating: false, count: problem.facilityCount)
            for facility in leaf.open + leaf.closed {
                guard
                    verification.expect(
                        isFixed.indices.contains(facility) && !isFixed[facility], "a leaf fixes \(facility) wrongly")
                else { return nil }
                isFixed[facility] = true
            }
            for limit in leaf.atLeast + leaf.atMost {
                guard
                    verification.expect(
                        isFixed.indices.contains(limit.facility) && limit.servers > 0,
                        "a leaf fixes the servers of \(limit.facility) wrongly")
                else { return nil }
            }
            for facility in leaf.open { least[facility] = max(least[facility], 1) }
            for facility in leaf.closed { most[facility] = 0 }
            for limit in leaf.atLeast { least[limit.facility] = max(least[limit.facility], limit.servers) }
            for limit in leaf.atMost { most[limit.facility] = min(most[limit.facility], limit.servers) }
            let isSingle = problem.assignmentRule == .singleSource || !problem.dependsOnLoad
            for pair in leaf.served + leaf.refused {
                guard
                    verification.expect(
                        isSingle && isFixed.indices.contains(pair.facility)
                            && servedBy.indices.contains(pair.customer),
                        "a leaf fixes customer \(pair.customer) wrongly")
                else { return nil }
            }
            for pair in leaf.served {
                if servedBy[pair.customer] != nil || refused.contains(pair) { isContradictory = true }
                servedBy[pair.customer] = pair.facility
                least[pair.facility] = max(least[pair.facility], 1)
            }
            if zip(least, most).contains(where: { $0 > $1 }) { isContradictory = true }
        }

        /// What a facility can hold with all the servers that it may have.
        func room(of facility: Int, in problem: FacilityProblem) -> Double {
            most[facility] == 0 ? 0 : (problem.capacities?[facility] ?? .infinity) * Double(most[facility])
        }
    }
}
