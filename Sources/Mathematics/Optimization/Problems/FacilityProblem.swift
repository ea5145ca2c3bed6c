/// A facility location problem: which facilities to open and who serves whom.
///
///     minimise    sum over i of opening[i] * y[i]  +  sum over j, i of cost[j][i] * x[j][i]
///     subject to  sum over i of x[j][i] = 1                               every customer j is served
///                 x[j][i] <= y[i]                                         by open facilities
///                 sum over j of demand[j] * x[j][i] <= capacity[i] * y[i] if there are capacities
///                 minimumOpen <= sum over i of y[i] <= maximumOpen
///                 y binary; x >= 0 when ``AssignmentRule/split``, binary when ``AssignmentRule/singleSource``
///
/// `cost[j][i]` is the cost of serving *all* of customer `j` from facility `i`; infinity forbids the pair.
/// Facilities are the field's word for what the mesh calls sites, customers for clusters.
///
/// A p-median problem is one with no opening costs and `minimumOpen = maximumOpen = p`.
///
/// Sources: Balinski (1965); Daskin, "Network and Discrete Location" (2013), ch. 7; OR-Library, `uncapinfo.html`.
public struct FacilityProblem: Sendable, Hashable {
    /// Whether a customer may be served by several facilities.
    public enum AssignmentRule: String, Sendable, Hashable, Codable {
        /// Parts of a customer's demand may go to different facilities.
        case split
        /// One facility serves all of a customer.
        case singleSource = "single-source"
    }

    /// Opening cost of each facility; finite, may be negative.
    public let openingCosts: [Double]
    /// Demand of each customer, not negative; all 1 where it means nothing (uncapacitated).
    public let demands: [Double]
    /// Cost of serving all of a customer from a facility, customer-major: entry `j * facilityCount + i`.
    public let assignmentCosts: [Double]
    /// Capacity of each facility in units of demand (infinity allowed), or `nil` when there are none.
    public let capacities: [Double]?
    /// Whether demand may be split.
    public let assignmentRule: AssignmentRule
    /// The least number of open facilities.
    public let minimumOpen: Int
    /// The largest number of open facilities.
    public let maximumOpen: Int

    /// How many facilities there are.
    public var facilityCount: Int { openingCosts.count }
    /// How many customers there are.
    public var customerCount: Int { demands.count }
    /// Whether any facility has a finite capacity.
    public var isCapacitated: Bool { capacities?.contains { $0.isFinite } ?? false }

    /// The cost of serving all of `customer` from `facility`; infinity when forbidden.
    public func cost(customer: Int, facility: Int) -> Double {
        assignmentCosts[customer * openingCosts.count + facility]
    }

    /// Builds a problem, or says which facility or customer is wrong.
    ///
    /// - Parameters:
    ///   - openingCosts: one a facility.
    ///   - assignmentCosts: customer-major, `customers * facilities` entries; infinity forbids, NaN is refused.
    ///   - demands: one a customer; `nil` means 1 each.
    ///   - capacities: one a facility, or `nil`.
    ///   - assignmentRule: whether demand may be split.
    ///   - openCount: how many facilities may be open; `nil` means any number.
    /// - Throws: ``ProblemError`` for mismatched shapes, NaN, negative demands or capacities, an impossible count.
    /// - Complexity: O(facilities * customers).
    public init(
        openingCosts: [Double], assignmentCosts: [Double], demands: [Double]? = nil, customerCount: Int,
        capacities: [Double]? = nil, assignmentRule: AssignmentRule = .split, openCount: ClosedRange<Int>? = nil
    ) throws(ProblemError) {
        let facilities = openingCosts.count
        let demands = demands ?? Array(repeating: 1, count: max(customerCount, 0))
        try Self.checkShapes(
            facilities: facilities, customers: customerCount, costs: assignmentCosts.count, demands: demands.count,
            capacities: capacities?.count)
        for (facility, cost) in openingCosts.enumerated() where !cost.isFinite {
            throw ProblemError(.facility(facility), "opening cost is \(cost); expected a finite number")
        }
        for (customer, demand) in demands.enumerated() where !(demand >= 0 && demand.isFinite) {
            throw ProblemError(.customer(customer), "demand is \(demand); expected a finite number, 0 or more")
        }
        for (facility, capacity) in (capacities ?? []).enumerated() where !(capacity >= 0) {
            throw ProblemError(.facility(facility), "capacity is \(capacity); expected 0 or more")
        }
        for (index, cost) in assignmentCosts.enumerated() where cost.isNaN || cost == -.infinity {
            throw ProblemError(
                .assignment(customer: index / facilities, facility: index % facilities),
                "cost is \(cost); expected a number, or infinity where the pair is forbidden")
        }
        let openCount = openCount ?? 0...facilities
        guard openCount.lowerBound >= 0, openCount.upperBound <= facilities else {
            throw ProblemError(
                .problem, "\(openCount) open facilities asked for; expected a range within 0...\(facilities)")
        }
        self.openingCosts = openingCosts
        self.demands = demands
        self.assignmentCosts = assignmentCosts
        self.capacities = capacities
        self.assignmentRule = assignmentRule
        minimumOpen = openCount.lowerBound
        maximumOpen = openCount.upperBound
    }

    private static func checkShapes(
        facilities: Int, customers: Int, costs: Int, demands: Int, capacities: Int?
    ) throws(ProblemError) {
        guard customers >= 0 else { throw ProblemError(.problem, "\(customers) customers; expected 0 or more") }
        let (cells, overflow) = facilities.multipliedReportingOverflow(by: customers)
        guard !overflow, costs == cells else {
            throw ProblemError(
                .problem, "\(costs) assignment costs; expected \(customers) customers x \(facilities) facilities")
        }
        guard demands == customers else {
            throw ProblemError(.problem, "\(demands) demands; expected one for each of the \(customers) customers")
        }
        if let capacities, capacities != facilities {
            throw ProblemError(.problem, "\(capacities) capacities; expected one for each of \(facilities) facilities")
        }
    }
}
