import Optimization

/// Serves all customers from given (perhaps partly) open facilities at least cost: a transport problem for the flow
/// kernel, in whole numbers, and where these round too much for the answer, a spanning tree that makes it exact.
///
/// Flows are scaled, so that whole demands (and those of few decimals or binary digits) stay exact, and costs likewise;
/// flow times cost stays under 2^61. An emergency arc may serve anyone at a cost above that of any detour, so that a
/// flow always exists. A facility with congestion is fed by a node a step, each dearer than the one before and as wide
/// as the step times the facility's opening (the perspective of the congestion cost).
///
/// At openings that are a solution's the shares and prices are optimal to about 1e-10 of the cost: either whole numbers are
/// fine enough for that, or ``TransportTree`` goes on from their answer in the problem's own numbers. What then exceeds
/// the room by less than 5e-10 of it fits: customers who fill a facility exactly are never kept out by rounding.
struct TransportKernel {
    /// What a transport solve found.
    struct Outcome {
        /// Flow by customer: facility and part of the demand.
        var shares: [[FacilitySolution.Share]]
        /// A price a customer (for all of it), dual to its demand.
        var prices: [Double]
        /// Customers whom the emergency arcs help, and those whose prices say that nothing else can; empty when all
        /// are served.
        var stranded: [Int]
    }

    let problem: FacilityProblem
    private let flowSolver: any FlowSolver
    private let slots: SlotLayout
    private let served: [Int]
    private let largestUnitCost: Double
    private let totalDemand: Double
    /// What demands, capacities and steps are multiplied by to be whole; `nil` where no small number does it.
    private let wholeScale: Double?
    /// Transport problems solved.
    private(set) var solveCount = 0
    /// Pivots that made answers exact.
    private(set) var pivotCount = 0

    init(problem: FacilityProblem, slots: SlotLayout, flowSolver: any FlowSolver) {
        self.problem = problem
        self.flowSolver = flowSolver
        let total = problem.demands.reduce(0, +)
        totalDemand = total
        self.slots = slots
        served = problem.demands.indices.filter { problem.demands[$0] > 0 }
        var largest = 0.0
        for customer in served {
            for facility in 0..<problem.facilityCount {
                let cost = problem.cost(customer: customer, facility: facility)
                if cost < .infinity { largest = max(largest, abs(cost) / problem.demands[customer]) }
            }
        }
        largest += problem.congestion.reduce(0) { max($0, $1.last?.unitCost ?? 0) }
        largestUnitCost = largest > 1e-200 ? largest : 1
        let rooms = (problem.capacities ?? []).filter { $0 < .infinity }
        let loads = problem.congestion.joined().map(\.load).filter { $0 < total }
        wholeScale = DecimalScale.common(of: problem.demands + rooms + loads, largest: 0x1p30 / max(total, 1))
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
        let facilities = (0..<problem.facilityCount).filter { openness[slots.starts[$0]] > 1e-9 }
        let detours = Double(2 * min(facilities.count, served.count) + 2)
        let network = TransportNetwork(
            problem: problem, slots: slots, openness: openness, isIntegral: isIntegral, facilities: facilities,
            customers: served, emergency: largestUnitCost * (isIntegral ? detours : 8))
        let units = network.units(
            exactScale: isIntegral ? wholeScale : nil, totalDemand: totalDemand,
            congestionCount: problem.congestion.reduce(0) { $0 + $1.count })
        let flowProblem: FlowProblem
        do {
            flowProblem = try network.flowProblem(units)
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
        let answer = network.read(flows: flows, potentials: potentials, units: units)
        // What rounding of costs may add up to, against what is to be told apart.
        let error = totalDemand / units.costScale
        if isIntegral ? units.isExact && error <= 2e-10 * abs(answer.cost) : error <= 1e-5 * abs(answer.cost) {
            return outcome(of: answer, in: network)
        }
        var tree = network.tree(flows: flows, potentials: potentials, flowProblem: flowProblem, total: totalDemand)
        tree.solve()
        var exact = network.read(tree)
        // What exceeds the room by rounding, or by less than a checker sees, fits.
        for part in [1e-12, 5e-10] where isIntegral && exact.helped > 0 && exact.helped <= 1e-8 * totalDemand {
            tree.widen(by: part)
            tree.solve()
            exact = network.read(tree)
        }
        pivotCount += tree.pivotCount
        return outcome(of: exact, in: network)
    }

    private func outcome(of answer: TransportNetwork.Answer, in network: TransportNetwork) -> Outcome {
        var outcome = Outcome(
            shares: Array(repeating: [], count: problem.customerCount),
            prices: Array(repeating: 0, count: problem.customerCount), stranded: [])
        for (place, customer) in served.enumerated() {
            outcome.shares[customer] = answer.shares[place]
            outcome.prices[customer] = answer.unitPrices[place] * problem.demands[customer]
            if answer.helped > 0, answer.unitPrices[place] >= 0.75 * network.emergency {
                outcome.stranded.append(customer)
            }
        }
        return outcome
    }
}
