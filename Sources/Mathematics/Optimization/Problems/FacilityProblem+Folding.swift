/// What is open and who serves whom now, and what leaving that state costs.
///
/// ``FacilityProblem/continuing(_:)`` folds it into costs. With `keep[i]` the cost of closing facility `i` plus the discount
/// for its staying open, an open facility's opening cost falls by `keep[i]`, and every solution costs the closing cost
/// of all that is open now: the constant, which comes back where the facility stays. A customer's discount lowers its
/// cost at the facility that serves it now.
public struct FacilityHistory: Sendable, Hashable {
    /// The facilities that are open now.
    public var open: [Int]
    /// What closing costs, one a facility; empty for nothing. Only facilities that are open now pay it.
    public var closingCosts: [Double]
    /// What an open facility that stays open saves of its opening cost, one a facility; empty for nothing.
    public var openingDiscounts: [Double]
    /// The facility that serves each customer now, -1 for none; empty when unknown.
    public var assignment: [Int]
    /// What serving a customer from the same facility as now saves, one a customer; empty for nothing. A customer that
    /// is split saves in proportion to the part that stays.
    public var stayDiscounts: [Double]

    /// Creates a history.
    public init(
        open: [Int], closingCosts: [Double] = [], openingDiscounts: [Double] = [], assignment: [Int] = [],
        stayDiscounts: [Double] = []
    ) {
        self.open = open
        self.closingCosts = closingCosts
        self.openingDiscounts = openingDiscounts
        self.assignment = assignment
        self.stayDiscounts = stayDiscounts
    }
}

extension FacilityProblem {
    /// The same problem with the costs of leaving the present state folded in; its ``constant`` is what closing all that
    /// is open now would cost.
    ///
    /// - Throws: ``ProblemError`` for lists of the wrong length, facilities that do not exist, numbers that are not finite.
    /// - Complexity: O(m n).
    public func continuing(_ history: FacilityHistory) throws(ProblemError) -> FacilityProblem {
        try history.check(facilities: facilityCount, customers: customerCount)
        var opening = openingCosts
        var constant = constant
        for facility in Set(history.open).sorted() {
            let closing = history.closingCosts.isEmpty ? 0 : history.closingCosts[facility]
            let discount = history.openingDiscounts.isEmpty ? 0 : history.openingDiscounts[facility]
            opening[facility] -= closing + discount
            constant += closing
        }
        var costs = assignmentCosts
        if !history.assignment.isEmpty, !history.stayDiscounts.isEmpty {
            for (customer, facility) in history.assignment.enumerated() where facility >= 0 {
                costs[customer * facilityCount + facility] -= history.stayDiscounts[customer]
            }
        }
        return try replacing(openingCosts: opening, assignmentCosts: costs, constant: constant)
    }

    /// The same problem without the pairs whose latency is above the customer's cap.
    ///
    /// - Parameters:
    ///   - latencies: customer-major like the costs, any unit; infinity allowed.
    ///   - caps: one a customer, or a single one for all.
    /// - Throws: ``ProblemError`` for lists of the wrong length and for NaN.
    /// - Complexity: O(m n).
    public func limiting(latencies: [Double], to caps: [Double]) throws(ProblemError) -> FacilityProblem {
        guard latencies.count == assignmentCosts.count else {
            throw ProblemError(
                .problem,
                "\(latencies.count) latencies; expected \(customerCount) customers x \(facilityCount) facilities")
        }
        guard caps.count == 1 || caps.count == customerCount else {
            throw ProblemError(.problem, "\(caps.count) latency caps; expected one, or one a customer")
        }
        for (index, latency) in latencies.enumerated() where latency.isNaN {
            throw ProblemError(
                .assignment(customer: index / facilityCount, facility: index % facilityCount),
                "latency is \(latency); expected a number")
        }
        for (customer, cap) in caps.enumerated() where cap.isNaN {
            throw ProblemError(.customer(customer), "latency cap is \(cap); expected a number")
        }
        var costs = assignmentCosts
        for customer in 0..<customerCount {
            let cap = caps.count == 1 ? caps[0] : caps[customer]
            for facility in 0..<facilityCount where latencies[customer * facilityCount + facility] > cap {
                costs[customer * facilityCount + facility] = .infinity
            }
        }
        return try replacing(openingCosts: openingCosts, assignmentCosts: costs, constant: constant)
    }

    /// The same problem with other costs.
    public func replacing(
        openingCosts: [Double], assignmentCosts: [Double], constant: Double
    ) throws(ProblemError) -> FacilityProblem {
        try FacilityProblem(
            openingCosts: openingCosts, assignmentCosts: assignmentCosts, demands: demands,
            customerCount: customerCount, capacities: capacities, assignmentRule: assignmentRule,
            openCount: minimumOpen...maximumOpen, required: facilities(.required), forbidden: facilities(.forbidden),
            servers: ServerMenu(limits: serverLimits, costs: serverCosts), congestion: congestion, constant: constant)
    }

    /// The facilities under a rule, ascending.
    public func facilities(_ rule: SiteRule) -> [Int] {
        siteRules.indices.filter { siteRules[$0] == rule }
    }
}

extension FacilityHistory {
    fileprivate func check(facilities: Int, customers: Int) throws(ProblemError) {
        for facility in open where !(0..<facilities).contains(facility) {
            throw ProblemError(.facility(facility), "open now, but there is no such facility")
        }
        for (customer, facility) in assignment.enumerated() where !(-1..<facilities).contains(facility) {
            throw ProblemError(.customer(customer), "served by facility \(facility) now, which does not exist")
        }
        for (name, count, expected) in [
            ("closing costs", closingCosts.count, facilities),
            ("opening discounts", openingDiscounts.count, facilities),
            ("present assignments", assignment.count, customers), ("stay discounts", stayDiscounts.count, customers),
        ] where count != 0 && count != expected {
            throw ProblemError(.problem, "\(count) \(name); expected \(expected) or none")
        }
        for (facility, cost) in (closingCosts + openingDiscounts).enumerated() where !cost.isFinite {
            throw ProblemError(
                .facility(facility % facilities), "closing cost or discount is \(cost); expected a finite number")
        }
        for (customer, discount) in stayDiscounts.enumerated() where !discount.isFinite {
            throw ProblemError(.customer(customer), "stay discount is \(discount); expected a finite number")
        }
    }
}
