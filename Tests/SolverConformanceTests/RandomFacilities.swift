import Optimization
import TestSupport

/// Small facility problems from seeds.
enum RandomFacilities {
    /// A kind of facility problem; each is a class of its own for the solvers.
    enum Kind: CaseIterable, Sendable {
        case uncapacitated
        case openCount
        case median
        case split
        case singleSource

        /// What a solver must be able to do for it.
        var needs: SolverCapabilities {
            switch self {
            case .uncapacitated: []
            case .openCount, .median: .openCount
            case .split: .capacities
            case .singleSource: [.capacities, .singleSource]
            }
        }
    }

    static func problem(_ kind: Kind, seed: UInt64) throws -> FacilityProblem {
        var random = SplitMix64(seed: seed &* 5 &+ 1)
        let isHard = kind == .split || kind == .singleSource
        let facilities = random.integer(1...(kind == .singleSource ? 3 : 5))
        let customers = random.integer(0...(isHard ? 5 : 7))
        let demands = (0..<customers).map { _ in Double(random.integer(isHard ? 0...9 : 1...1)) }
        // Coordinates on a line give problems whose relaxation is tight, random costs others whose is not.
        let places = (0..<(facilities + customers)).map { _ in random.integer(0...40) }
        let isMetric = kind == .median || random.chance(0.5)
        var costs: [Double] = []
        for customer in 0..<customers {
            for facility in 0..<facilities {
                let unit =
                    isMetric ? abs(places[facility] - places[facilities + customer]) : random.integer(0...30)
                let isForbidden = kind != .median && random.chance(0.12)
                // A whole multiple of the demand, so that a flow in integers states the same cost.
                costs.append(isForbidden ? .infinity : Double(unit) * max(1, demands[customer]))
            }
        }
        let opening = (0..<facilities).map { _ in kind == .median ? 0 : Double(random.integer(-4...60)) }
        let total = Int(demands.reduce(0, +))
        let capacities = (0..<facilities).map { _ in
            random.chance(0.1) ? .infinity : Double(random.integer(0...max(4, total)))
        }
        var openCount: ClosedRange<Int>?
        switch kind {
        case .median:
            let count = random.integer(1...facilities)
            openCount = count...count
        case .openCount:
            let least = random.integer(0...facilities)
            openCount = least...random.integer(least...facilities)
        case .split where random.chance(0.3):
            openCount = 0...random.integer(0...facilities)
        default: break
        }
        return try FacilityProblem(
            openingCosts: opening, assignmentCosts: costs, demands: demands, customerCount: customers,
            capacities: isHard ? capacities : nil, assignmentRule: kind == .singleSource ? .singleSource : .split,
            openCount: openCount)
    }

    /// The least cost, by trying every set of open facilities (and, from a single source, every assignment); `nil` when
    /// there is no solution.
    static func enumerate(_ problem: FacilityProblem, flow: any FlowSolver) throws -> Double? {
        var best: Double?
        for mask in 0..<(1 << problem.facilityCount) {
            let open = (0..<problem.facilityCount).filter { mask >> $0 & 1 == 1 }
            guard (problem.minimumOpen...problem.maximumOpen).contains(open.count) else { continue }
            let rent = open.reduce(0) { $0 + problem.openingCosts[$1] }
            let serving: Double?
            if !problem.isCapacitated {
                serving = cheapest(problem, open)
            } else if problem.assignmentRule == .singleSource {
                serving = assign(problem, open, from: 0, load: problem.openingCosts.map { _ in 0 })
            } else {
                serving = try transport(problem, open, flow: flow)
            }
            if let serving { best = min(best ?? .infinity, rent + serving) }
        }
        return best
    }

    private static func cheapest(_ problem: FacilityProblem, _ open: [Int]) -> Double? {
        var total = 0.0
        for customer in 0..<problem.customerCount {
            total += open.map { problem.cost(customer: customer, facility: $0) }.min() ?? .infinity
        }
        return total < .infinity ? total : nil
    }

    private static func assign(
        _ problem: FacilityProblem, _ open: [Int], from customer: Int, load: [Double]
    ) -> Double? {
        guard customer < problem.customerCount else { return 0 }
        var best: Double?
        for facility in open {
            let cost = problem.cost(customer: customer, facility: facility)
            var next = load
            next[facility] += problem.demands[customer]
            guard cost < .infinity, next[facility] <= problem.capacities?[facility] ?? .infinity,
                let rest = assign(problem, open, from: customer + 1, load: next)
            else { continue }
            best = min(best ?? .infinity, cost + rest)
        }
        return best
    }

    /// Serving as a flow in integers; a customer without demand is served at its cheapest.
    private static func transport(
        _ problem: FacilityProblem, _ open: [Int], flow: any FlowSolver
    ) throws -> Double? {
        let sink = problem.customerCount + problem.facilityCount
        var supplies = [Int64](repeating: 0, count: sink + 1)
        var arcs: [FlowProblem.Arc] = []
        var free = 0.0
        for customer in 0..<problem.customerCount {
            let demand = problem.demands[customer]
            if demand == 0 {
                free += open.map { problem.cost(customer: customer, facility: $0) }.min() ?? .infinity
                continue
            }
            supplies[customer] = Int64(demand)
            supplies[sink] -= Int64(demand)
            for facility in open {
                let cost = problem.cost(customer: customer, facility: facility)
                guard cost < .infinity else { continue }
                arcs.append(
                    .init(tail: customer, head: problem.customerCount + facility, cost: Int64(cost / demand)))
            }
        }
        for facility in open {
            let capacity = problem.capacities?[facility] ?? .infinity
            arcs.append(
                .init(
                    tail: problem.customerCount + facility, head: sink,
                    upper: capacity < .infinity ? Int64(capacity) : FlowProblem.unlimited, cost: 0))
        }
        let result = try flow.solve(try FlowProblem(supplies: supplies, arcs: arcs))
        guard result.termination == .optimal, free < .infinity, let objective = result.objective else { return nil }
        return free + Double(objective)
    }
}
