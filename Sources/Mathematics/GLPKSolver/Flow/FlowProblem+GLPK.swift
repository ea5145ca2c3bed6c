internal import Optimization

extension FlowProblem {
    /// The same problem with other costs.
    func withCosts(_ cost: (Arc) -> Int64) throws(SolverError) -> FlowProblem {
        try rebuilt(
            supplies: supplies,
            arcs: arcs.map { arc in
                var arc = arc
                arc.cost = cost(arc)
                return arc
            }, supplyRule: supplyRule)
    }

    /// The problem of violating the supplies as little as possible: a root takes what is left over and gives what is
    /// missing, at cost 1 a unit (what `atMost` leaves over is free). Its optimum is 0 just when a feasible flow exists.
    func elastic() throws(SolverError) -> FlowProblem {
        let root = nodeCount
        var elastic = arcs
        for index in elastic.indices { elastic[index].cost = 0 }
        for node in 0..<nodeCount {
            elastic.append(Arc(tail: node, head: root, cost: supplyRule == .equal ? 1 : 0))
            elastic.append(Arc(tail: root, head: node, cost: 1))
        }
        return try rebuilt(supplies: supplies + [-supplies.reduce(0, +)], arcs: elastic, supplyRule: .equal)
    }

    private func rebuilt(
        supplies: [Int64], arcs: [Arc], supplyRule: SupplyRule
    ) throws(SolverError) -> FlowProblem {
        do {
            return try FlowProblem(supplies: supplies, arcs: arcs, supplyRule: supplyRule)
        } catch {
            throw SolverError(.unsupported, "the auxiliary flow problem is too large: \(error)", cause: error)
        }
    }

    /// What the flows cost.
    func cost(of flows: [Int64]) throws(SolverError) -> Int64 {
        let total = zip(arcs, flows).reduce(Int128(0)) { $0 + Int128($1.0.cost) * Int128($1.1) }
        guard let cost = Int64(exactly: total) else {
            throw SolverError(.unsupported, "the objective is \(total); it must fit 64 bits")
        }
        return cost
    }

    /// The lower bound of weak duality, or `nil` when the potentials prove none that fits 64 bits.
    func bound(provedBy potentials: [Int64]) -> Int64? {
        if supplyRule == .atMost, potentials.contains(where: { $0 < 0 }) { return nil }
        var bound = zip(potentials, supplies).reduce(Int128(0)) { $0 - Int128($1.0) * Int128($1.1) }
        for arc in arcs {
            let reduced = Int128(arc.cost + potentials[Int(arc.tail)] - potentials[Int(arc.head)])
            if reduced < 0, arc.upper == Self.unlimited { return nil }
            bound += reduced * Int128(reduced >= 0 ? arc.lower : arc.upper)
        }
        return Int64(exactly: bound)
    }

    /// Whether the nodes of one side cannot send out, or have to send out, what their supplies say.
    func violates(cut side: [Int]) -> Bool {
        var isInside = [Bool](repeating: false, count: nodeCount)
        for node in side { isInside[node] = true }
        let supply = side.reduce(Int128(0)) { $0 + Int128(supplies[$1]) }
        // An unlimited arc out of the side bounds nothing from above, one into it nothing from below.
        var least = Int128(0), most = Int128(0)
        var hasLeast = true, hasMost = true
        for arc in arcs where isInside[Int(arc.tail)] != isInside[Int(arc.head)] {
            let isUnlimited = arc.upper == Self.unlimited
            if isInside[Int(arc.tail)] {
                least += Int128(arc.lower)
                if isUnlimited { hasMost = false } else { most += Int128(arc.upper) }
            } else {
                most -= Int128(arc.lower)
                if isUnlimited { hasLeast = false } else { least -= Int128(arc.upper) }
            }
        }
        return (hasLeast && supply < least) || (hasMost && supplyRule == .equal && supply > most)
    }
}
