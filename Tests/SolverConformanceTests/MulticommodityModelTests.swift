import GLPKSolver
import Optimization
import TestSupport
import Testing

/// The multicommodity model against the same arc formulation built as a ``LinearProgram``.
@Suite struct MulticommodityModelTests {
    struct Instance {
        var nodes: Int
        var arcs: [(tail: Int, head: Int, capacity: Int, cost: Int)] = []
        var commodities: [(origin: Int, destination: Int, demand: Int)] = []
        var unroutedCost = 0

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            nodes = random.integer(1...5)
            for _ in 0..<random.integer(0...10) {
                arcs.append(
                    (
                        random.integer(0...(nodes - 1)), random.integer(0...(nodes - 1)), random.integer(0...9),
                        random.integer(0...20)
                    ))
            }
            for _ in 0..<random.integer(1...3) {
                commodities.append(
                    (random.integer(0...(nodes - 1)), random.integer(0...(nodes - 1)), random.integer(0...8)))
            }
            unroutedCost = random.integer(1...80)
        }

        var data: String {
            """
            data;
            param nodes := \(nodes);
            param unrouted_cost := \(unroutedCost);
            \(ModelData.table(
                "ARCS", columns: "tail head capacity cost",
                rows: arcs.enumerated().map { "\($0) \($1.tail) \($1.head) \($1.capacity) \($1.cost)" }))
            \(ModelData.table(
                "COMMODITIES", columns: "origin destination demand",
                rows: commodities.enumerated().map { "\($0) \($1.origin) \($1.destination) \($1.demand)" }))
            end;
            """
        }

        /// Arcs as columns, commodity by commodity, and what stays unrouted as a return arc of its own.
        var program: LinearProgram {
            var program = LinearProgram()
            var capacity = arcs.map { LinearProgram.Row(upper: Double($0.capacity), terms: []) }
            for commodity in commodities {
                var balance = (0..<nodes).map { _ in LinearProgram.Row(lower: 0, upper: 0, terms: []) }
                func leave(_ tail: Int, _ head: Int, _ column: LinearProgram.Column) {
                    if tail != head {
                        balance[tail].terms.append(.init(program.columns.count, 1))
                        balance[head].terms.append(.init(program.columns.count, -1))
                    }
                    program.columns.append(column)
                }
                for (index, arc) in arcs.enumerated() {
                    capacity[index].terms.append(.init(program.columns.count, 1))
                    leave(arc.tail, arc.head, .init(cost: Double(arc.cost)))
                }
                let demand = Double(commodity.demand)
                leave(commodity.origin, commodity.destination, .init(cost: Double(unroutedCost), upper: demand))
                if commodity.origin != commodity.destination {
                    for (node, amount) in [(commodity.origin, demand), (commodity.destination, -demand)] {
                        balance[node].lower = amount
                        balance[node].upper = amount
                    }
                }
                program.rows += balance
            }
            program.rows += capacity
            return program
        }
    }

    @Test(arguments: SolverLists.linear) func optimaAgree(tested: Tested<any LinearSolver>) throws {
        var congested = 0
        for seed in 0..<2_000 as Range<UInt64> {
            let instance = Instance(seed: seed)
            let program = instance.program
            let expected = try tested.solver.solve(program)
            #expect(OptimalityConditions.failures(program, expected) == [], "seed \(seed)")
            let result = try BundledModel.multicommodityFlow.with(data: instance.data).solve()
            #expect(result.termination == .optimal, "seed \(seed)")
            let objective = expected.objective ?? .nan
            #expect(abs((result.objective ?? .nan) - objective) <= 1e-7 * max(1, objective), "seed \(seed)")
            if expected.rowDuals?.suffix(instance.arcs.count).contains(where: { $0 < -1e-9 }) == true { congested += 1 }
        }
        #expect(congested > 200, "\(congested)")
    }
}
