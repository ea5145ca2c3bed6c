public import Optimization

/// A term that a generated facility problem may have besides opening, serving and capacity.
public enum FacilityTerm: String, Sendable, Hashable, CaseIterable {
    /// Up to four servers a site, each of a fraction of its capacity.
    case servers
    /// Two steps of congestion at every site, from half of an even share of the demand on.
    case congestion
    /// A tenth of the sites required, a tenth forbidden.
    case siteRules = "site-rules"
    /// Customers may not be served at a cost above three times their least.
    case latencyCap = "latency-cap"
    /// A quarter of the sites is open now; closing costs half of opening, staying saves a tenth.
    case history
    /// Demands that are not whole.
    case fractionalDemand = "fractional-demand"
    /// At most a quarter of the sites.
    case openCount = "open-count"
    /// One site serves all of a customer.
    case singleSource = "single-source"
}

/// A generated facility problem with further terms, drawn from the same seed.
public struct FacilityVariantParameters: FacilityGenerator {
    /// What makes the problem that the terms are added to.
    public var base: any FacilityGenerator
    /// The terms.
    public var terms: Set<FacilityTerm>

    /// Creates parameters.
    public init(base: any FacilityGenerator, terms: Set<FacilityTerm>) {
        self.base = base
        self.terms = terms
    }

    /// Makes the problem of a seed. O(facilities * customers) besides the base.
    ///
    /// - Throws: ``ParameterError`` when a number of the base is out of range.
    public func generate(seed: UInt64) throws(ParameterError) -> FacilityProblem {
        let plain = try base.generate(seed: seed)
        var random = SeededRandom(seed: seed &+ 0x5EED)
        do throws(ProblemError) {
            let problem = try vary(plain, random: &random)
            return terms.contains(.history) ? try problem.continuing(history(of: problem, random: &random)) : problem
        } catch {
            throw ParameterError("problem", error.description)
        }
    }

    private func vary(_ plain: FacilityProblem, random: inout SeededRandom) throws(ProblemError) -> FacilityProblem {
        let count = plain.facilityCount
        var demands = plain.demands
        if terms.contains(.fractionalDemand) {
            for customer in demands.indices { demands[customer] *= 0.5 + random.fraction() }
        }
        var costs = plain.assignmentCosts
        if terms.contains(.latencyCap) {
            for customer in 0..<plain.customerCount {
                let row = (customer * count)..<((customer + 1) * count)
                let cap = 3 * (costs[row].min() ?? 0)
                for index in row where costs[index] > cap { costs[index] = .infinity }
            }
        }
        var rules: (required: [Int], forbidden: [Int]) = ([], [])
        if terms.contains(.siteRules) {
            let order = random.permutation(count)
            rules.required = Array(order.prefix(count / 10))
            rules.forbidden = Array(order.suffix(count / 10))
        }
        let total = demands.reduce(0, +)
        let share = total / Double(count)
        var servers: ServerMenu?
        var capacities = plain.capacities
        if terms.contains(.servers) {
            servers = ServerMenu(
                limits: Array(repeating: 4, count: count), costs: plain.openingCosts.map { ($0 / 4).rounded() })
            capacities = plain.capacities?.map { ($0 / 3).rounded(.up) }
        }
        var congestion: [[CongestionStep]]?
        if terms.contains(.congestion) {
            let unit = plain.openingCosts.reduce(0, +) / max(1, total)
            congestion = (0..<count).map { _ in
                let load = (share * (0.5 + random.fraction())).rounded(.up)
                return [
                    CongestionStep(load: load, unitCost: (unit / 4).rounded(.up)),
                    CongestionStep(load: 2 * load, unitCost: unit.rounded(.up)),
                ]
            }
        }
        let most = terms.contains(.openCount) ? max(rules.required.count, (count + 3) / 4) : count
        return try FacilityProblem(
            openingCosts: plain.openingCosts, assignmentCosts: costs, demands: demands,
            customerCount: plain.customerCount, capacities: capacities,
            assignmentRule: terms.contains(.singleSource) ? .singleSource : .split, openCount: 0...most,
            required: rules.required, forbidden: rules.forbidden, servers: servers, congestion: congestion)
    }

    private func history(of problem: FacilityProblem, random: inout SeededRandom) -> FacilityHistory {
        let open = Array(random.permutation(problem.facilityCount).prefix(max(1, problem.facilityCount / 4))).sorted()
        let assignment = (0..<problem.customerCount).map { customer in
            open.min {
                (problem.cost(customer: customer, facility: $0), $0)
                    < (problem.cost(customer: customer, facility: $1), $1)
            } ?? -1
        }
        return FacilityHistory(
            open: open, closingCosts: problem.openingCosts.map { ($0 / 2).rounded() },
            openingDiscounts: problem.openingCosts.map { ($0 / 10).rounded() }, assignment: assignment,
            stayDiscounts: (0..<problem.customerCount).map { _ in Double(random.integer(in: 0...20)) })
    }
}
