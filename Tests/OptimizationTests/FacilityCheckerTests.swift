import Optimization
import TestSupport
import Testing

@Suite struct FacilityCheckerTests {
    private let checker = CertificateChecker()

    /// Two facilities, three customers; opening only the first costs 4 + 1 + 2 + 3 = 10, which is optimal.
    private func sample(capacities: [Double]? = nil) throws -> FacilityProblem {
        try FacilityProblem(
            openingCosts: [4, 9], assignmentCosts: [1, 2, 2, 2, 3, 2], customerCount: 3, capacities: capacities)
    }

    @Test func acceptsAProofAndRejectsEachChangeOfIt() throws {
        let problem = try sample()
        let proof = FacilityResult(
            termination: .optimal, solution: FacilitySolution(open: [0], assignment: [0, 0, 0]), objective: 10,
            bound: 10, certificate: .dual(prices: [3, 3, 4]))
        #expect(checker.verify(problem, proof).isVerified, "\(checker.verify(problem, proof).failures)")
        for (name, change) in [
            ("objective", { $0.objective = 9 }), ("bound", { $0.bound = 10.5 }),
            ("closed site", { $0.solution?.open = [1] }), ("no site", { $0.solution?.open = [0, 0] }),
            ("unserved", { $0.solution?.shares[1] = [] }),
            ("half served", { $0.solution?.shares[1] = [.init(facility: 0, fraction: 0.5)] }),
            ("prices", { $0.certificate = .dual(prices: [3, 3, 2]) }),
            ("greedy prices", { $0.certificate = .dual(prices: [9, 9, 9]) }),
            ("short", { $0.certificate = .dual(prices: [3, 3]) }), ("none", { $0.certificate = .none }),
            (
                "half a tree",
                { $0.certificate = .branchAndBound(leaves: [.init(open: [0], closed: [], prices: [3, 3, 4])]) }
            ),
        ] as [(String, (inout FacilityResult) -> Void)] {
            var changed = proof
            change(&changed)
            #expect(!checker.verify(problem, changed).isVerified, "\(name)")
        }
        var tree = proof
        tree.certificate = .branchAndBound(leaves: [
            .init(open: [0], closed: [], prices: [3, 3, 4]), .init(open: [], closed: [0], prices: [5, 5, 5]),
        ])
        #expect(checker.verify(problem, tree).isVerified, "\(checker.verify(problem, tree).failures)")
    }

    @Test func reasonsOfInfeasibilityAreChecked() throws {
        let problem = try FacilityProblem(
            openingCosts: [1, 1], assignmentCosts: [1, .infinity, .infinity, .infinity], demands: [5, 1],
            customerCount: 2, capacities: [4, 100])
        func verify(_ reason: FacilityCertificate.Infeasibility) -> Bool {
            checker.verify(problem, FacilityResult(termination: .infeasible, certificate: .infeasible(reason)))
                .isVerified
        }
        #expect(verify(.unreachable(customer: 1)))
        #expect(!verify(.unreachable(customer: 0)))
        #expect(!verify(.unreachable(customer: 7)))
        #expect(verify(.capacityShort(customers: [0])))
        #expect(!verify(.capacityShort(customers: [])))
        #expect(!verify(.openCount))
        // A forbidden pair costs infinity; a claim that it is used must not pass for rounding.
        let solution = FacilitySolution(open: [0, 1], assignment: [0, 1])
        let claim = FacilityResult(termination: .feasible, solution: solution, objective: 3)
        #expect(!checker.verify(problem, claim).isVerified)
    }

    /// Whatever prices are claimed, in whatever tree, the proved bound is never above the optimum.
    @Test(arguments: [false, true]) func provedBoundsNeverExceedTheOptimum(capacitated: Bool) throws {
        var random = SplitMix64(seed: capacitated ? 72 : 73)
        var bounded = 0
        for _ in 0..<2000 {
            let facilities = Int.random(in: 1...4, using: &random)
            let customers = Int.random(in: 1...4, using: &random)
            let most = Int.random(in: 1...facilities, using: &random)
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in Double.random(in: 0...5, using: &random) },
                assignmentCosts: (0..<facilities * customers).map { _ in Double.random(in: 0...9, using: &random) },
                demands: (0..<customers).map { _ in Double(Int.random(in: 1...3, using: &random)) },
                customerCount: customers,
                capacities: capacitated
                    ? (0..<facilities).map { _ in Double(Int.random(in: 2...6, using: &random)) } : nil,
                assignmentRule: .singleSource, openCount: Int.random(in: 0...most, using: &random)...most)
            guard let best = Self.enumerate(problem) else { continue }
            let pivot = Int.random(in: 0..<facilities, using: &random)
            let leaves = [([pivot], [Int]()), ([], [pivot])].map { open, closed in
                FacilityCertificate.Leaf(
                    open: open, closed: closed,
                    prices: (0..<customers).map { _ in Double.random(in: 0...9, using: &random) })
            }
            for certificate in [
                .dual(prices: leaves[0].prices), .branchAndBound(leaves: leaves),
            ] as [FacilityCertificate] {
                let claim = FacilityResult(termination: .feasible, certificate: certificate)
                let verification = checker.verify(problem, claim)
                let bound = try #require(verification.provedBound, "\(verification.failures)")
                #expect(bound <= best + 1e-9)
                bounded += 1
            }
        }
        #expect(bounded > 1000)
    }

    /// The least cost of a solution in which nobody is split, by trying every one.
    private static func enumerate(_ problem: FacilityProblem) -> Double? {
        var best: Double?
        var assignment = Array(repeating: 0, count: problem.customerCount)
        let sets = 1 << problem.facilityCount
        while true {
            var load = Array(repeating: 0.0, count: problem.facilityCount)
            var cost = 0.0
            for (customer, facility) in assignment.enumerated() {
                load[facility] += problem.demands[customer]
                cost += problem.cost(customer: customer, facility: facility)
            }
            let fits = load.indices.allSatisfy { load[$0] <= (problem.capacities?[$0] ?? .infinity) }
            for set in 0..<sets where fits {
                let open = (0..<problem.facilityCount).filter { set >> $0 & 1 == 1 }
                guard (problem.minimumOpen...problem.maximumOpen).contains(open.count),
                    assignment.allSatisfy({ set >> $0 & 1 == 1 })
                else { continue }
                let total = cost + open.reduce(0) { $0 + problem.openingCosts[$1] }
                best = min(best ?? total, total)
            }
            guard let next = assignment.indices.first(where: { assignment[$0] + 1 < problem.facilityCount })
            else { return best }
            assignment[next] += 1
            for index in 0..<next { assignment[index] = 0 }
        }
    }
}
