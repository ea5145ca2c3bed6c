/// From this load on, each further unit of demand that a facility serves costs this much; a list of them is a convex
/// piecewise-linear cost of the load.
public struct CongestionStep: Sendable, Hashable {
    /// The load from which on it costs, in units of demand; 0 or more.
    public var load: Double
    /// What a unit of demand costs from there to the next step; 0 or more.
    public var unitCost: Double

    /// Creates a step.
    public init(load: Double, unitCost: Double) {
        self.load = load
        self.unitCost = unitCost
    }
}

/// How many identical servers each facility may hold, and what each costs: modular capacity. The facility's capacity is
/// that of one server, its opening cost is paid once.
public struct ServerMenu: Sendable, Hashable {
    /// The most servers, 1 or more, of each facility.
    public var limits: [Int]
    /// The cost of each server of each facility; finite, may be negative.
    public var costs: [Double]

    /// Creates a menu with one entry a facility.
    public init(limits: [Int], costs: [Double]) {
        self.limits = limits
        self.costs = costs
    }
}

extension FacilityProblem {
    /// Whether a facility must, may or must not be open.
    public enum SiteRule: UInt8, Sendable, Hashable {
        /// It may be open or closed.
        case free
        /// It must be open.
        case required
        /// It must be closed.
        case forbidden
    }

    /// The most servers that a facility may hold.
    public static let serverCeiling = 10_000

    static func siteRules(
        required: [Int], forbidden: [Int], facilities: Int
    ) throws(ProblemError) -> [SiteRule] {
        var rules = Array(repeating: SiteRule.free, count: facilities)
        for (list, rule) in [(required, SiteRule.required), (forbidden, .forbidden)] {
            for facility in list {
                guard rules.indices.contains(facility) else {
                    throw ProblemError(
                        .facility(facility), "there is no such facility; expected 0 to \(facilities - 1)")
                }
                guard rules[facility] == .free || rules[facility] == rule else {
                    throw ProblemError(.facility(facility), "required and forbidden; expected one of them")
                }
                rules[facility] = rule
            }
        }
        return rules
    }

    static func check(_ servers: ServerMenu?, facilities: Int) throws(ProblemError) {
        guard let servers else { return }
        guard servers.limits.count == facilities, servers.costs.count == facilities else {
            throw ProblemError(
                .problem,
                "\(servers.limits.count) server limits and \(servers.costs.count) server costs; expected one for each of "
                    + "\(facilities) facilities")
        }
        for (facility, limit) in servers.limits.enumerated() where !(1...serverCeiling).contains(limit) {
            throw ProblemError(.facility(facility), "server limit is \(limit); expected 1 to \(serverCeiling)")
        }
        for (facility, cost) in servers.costs.enumerated() where !cost.isFinite {
            throw ProblemError(.facility(facility), "server cost is \(cost); expected a finite number")
        }
    }

    static func check(_ congestion: [[CongestionStep]]?, facilities: Int) throws(ProblemError) {
        guard let congestion else { return }
        guard congestion.count == facilities else {
            throw ProblemError(
                .problem, "\(congestion.count) congestion lists; expected one for each of \(facilities) facilities")
        }
        for (facility, steps) in congestion.enumerated() {
            for (index, step) in steps.enumerated() {
                guard step.load >= 0, step.load.isFinite, step.unitCost >= 0, step.unitCost.isFinite else {
                    throw ProblemError(
                        .facility(facility),
                        "congestion step \(index) is \(step.unitCost) from load \(step.load) on; expected finite numbers, "
                            + "0 or more")
                }
                guard index > 0 else { continue }
                let before = steps[index - 1]
                guard step.load > before.load, step.unitCost >= before.unitCost else {
                    throw ProblemError(
                        .facility(facility),
                        "congestion step \(index) does not rise over the one before; expected a "
                            + "higher load and no lower cost")
                }
            }
        }
    }
}
