import Optimization

/// Serves all customers from given (perhaps partly) open facilities at least cost: a transport problem for the flow
/// kernel, in whole numbers.
///
/// Flows are scaled, so that whole demands (and those of few decimals or binary digits) stay exact, and costs likewise;
/// flow times cost stays under 2^61. An emergency node may serve anyone at a cost above that of any detour, so that a
/// flow always exists. A facility with congestion is fed by a node a step, each dearer than the one before and as wide
/// as the step times the facility's opening (the perspective of the congestion cost).
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
    private let slots: SlotLayout
    private let served: [Int]
    private let largestUnitCost: Double
    private let totalDemand: Double
    /// What demands, capacities and steps are multiplied by to be whole; `nil` where no small number does it.
    private let wholeScale: Double?
    /// Transport problems solved.
    private(set) var solveCount = 0

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
        let exactScale = isIntegral ? wholeScale : nil
        let isExact = exactScale != nil
        let flowScale = exactScale ?? Self.powerOfTwo(0x1p33 / max(totalDemand, 1e-300))
        let facilities = (0..<problem.facilityCount).filter { openness[slots.starts[$0]] > 1e-9 }
        let detours = Double(2 * min(facilities.count, served.count) + 2)
        let emergency = largestUnitCost * (isIntegral ? detours : 8)
        let bits = isExact ? 0x1p60 / max(1, totalDemand * flowScale) : 0x1p26
        let nodes = Double(facilities.count + served.count + problem.congestion.reduce(2) { $0 + $1.count })
        let costScale = Self.powerOfTwo(min(bits, 0x1p58 / nodes) / emergency)
        var supplies: [Int64] = []
        // Who has room for all gets more than that; a capacity that binds is not to be exceeded by rounding.
        func units(_ room: Double, isAmple: Bool) -> Int64 {
            if isExact { return Int64((room * flowScale + 1e-7).rounded(.down)) }
            let spare = isIntegral ? Int64(served.count) : 0
            return max(0, Int64(room * flowScale) + (isAmple ? spare + 1 : -spare))
        }
        var feeds: [Feed] = []
        for (tail, facility) in facilities.enumerated() {
            var room = 0.0
            for slot in slots.slots(of: facility) {
                room += slots.increment(slot, total: totalDemand) * openness[slot]
            }
            let isAmple = room >= totalDemand * (1 - 1e-12)
            let steps = problem.congestion[facility]
            guard let first = steps.first else {
                supplies.append(units(room, isAmple: isAmple))
                continue
            }
            let opening = openness[slots.starts[facility]]
            supplies.append(units(min(room, first.load * opening), isAmple: isAmple))
            for (index, step) in steps.enumerated() where step.load * opening < room {
                let end = index + 1 < steps.count ? min(room, steps[index + 1].load * opening) : room
                let amount = units(end - step.load * opening, isAmple: isAmple)
                feeds.append(Feed(tail: tail, amount: amount, cost: step.unitCost))
            }
        }
        var need: Int64 = 0
        for customer in served {
            let amount = Int64((problem.demands[customer] * flowScale).rounded())
            supplies.append(-amount)
            need += amount
        }
        supplies.append(need)
        let helper = supplies.count - 1
        var arcs: [FlowProblem.Arc] = []
        arcs.reserveCapacity((facilities.count + 1) * served.count)
        for (place, customer) in served.enumerated() {
            let node = facilities.count + place
            let amount = -supplies[node]
            for (tail, facility) in facilities.enumerated() {
                let cost = problem.cost(customer: customer, facility: facility) / problem.demands[customer]
                guard cost < .infinity else { continue }
                let opening = openness[slots.starts[facility]]
                let limit = isIntegral ? amount : Int64((Double(amount) * opening).rounded(.up))
                arcs.append(
                    .init(tail: tail, head: node, upper: limit, cost: Int64((cost * costScale).rounded())))
            }
            arcs.append(
                .init(tail: helper, head: node, cost: Int64((emergency * costScale).rounded())))
        }
        for feed in feeds where feed.amount > 0 {
            arcs.append(
                .init(
                    tail: supplies.count, head: feed.tail, upper: feed.amount,
                    cost: Int64((feed.cost * costScale).rounded())))
            supplies.append(feed.amount)
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
            flows: flows, potentials: potentials, of: flowProblem, facilities: facilities, helper: Int32(helper),
            emergency: emergency, costScale: costScale)
    }

    /// A step of congestion that feeds a facility's node.
    private struct Feed {
        var tail: Int
        var amount: Int64
        var cost: Double
    }

    private func read(
        flows: [Int64], potentials: [Int64], of flowProblem: FlowProblem, facilities: [Int], helper: Int32,
        emergency: Double, costScale: Double
    ) -> Outcome {
        var outcome = Outcome(
            shares: Array(repeating: [], count: problem.customerCount),
            prices: Array(repeating: 0, count: problem.customerCount), stranded: [])
        var isHelped = false
        for (arc, flow) in zip(flowProblem.arcs, flows) where flow > 0 && Int(arc.head) >= facilities.count {
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
