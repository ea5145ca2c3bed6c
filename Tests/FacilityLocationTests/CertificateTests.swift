import FacilityLocation
import Optimization
import TestSupport
import Testing

/// The certificates of real answers, tampered with, must not pass.
@Suite struct CertificateTests {
    private let checker = CertificateChecker()

    private func tampered(_ result: FacilityResult) -> [(String, FacilityResult)] {
        var cases: [(String, FacilityResult)] = []
        func add(_ name: String, _ change: (inout FacilityResult) -> Void) {
            var copy = result
            change(&copy)
            cases.append((name, copy))
        }
        let size = max(1, abs(result.objective ?? 1))
        add("objective lowered") { $0.objective? -= 1e-3 * size }
        add("bound raised") { $0.bound? += 1e-3 * size }
        add("no certificate") { $0.certificate = .none }
        add("no solution") { $0.solution = nil }
        add("a facility closed") { $0.solution?.open.removeFirst() }
        add("a customer dropped") { $0.solution?.shares.removeLast() }
        add("a customer half served") {
            guard let fraction = $0.solution?.shares[0][0].fraction else { return }
            $0.solution?.shares[0][0].fraction = fraction / 2
        }
        switch result.certificate {
        case .dual(let prices):
            add("prices lowered") { $0.certificate = .dual(prices: prices.map { $0 - size }) }
            add("a price missing") { $0.certificate = .dual(prices: Array(prices.dropLast())) }
        case .branchAndBound(let leaves):
            for index in leaves.indices.prefix(40) {
                add("leaf \(index) dropped") {
                    var fewer = leaves
                    fewer.remove(at: index)
                    $0.certificate = .branchAndBound(leaves: fewer)
                }
            }
            add("the prices of all leaves lowered") {
                var changed = leaves
                for index in changed.indices { changed[index].prices = changed[index].prices.map { $0 - size } }
                $0.certificate = .branchAndBound(leaves: changed)
            }
            add("a fixing turned round") {
                var changed = leaves
                guard let index = changed.firstIndex(where: { !$0.closed.isEmpty }) else {
                    $0.certificate = .none
                    return
                }
                changed[index].open.append(changed[index].closed.removeLast())
                $0.certificate = .branchAndBound(leaves: changed)
            }
        case .infeasible, .none: break
        }
        return cases
    }

    @Test(arguments: [0, 1, 2]) func tamperingIsFound(variant: Int) throws {
        var random = SplitMix64(seed: 41)
        var trees = 0
        for round in 0..<30 {
            let problem =
                switch variant {
                case 0: try Landscapes.noisy(facilities: 12, customers: 15, random: &random)
                case 1: try Landscapes.capacitated(facilities: 9, customers: 15, random: &random)
                default:
                    try Landscapes.capacitated(facilities: 8, customers: 14, rule: .singleSource, random: &random)
                }
            let result = try Solvers.exact.solve(problem)
            #expect(checker.verify(problem, result).isVerified, "round \(round)")
            for (name, change) in tampered(result) {
                #expect(!checker.verify(problem, change).isVerified, "round \(round): \(name)")
            }
            if result.certificate.kind == "branch-and-bound" { trees += 1 }
        }
        #expect(trees > 5)
    }
}
