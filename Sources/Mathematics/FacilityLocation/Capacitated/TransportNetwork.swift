import Optimization

/// The network of a transport problem at given openings, in the problem's own numbers: who may serve whom at what cost a
/// unit, what each facility holds, and what further load costs it.
///
/// Nodes are the facilities that are open at all, the customers with demand and, last, the source. Arcs lead from
/// facilities to customers, customer by customer, each customer's emergency arc from the source behind them; then from
/// the source to each facility its room, and one a step of congestion.
struct TransportNetwork {
    /// How the network is counted in whole numbers.
    struct Units {
        /// What demands are multiplied by.
        var flowScale: Double
        /// What costs a unit of demand are multiplied by.
        var costScale: Double
        /// Whether demands, rooms and steps are whole numbers then.
        var isExact: Bool
    }

    /// A flow and prices.
    struct Answer {
        /// By customer: facilities and parts of the demand.
        var shares: [[FacilitySolution.Share]]
        /// The price of a unit of each customer's demand.
        var unitPrices: [Double]
        /// What the emergency arcs carry.
        var helped: Double
        /// What serving costs, without emergencies.
        var cost: Double
    }

    let problem: FacilityProblem
    let facilities: [Int]
    let customers: [Int]
    /// The cost of a unit by an emergency arc: above that of any detour.
    let emergency: Double
    let isIntegral: Bool
    private var arcs: [TransportTree.Arc] = []
    /// How many of the arcs lead to customers.
    private var serviceCount = 0
    /// Which facilities have room for all.
    private var isAmple: [Bool] = []
    /// How far each facility is open.
    private let openings: [Double]

    private var source: Int { facilities.count + customers.count }

    init(
        problem: FacilityProblem, slots: SlotLayout, openness: [Double], isIntegral: Bool, facilities: [Int],
        customers: [Int], emergency: Double
    ) {
        self.problem = problem
        self.facilities = facilities
        self.customers = customers
        self.emergency = emergency
        self.isIntegral = isIntegral
        let openings = facilities.map { openness[slots.starts[$0]] }
        self.openings = openings
        arcs.reserveCapacity((facilities.count + 1) * customers.count + facilities.count)
        for (place, customer) in customers.enumerated() {
            let node = facilities.count + place
            for (tail, facility) in facilities.enumerated() {
                let cost = problem.cost(customer: customer, facility: facility) / problem.demands[customer]
                guard cost < .infinity else { continue }
                let limit = isIntegral ? .infinity : problem.demands[customer] * openings[tail]
                arcs.append(.init(tail: Int32(tail), head: Int32(node), cost: cost, upper: limit))
            }
            arcs.append(.init(tail: Int32(source), head: Int32(node), cost: emergency, upper: .infinity))
        }
        serviceCount = arcs.count
        let total = problem.demands.reduce(0, +)
        var feeds: [TransportTree.Arc] = []
        for (head, facility) in facilities.enumerated() {
            var room = 0.0
            for slot in slots.slots(of: facility) { room += slots.increment(slot, total: total) * openness[slot] }
            isAmple.append(room >= total * (1 - 1e-12))
            let steps = problem.congestion[facility]
            let opening = openings[head]
            let free = steps.first.map { min(room, $0.load * opening) } ?? room
            arcs.append(.init(tail: Int32(source), head: Int32(head), cost: 0, upper: free))
            for (index, step) in steps.enumerated() where step.load * opening < room {
                let end = index + 1 < steps.count ? min(room, steps[index + 1].load * opening) : room
                feeds.append(
                    .init(tail: Int32(source), head: Int32(head), cost: step.unitCost, upper: end - step.load * opening)
                )
            }
        }
        arcs += feeds
    }

    /// Who may hold how many units of flow and cost; with `exactScale` flows are whole.
    func units(exactScale: Double?, totalDemand: Double, congestionCount: Int) -> Units {
        let flowScale = exactScale ?? Self.powerOfTwo(0x1p33 / max(totalDemand, 1e-300))
        let bits = exactScale != nil ? 0x1p60 / max(1, totalDemand * flowScale) : 0x1p26
        let nodes = Double(facilities.count + customers.count + congestionCount + 2)
        return Units(
            flowScale: flowScale, costScale: Self.powerOfTwo(min(bits, 0x1p58 / nodes) / emergency),
            isExact: exactScale != nil)
    }

    /// The network in whole numbers. The source is one node for emergencies and one for each step of congestion, and
    /// the facilities' own room is their supply.
    func flowProblem(_ units: Units) throws(ProblemError) -> FlowProblem {
        // Who has room for all gets more than that.
        func amount(_ room: Double, isAmple: Bool) -> Int64 {
            if units.isExact { return Int64(saturating: (room * units.flowScale + 1e-7).rounded(.down)) }
            let spare = Int64(isAmple ? (isIntegral ? customers.count : 0) + 1 : 0)
            return Int64(saturating: isIntegral ? (room * units.flowScale).rounded() : room * units.flowScale) + spare
        }
        var supplies: [Int64] = []
        supplies.reserveCapacity(arcs.count - serviceCount + source)
        for head in facilities.indices {
            supplies.append(amount(arcs[serviceCount + head].upper, isAmple: isAmple[head]))
        }
        var need: Int64 = 0
        for customer in customers {
            let amount = Int64(saturating: (problem.demands[customer] * units.flowScale).rounded())
            supplies.append(-amount)
            need += amount
        }
        supplies.append(need)
        var whole: [FlowProblem.Arc] = []
        whole.reserveCapacity(arcs.count)
        for arc in arcs.prefix(serviceCount) {
            let cost = Int64(saturating: (arc.cost * units.costScale).rounded())
            guard Int(arc.tail) != source else {
                whole.append(.init(tail: source, head: Int(arc.head), cost: cost))
                continue
            }
            let amount = -supplies[Int(arc.head)]
            let part = (Double(amount) * openings[Int(arc.tail)]).rounded(.up)
            let limit = isIntegral ? amount : Int64(saturating: part)
            whole.append(.init(tail: Int(arc.tail), head: Int(arc.head), upper: limit, cost: cost))
        }
        for feed in arcs.dropFirst(serviceCount + facilities.count) {
            let amount = amount(feed.upper, isAmple: isAmple[Int(feed.head)])
            whole.append(
                .init(
                    tail: supplies.count, head: Int(feed.head), upper: amount,
                    cost: Int64(saturating: (feed.cost * units.costScale).rounded())))
            supplies.append(amount)
        }
        return try FlowProblem(supplies: supplies, arcs: whole, supplyRule: .atMost)
    }

    /// What the whole numbers say.
    func read(flows: [Int64], potentials: [Int64], units: Units) -> Answer {
        var answer = Answer(
            shares: Array(repeating: [], count: customers.count),
            unitPrices: customers.indices.map { Double(potentials[facilities.count + $0]) / units.costScale },
            helped: 0, cost: 0)
        for (arc, flow) in zip(arcs.prefix(serviceCount), flows) where flow > 0 {
            note(Double(flow), of: units.flowScale, on: arc, in: &answer)
        }
        complete(&answer)
        return answer
    }

    /// What the tree says.
    func read(_ tree: TransportTree) -> Answer {
        var answer = Answer(
            shares: Array(repeating: [], count: customers.count),
            unitPrices: customers.indices.map { tree.potentials[facilities.count + $0] }, helped: tree.artificialFlow,
            cost: 0)
        for (arc, flow) in zip(arcs.prefix(serviceCount), tree.flows) where flow > 0 {
            if Int(arc.tail) == source, flow <= tree.tolerance { continue }
            note(flow, of: 1, on: arc, in: &answer)
        }
        complete(&answer)
        return answer
    }

    private func note(_ flow: Double, of scale: Double, on arc: TransportTree.Arc, in answer: inout Answer) {
        guard Int(arc.tail) != source else {
            answer.helped += flow / scale
            return
        }
        answer.cost += flow / scale * arc.cost
        answer.shares[Int(arc.head) - facilities.count].append(
            .init(facility: facilities[Int(arc.tail)], fraction: flow))
    }

    /// Turns flows into parts of the demand.
    private func complete(_ answer: inout Answer) {
        for place in customers.indices {
            let total = answer.shares[place].reduce(0) { $0 + $1.fraction }
            for index in answer.shares[place].indices { answer.shares[place][index].fraction /= total }
        }
    }

    /// The tree that the whole numbers' answer names.
    func tree(flows: [Int64], potentials: [Int64], flowProblem: FlowProblem, total: Double) -> TransportTree {
        var hints = Array(repeating: TransportTree.Hint.outside, count: arcs.count)
        var isFull = Array(repeating: false, count: arcs.count)
        var used = Array(repeating: Int64(0), count: facilities.count)
        func hint(_ arc: Int, flow: Int64, limit: Int64, reduced: Int64) {
            if flow > 0, flow < limit || arcs[arc].upper == .infinity {
                hints[arc] = .inside
            } else {
                isFull[arc] = flow > 0
                if reduced == 0 { hints[arc] = .tight }
            }
        }
        // The least cost of customers so small that they count as nothing.
        var best: [Int32: (cost: Double, arc: Int)] = [:]
        for arc in 0..<serviceCount {
            let whole = flowProblem.arcs[arc]
            let (tail, head) = (potentials[Int(whole.tail)], potentials[Int(whole.head)])
            hint(arc, flow: flows[arc], limit: whole.upper, reduced: whole.cost + tail - head)
            if Int(arcs[arc].tail) != source { used[Int(arcs[arc].tail)] += flows[arc] }
            if flowProblem.supplies[Int(whole.head)] == 0 {
                let cost = Double(whole.cost) + Double(tail)
                if cost < best[whole.head]?.cost ?? .infinity { best[whole.head] = (cost, arc) }
            }
        }
        for (_, arc) in best.values { hints[arc] = .inside }
        for (index, whole) in flowProblem.arcs.dropFirst(serviceCount).enumerated() {
            let reduced = whole.cost + potentials[Int(whole.tail)] - potentials[Int(whole.head)]
            let arc = serviceCount + index
            hint(arc + facilities.count, flow: flows[arc], limit: whole.upper, reduced: reduced)
            used[Int(whole.head)] -= flows[arc]
        }
        var wide = arcs
        for head in facilities.indices {
            let arc = serviceCount + head
            hint(
                arc, flow: used[head], limit: flowProblem.supplies[head], reduced: potentials[head] == 0 ? 0 : -1)
        }
        for arc in serviceCount..<arcs.count {
            let head = Int(arcs[arc].head)
            guard isAmple[head], problem.congestion[facilities[head]].isEmpty else { continue }
            wide[arc].upper = .infinity
            isFull[arc] = false
        }
        var needs = Array(repeating: 0.0, count: source + 1)
        for (place, customer) in customers.enumerated() { needs[facilities.count + place] = problem.demands[customer] }
        return TransportTree(
            arcs: wide, needs: needs, root: source, hints: hints, isFull: isFull, penalty: emergency,
            tolerance: 1e-14 * total)
    }

    /// The largest power of two that is at most `value`.
    private static func powerOfTwo(_ value: Double) -> Double {
        value > 0 && value < .infinity ? Double(sign: .plus, exponent: value.exponent, significand: 1) : 1
    }
}

extension Int64 {
    /// The whole number nearest to zero from a floating-point number; the largest or least there is for what is beyond,
    /// 0 for what is no number.
    init(saturating value: Double) {
        self = Int64(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : value < 0 ? .min : 0)
    }
}
