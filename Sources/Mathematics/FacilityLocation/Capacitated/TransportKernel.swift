import Optimization

/// Serves all customers from given (perhaps partly) open facilities at least cost: a transport problem for the flow
/// kernel, in whole numbers.
///
/// Flows are scaled by a power of two, so that whole demands stay exact, and costs likewise; flow times cost stays
/// under 2^61. An emergency node may serve anyone at a cost above that of any detour, so that a flow always exists.
struct TransportKernel {
    /// What a transport solve found.
    struct Outcome {
        /// Flow by customer: facility and part of the demand.
        var shares: [[FacilitySolution.Share]]
        /// A price a customer (for all of it), dual to its demand.
        var prices: [Double]
        /// Customers whom the emergency node helps, and those whose prices say that nothing else can; empty when all
        /// are served.
        var stranded: [Int]
    }

    let problem: FacilityProblem
    private let flowSolver: any FlowSolver
    private let capacities: [Double]
    private let served: [Int]
    private let largestUnitCost: Double
    private let totalDemand: Double
    private let isWhole: Bool
    /// Transport problems solved.
    private(set) var solveCount = 0

    init(problem: FacilityProblem, flowSolver: any FlowSolver) {
        self.problem = problem
        self.flowSolver = flowSolver
        let total = problem.demands.reduce(0, +)
        totalDemand = total
        capacities = (problem.capacities ?? Array(repeating: .infinity, count: problem.facilityCount))
            .map { min($0, total) }
        served = problem.demands.indices.filter { problem.demands[$0] > 0 }
        var largest = 0.0
        for customer in served {
            for facility in 0..<problem.facilityCount {
                let cost = problem.cost(customer: customer, facility: facility)
                if cost < .infinity { largest = max(largest, abs(cost) / problem.demands[customer]) }
            }
        }
        largestUnitCost = largest > 1e-200 ? largest : 1
        isWhole = (problem.demands + capacities).allSatisfy { $0 == $0.rounded() } && total < 0x1p30
    }

    /// Solves the transport problem at these openings. `isIntegral` says that they are all 0 or 1, and asks for shares.
    ///
    /// - Throws: ``SolverError`` when the flow solver fails. Returns `nil` when it was stopped.
    mutating func solve(
        openness: [Double], isIntegral: Bool, criteria: StoppingCriteria, interrupter: Interrupter?
    ) throws(SolverError) -> Outcome? {
        guard !served.isEmpty else {
            return Outcome(
                shares: Array(repeating: [], count: problem.customerCount),
                prices: Array(repeating: 0, count: problem.customerCount), stranded: [])
        }
        solveCount += 1
        let isExact = isIntegral && isWhole
        let flowScale = isExact ? 1 : Self.powerOfTwo(0x1p33 / max(totalDemand, 1e-300))
        let facilities = openness.indices.filter { openness[$0] > 1e-9 }
        let detours = Double(2 * min(facilities.count, served.count) + 2)
        let emergency = largestUnitCost * (isIntegral ? detours : 8)
        let bits = isExact ? 0x1p60 / max(1, totalDemand) : 0x1p26
        let nodes = Double(facilities.count + served.count + 2)
        let costScale = Self.powerOfTwo(min(bits, 0x1p58 / nodes) / emergency)
        var supplies: [Int64] = []
        for facility in facilities {
            let room = capacities[facility] * openness[facility] * flowScale
            supplies.append(isExact ? Int64(room) : max(0, Int64(room) - (isIntegral ? Int64(served.count) : 0)))
        }
        var need: Int64 = 0
        for customer in served {
            let amount = Int64((problem.demands[customer] * flowScale).rounded())
            supplies.append(-amount)
            need += amount
        }
        supplies.append(need)
        var arcs: [FlowProblem.Arc] = []
        arcs.reserveCapacity((facilities.count + 1) * served.count)
        for (place, customer) in served.enumerated() {
            let node = facilities.count + place
            let amount = -supplies[node]
            for (tail, facility) in facilities.enumerated() {
                let cost = problem.cost(customer: customer, facility: facility) / problem.demands[customer]
                guard cost < .infinity else { continue }
                let limit = isIntegral ? amount : Int64((Double(amount) * openness[facility]).rounded(.up))
                arcs.append(
                    .init(tail: tail, head: node, upper: limit, cost: Int64((cost * costScale).rounded())))
            }
            arcs.append(
                .init(tail: supplies.count - 1, head: node, cost: Int64((emergency * costScale).rounded())))
        }
        let flowProblem: FlowProblem
        do {
            flowProblem = try FlowProblem(supplies: supplies, arcs: arcs, supplyRule: .atMost)
        } catch {
            throw SolverError(.internalInconsistency, "a transport problem was refused: \(error)", cause: error)
        }
        let result = try flowSolver.solve(flowProblem, criteria: criteria, interrupter: interrupter)
        guard result.termination == .optimal, let flows = result.flows,
            case .potentials(let potentials) = result.certificate
        else {
            if result.termination == .cancelled || result.termination == .limitReached(.time) { return nil }
            throw SolverError(.numericalFailure, "a transport problem ended \(result.termination.word)")
        }
        return read(
            flows: flows, potentials: potentials, of: flowProblem, facilities: facilities,
            emergency: emergency, costScale: costScale)
    }

    private func read(
        flows: [Int64], potentials: [Int64], of flowProblem: FlowProblem, facilities: [Int], emergency: Double,
        costScale: Double
    ) -> Outcome {
        let helper = Int32(flowProblem.nodeCount - 1)
        var outcome = Outcome(
            shares: Array(repeating: [], count: problem.customerCount),
            prices: Array(repeating: 0, count: problem.customerCount), stranded: [])
        var isHelped = false
        for (arc, flow) in zip(flowProblem.arcs, flows) where flow > 0 {
            let customer = served[Int(arc.head) - facilities.count]
            if arc.tail == helper {
                isHelped = true
                continue
            }
            let part = Double(flow) / Double(-flowProblem.supplies[Int(arc.head)])
            outcome.shares[customer].append(.init(facility: facilities[Int(arc.tail)], fraction: part))
        }
        for (place, customer) in served.enumerated() {
            let unit = Double(potentials[facilities.count + place]) / costScale
            outcome.prices[customer] = unit * problem.demands[customer]
            if isHelped, unit >= 0.75 * emergency { outcome.stranded.append(customer) }
        }
        return outcome
    }

    /// The largest power of two that is at most `value`.
    private static func powerOfTwo(_ value: Double) -> Double {
        value > 0 ? Double(sign: .plus, exponent: value.exponent, significand: 1) : 1
    }
}
