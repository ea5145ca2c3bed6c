/// A facility location problem: which facilities to open, with how many servers, and who serves whom.
///
///     minimise    constant + sum over i of opening[i] * y[i] + serverCost[i] * n[i] + congestion[i](load[i])
///                          + sum over j, i of cost[j][i] * x[j][i]
///     subject to  sum over i of x[j][i] = 1                               every customer j is served
///                 x[j][i] <= y[i]                                         by open facilities
///                 load[i] = sum over j of demand[j] * x[j][i]
///                 load[i] <= capacity[i] * n[i]                           if there are capacities
///                 y[i] <= n[i] <= serverLimit[i] * y[i], n whole          servers stand at open facilities
///                 minimumOpen <= sum over i of y[i] <= maximumOpen
///                 y[i] = 1 where required, 0 where forbidden
///                 y binary; x >= 0 when ``AssignmentRule/split``, binary when ``AssignmentRule/singleSource``
///
/// `cost[j][i]` is the cost of serving *all* of customer `j` from facility `i`; infinity forbids the pair.
/// Facilities are the field's word for what the mesh calls sites, customers for clusters. Without a ``ServerMenu`` an
/// open facility has one server that costs nothing more. `congestion` is convex and piecewise linear
/// (``CongestionStep``). Costs of closing, discounts for staying and latency caps fold into these terms: see
/// ``FacilityHistory`` and ``limiting(latencies:to:)``.
///
/// A p-median problem is one with no opening costs and `minimumOpen = maximumOpen = p`.
///
/// Sources: Balinski (1965); Daskin, "Network and Discrete Location" (2013), ch. 7; OR-Library, `uncapinfo.html`;
/// Correia, Captivo, "A Lagrangean heuristic for a modular capacitated location problem", Annals of Operations Research
/// 122 (2003), for servers; Fischetti, Ljubic, Sinnl, "Benders decomposition without separability", EJOR 253 (2016), for
/// convex congestion.
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
    /// Capacity of each facility's server in units of demand (infinity allowed), or `nil` when there are none.
    public let capacities: [Double]?
    /// Whether demand may be split.
    public let assignmentRule: AssignmentRule
    /// The least number of open facilities.
    public let minimumOpen: Int
    /// The largest number of open facilities.
    public let maximumOpen: Int
    /// Whether each facility must, may or must not be open.
    public let siteRules: [SiteRule]
    /// The most servers that each facility may hold, 1 or more; all 1 without a menu.
    public let serverLimits: [Int]
    /// What each server of a facility costs besides the opening cost; all 0 without a menu.
    public let serverCosts: [Double]
    /// Each facility's steps of congestion, by rising load; empty where load costs nothing.
    public let congestion: [[CongestionStep]]
    /// What every solution costs besides; part of every objective and bound.
    public let constant: Double

    /// How many facilities there are.
    public var facilityCount: Int { openingCosts.count }
    /// How many customers there are.
    public var customerCount: Int { demands.count }
    /// Whether any facility has a finite capacity.
    public var isCapacitated: Bool { capacities?.contains { $0.isFinite } ?? false }

    /// Whether a facility may hold more than one server.
    public var isModular: Bool { serverLimits.contains { $0 > 1 } }
    /// Whether load costs anything anywhere.
    public var isCongested: Bool { congestion.contains { !$0.isEmpty } }
    /// Whether how much a facility serves matters, by capacity or by congestion; if not, nobody need be split.
    public var dependsOnLoad: Bool { isCapacitated || isCongested }
    /// Whether any facility is required or forbidden.
    public var hasSiteRules: Bool { siteRules.contains { $0 != .free } }

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
    ///   - required: facilities that must be open.
    ///   - forbidden: facilities that must not be open; their pairs become forbidden, too.
    ///   - servers: how many servers a facility may hold and what each costs; `nil` means one that costs nothing more.
    ///   - congestion: one list of steps a facility, or `nil`.
    ///   - constant: what every solution costs besides.
    /// - Throws: ``ProblemError`` for mismatched shapes, NaN, negative demands or capacities, an impossible count, a
    ///   facility both required and forbidden, steps whose loads or costs do not rise; it names the element.
    /// - Complexity: O(facilities * customers).
    public init(
        openingCosts: [Double], assignmentCosts: [Double], demands: [Double]? = nil, customerCount: Int,
        capacities: [Double]? = nil, assignmentRule: AssignmentRule = .split, openCount: ClosedRange<Int>? = nil,
        required: [Int] = [], forbidden: [Int] = [], servers: ServerMenu? = nil, congestion: [[CongestionStep]]? = nil,
        constant: Double = 0
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
        let rules = try Self.siteRules(required: required, forbidden: forbidden, facilities: facilities)
        try Self.check(servers, facilities: facilities)
        try Self.check(congestion, facilities: facilities)
        guard constant.isFinite else {
            throw ProblemError(.problem, "the constant cost is \(constant); expected a finite number")
        }
        var assignmentCosts = assignmentCosts
        for facility in forbidden {
            for customer in 0..<customerCount { assignmentCosts[customer * facilities + facility] = .infinity }
        }
        self.assignmentCosts = assignmentCosts
        self.capacities = capacities
        self.assignmentRule = assignmentRule
        minimumOpen = openCount.lowerBound
        maximumOpen = openCount.upperBound
        siteRules = rules
        serverLimits = servers?.limits ?? Array(repeating: 1, count: facilities)
        serverCosts = servers?.costs ?? Array(repeating: 0, count: facilities)
        self.congestion = congestion ?? Array(repeating: [], count: facilities)
        self.constant = constant
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
