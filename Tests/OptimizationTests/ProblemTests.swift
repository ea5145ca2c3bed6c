import Optimization
import Testing

@Suite struct ProblemTests {
    @Test func flowProblemsNameTheNodeOrArcAtFault() {
        func refusal(_ supplies: [Int64], _ arcs: [FlowProblem.Arc]) -> ProblemError.Element? {
            do {
                _ = try FlowProblem(supplies: supplies, arcs: arcs)
                return nil
            } catch { return error.element }
        }
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, cost: 1)]) == nil)
        #expect(refusal([], []) == nil)
        #expect(refusal([0, 0], [.init(tail: 0, head: 2, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: -1, head: 0, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: Int.max, head: 0, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, lower: -1, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, upper: -1, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, lower: 3, upper: 2, cost: 1)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, cost: .max)]) == .arc(0))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, cost: .min)]) == .arc(0))
        #expect(refusal([.max, .min], []) == .node(0))
        #expect(refusal([1 << 59, -(1 << 59)], []) == .node(1))
        #expect(refusal([0, 0], [.init(tail: 0, head: 1, lower: 1 << 60, cost: 1)]) == .arc(0))
    }

    @Test func facilityProblemsNameTheElementAtFault() {
        func refusal(
            opening: [Double] = [1, 2], costs: [Double] = [1, 2, 3, 4], demands: [Double]? = nil,
            capacities: [Double]? = nil, open: ClosedRange<Int>? = nil
        ) -> ProblemError.Element? {
            do {
                _ = try FacilityProblem(
                    openingCosts: opening, assignmentCosts: costs, demands: demands, customerCount: 2,
                    capacities: capacities, openCount: open)
                return nil
            } catch { return error.element }
        }
        #expect(refusal() == nil)
        #expect(refusal(costs: [1, 2, .infinity, 4]) == nil)
        #expect(refusal(costs: [1, 2, 3]) == .problem)
        #expect(refusal(costs: [1, 2, .nan, 4]) == .assignment(customer: 1, facility: 0))
        #expect(refusal(opening: [1, .nan]) == .facility(1))
        #expect(refusal(demands: [1, -1]) == .customer(1))
        #expect(refusal(demands: [1, .nan]) == .customer(1))
        #expect(refusal(demands: [1]) == .problem)
        #expect(refusal(capacities: [-1, 1]) == .facility(0))
        #expect(refusal(capacities: [1]) == .problem)
        #expect(refusal(open: 1...3) == .problem)
    }

    @Test func linearProgramsNameTheRowOrColumnAtFault() {
        func refusal(_ columns: [LinearProgram.Column], _ rows: [LinearProgram.Row]) -> ProblemError.Element? {
            do {
                try LinearProgram(columns: columns, rows: rows).validate()
                return nil
            } catch { return error.element }
        }
        #expect(refusal([.init()], [.init(lower: 0, terms: [.init(0, 1)])]) == nil)
        #expect(refusal([.init(cost: .nan)], []) == .column(0))
        #expect(refusal([.init(lower: 2, upper: 1)], []) == .column(0))
        #expect(refusal([.init(lower: .infinity)], []) == .column(0))
        #expect(refusal([.init()], [.init(terms: [.init(1, 1)])]) == .row(0))
        #expect(refusal([.init()], [.init(terms: [.init(0, 1), .init(0, 2)])]) == .row(0))
        #expect(refusal([.init()], [.init(terms: [.init(0, .infinity)])]) == .row(0))
        #expect(refusal([.init()], [.init(lower: .nan, terms: [])]) == .row(0))
    }
}
