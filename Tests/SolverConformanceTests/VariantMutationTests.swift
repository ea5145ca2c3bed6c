import FacilityLocation
import GLPKSolver
import NetworkFlow
import Optimization
import TestSupport
import Testing

/// Wrong claims about every variant are rejected.
@Suite struct VariantMutationTests {
    private let exact = BendersFacilitySolver(linearSolver: GLPKLinearSolver(), flowSolver: NetworkSimplexSolver())
    private let checker = CertificateChecker()

    @Test(arguments: RandomVariants.all) func mutatedAnswersAreRejected(variant: RandomVariants.Variant) throws {
        var rejected = 0
        for seed in 0..<300 as Range<UInt64> {
            let problem = try RandomVariants.problem(variant, seed: seed)
            let answer = try exact.solve(problem)
            var wrong: [(String, FacilityResult)] = []
            func add(_ name: String, _ change: (inout FacilityResult) -> Void) {
                var copy = answer
                change(&copy)
                wrong.append((name, copy))
            }
            if case .infeasible(let reason) = answer.certificate {
                Self.mutate(reason, problem: problem, add: add)
            } else if let objective = answer.objective, let solution = answer.solution {
                Self.mutate(solution, objective: objective, problem: problem, add: add)
            }
            for (name, result) in wrong {
                rejected += 1
                #expect(!checker.verify(problem, result).isVerified, "seed \(seed): \(name)")
            }
        }
        #expect(rejected > 600, "\(rejected)")
    }

    private static func mutate(
        _ solution: FacilitySolution, objective: Double, problem: FacilityProblem,
        add: (String, (inout FacilityResult) -> Void) -> Void
    ) {
        add("an objective without the constant") {
            $0.objective = objective - (problem.constant == 0 ? 1 : problem.constant)
        }
        add("a bound above the optimum") { $0.bound = objective + 0.01 * max(1, abs(objective)) }
        add("called infeasible") { $0.termination = .infeasible }
        add("no server count") { $0.solution?.servers.append(1) }
        for (index, facility) in solution.open.enumerated() {
            add("too many servers") { $0.solution?.servers[index] = problem.serverLimits[facility] + 1 }
            add("no servers") { $0.solution?.servers[index] = 0 }
            if problem.serverCosts[facility] != 0 { add("another server") { $0.solution?.servers[index] += 1 } }
            if problem.siteRules[facility] == .required {
                add("a required facility closed") {
                    $0.solution?.open.remove(at: index)
                    $0.solution?.servers.remove(at: index)
                    $0.objective = objective - problem.openingCosts[facility]
                }
            }
        }
        for facility in problem.facilities(.forbidden) {
            add("a forbidden facility open") {
                $0.solution?.open.append(facility)
                $0.solution?.servers.append(1)
                $0.objective = objective + problem.openingCosts[facility] + problem.serverCosts[facility]
            }
        }
        guard problem.customerCount > 0 else { return }
        add("prices that prove too little") {
            $0.certificate = .dual(prices: problem.demands.map { _ in -1e6 })
        }
        add("half of a tree") {
            $0.certificate = .branchAndBound(leaves: [
                .init(open: [], closed: [], atLeast: [.init(facility: 0, servers: 2)], prices: problem.demands)
            ])
        }
        add("a customer moved") {
            let now = solution.shares[0]
            let other = (0..<problem.facilityCount).first { facility in
                !now.contains { $0.facility == facility }
                    && problem.cost(customer: 0, facility: facility)
                        != problem.cost(customer: 0, facility: now[0].facility)
            }
            if let other { $0.solution?.shares[0] = [.init(facility: other, fraction: 1)] } else { $0.objective = nil }
        }
    }

    private static func mutate(
        _ reason: FacilityCertificate.Infeasibility, problem: FacilityProblem,
        add: (String, (inout FacilityResult) -> Void) -> Void
    ) {
        add("called optimal") { $0.termination = .optimal }
        add("a number without a proof") { $0.certificate = .infeasible(.openCount) }
        switch reason {
        case .unserved(let customers, let leaves):
            if !customers.isEmpty {
                add("one customer fewer") {
                    $0.certificate = .infeasible(.unserved(customers: Array(customers.dropLast()), leaves: leaves))
                }
            }
            add("no leaves") { $0.certificate = .infeasible(.unserved(customers: customers, leaves: [])) }
        case .capacityShort(let customers):
            add("one customer fewer") {
                $0.certificate = .infeasible(.capacityShort(customers: Array(customers.dropLast())))
            }
        case .unreachable(let customer):
            add("no such customer") {
                $0.certificate = .infeasible(.unreachable(customer: problem.customerCount + customer))
            }
        case .openCount: break
        }
    }
}
