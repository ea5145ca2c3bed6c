import Optimization
import Testing

/// The terms of a facility problem: refused where they make no sense, folded where they fold.
@Suite struct FacilityTermTests {
    private func problem(
        required: [Int] = [], forbidden: [Int] = [], servers: ServerMenu? = nil, congestion: [[CongestionStep]]? = nil,
        constant: Double = 0
    ) throws(ProblemError) -> FacilityProblem {
        try FacilityProblem(
            openingCosts: [10, 20], assignmentCosts: [1, 2, 3, 4], demands: [1, 2], customerCount: 2,
            capacities: [2, 2], required: required, forbidden: forbidden, servers: servers, congestion: congestion,
            constant: constant)
    }

    @Test func wrongTermsNameTheElement() throws {
        func refusal(_ body: () throws(ProblemError) -> FacilityProblem) -> ProblemError? {
            do throws(ProblemError) {
                _ = try body()
                return nil
            } catch {
                return error
            }
        }
        let step = CongestionStep(load: 3, unitCost: 2)
        let lower = CongestionStep(load: 4, unitCost: 1)
        let nan = CongestionStep(load: .nan, unitCost: 1)
        #expect(refusal { () throws(ProblemError) in try problem(required: [2]) }?.element == .facility(2))
        #expect(
            refusal { () throws(ProblemError) in try problem(required: [1], forbidden: [1]) }?.element == .facility(1))
        let few = ServerMenu(limits: [1, 0], costs: [0, 0])
        #expect(refusal { () throws(ProblemError) in try problem(servers: few) }?.element == .facility(1))
        let dear = ServerMenu(limits: [1, 1], costs: [.nan, 0])
        #expect(refusal { () throws(ProblemError) in try problem(servers: dear) }?.element == .facility(0))
        let short = ServerMenu(limits: [1], costs: [0])
        #expect(refusal { () throws(ProblemError) in try problem(servers: short) }?.element == .problem)
        for steps in [[[], [step, lower]], [[], [step, step]], [[], [nan]]] {
            #expect(refusal { () throws(ProblemError) in try problem(congestion: steps) }?.element == .facility(1))
        }
        #expect(refusal { () throws(ProblemError) in try problem(congestion: [[step]]) }?.element == .problem)
        #expect(refusal { () throws(ProblemError) in try problem(constant: .infinity) }?.element == .problem)
        let plain = try problem()
        for history in [
            FacilityHistory(open: [5]), FacilityHistory(open: [0], closingCosts: [1]),
            FacilityHistory(open: [0], closingCosts: [.nan, 0]), FacilityHistory(open: [], assignment: [0, 7]),
            FacilityHistory(open: [], stayDiscounts: [.infinity, 0]),
        ] {
            #expect(refusal { () throws(ProblemError) in try plain.continuing(history) } != nil)
        }
        #expect(
            refusal { () throws(ProblemError) in try plain.limiting(latencies: [1, 2, .nan, 4], to: [3]) }?.element
                == .assignment(customer: 1, facility: 0))
        #expect(refusal { () throws(ProblemError) in try plain.limiting(latencies: [1], to: [3]) } != nil)
    }

    @Test func leavingTheStateCostsWhatItShould() throws {
        let changed = try problem().continuing(
            FacilityHistory(
                open: [0], closingCosts: [4, 9], openingDiscounts: [1, 9], assignment: [0, -1], stayDiscounts: [0.5, 9])
        )
        let stays = FacilitySolution(open: [0, 1], assignment: [0, 1])
        let leaves = FacilitySolution(open: [1], assignment: [1, 1])
        // Staying: both open, less the discounts. Leaving: the second opens, the first is closed at its cost.
        // Opening 10 - 1 and 20, serving 1 - 0.5 and 4; opening 20, closing 4, serving 2 and 4.
        #expect(changed.cost(of: stays) == 33.5)
        #expect(changed.cost(of: leaves) == 30)
        let capped = try problem().limiting(latencies: [1, 9, 9, 9], to: [5, 20])
        #expect(capped.assignmentCosts == [1, .infinity, 3, 4])
    }

    @Test func congestionAddsUpStepByStep() throws {
        let steps = [CongestionStep(load: 1, unitCost: 2), CongestionStep(load: 2, unitCost: 5)]
        let congested = try problem(
            servers: ServerMenu(limits: [3, 1], costs: [7, 0]), congestion: [steps, []], constant: 100)
        let solution = FacilitySolution(open: [0], servers: [2], assignment: [0, 0])
        #expect(congested.congestionCost(of: 0, load: 3) == 7)
        // The constant, opening 10, two servers of 7, serving 1 and 3, congestion 7.
        #expect(congested.cost(of: solution) == 135)
        let claim = FacilityResult(termination: .feasible, solution: solution, objective: 135)
        #expect(CertificateChecker().verify(congested, claim).isVerified)
    }
}
