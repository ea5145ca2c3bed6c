import Optimization
import TestSupport

/// Small facility problems with every term that a problem may have, from seeds.
enum RandomVariants {
    /// How customers are served.
    enum Service: String, CaseIterable, Sendable {
        case uncapacitated, split, singleSource
    }

    /// A term of the problem besides opening, serving and capacity.
    enum Term: String, CaseIterable, Sendable {
        case history, openCount, siteRules, latencyCap, servers, congestion, fractionalDemand
    }

    /// A service with some terms: a class of problems of its own for the solvers.
    struct Variant: Sendable, CustomStringConvertible {
        var service: Service
        var terms: Set<Term>
        /// Whether each term is there with an even chance only.
        var isMixed = false

        var description: String {
            isMixed
                ? "\(service.rawValue), mixed"
                : ([service.rawValue] + terms.map(\.rawValue).sorted()).joined(separator: " with ")
        }
    }

    /// Every single term with every service where it makes sense, and all terms mixed at random.
    static let all: [Variant] = Service.allCases.flatMap { service in
        Term.allCases.filter { service != .uncapacitated || ($0 != .servers && $0 != .fractionalDemand) }
            .map { Variant(service: service, terms: [$0]) }
            + [Variant(service: service, terms: Set(Term.allCases), isMixed: true)]
    }

    /// A problem of a variant; mixed ones have each of their terms with an even chance.
    static func problem(_ variant: Variant, seed: UInt64) throws -> FacilityProblem {
        var random = SplitMix64(seed: seed &* 31 &+ 17)
        let sorted = variant.terms.sorted { $0.rawValue < $1.rawValue }
        let chosen = variant.isMixed ? Set(sorted.filter { _ in random.chance(0.5) }) : variant.terms
        let isWhole = variant.service == .singleSource
        let facilities = random.integer(1...4)
        let customers = random.integer(0...(isWhole ? 4 : 5))
        let isFractional = chosen.contains(.fractionalDemand)
        let demands = (0..<customers).map { _ in
            variant.service == .uncapacitated && !chosen.contains(.congestion)
                ? 1 : Double(random.integer(0...9)) + (isFractional ? random.fraction() : 0)
        }
        let latencies = (0..<(facilities * customers)).map { _ in Double(random.integer(0...30)) }
        let costs = latencies.indices.map { index in
            random.chance(0.06) ? .infinity : latencies[index] * max(1, demands[index / facilities])
        }
        let opening = (0..<facilities).map { _ in Double(random.integer(-4...60)) }
        let total = max(4, Int(demands.reduce(0, +)))
        let hasServers = chosen.contains(.servers)
        let capacities: [Double]? =
            variant.service == .uncapacitated
            ? nil
            : (0..<facilities).map { _ in
                random.chance(0.08) ? .infinity : Double(random.integer(0...(hasServers ? max(2, total / 2) : total)))
            }
        var rules: (required: [Int], forbidden: [Int]) = ([], [])
        if chosen.contains(.siteRules) {
            for facility in 0..<facilities {
                if random.chance(0.25) {
                    rules.required.append(facility)
                } else if random.chance(0.25) {
                    rules.forbidden.append(facility)
                }
            }
        }
        var openCount: ClosedRange<Int>?
        if chosen.contains(.openCount) {
            let least = random.integer(0...facilities)
            openCount = least...random.integer(least...facilities)
        }
        let problem = try FacilityProblem(
            openingCosts: opening, assignmentCosts: costs, demands: demands, customerCount: customers,
            capacities: capacities, assignmentRule: isWhole ? .singleSource : .split, openCount: openCount,
            required: rules.required, forbidden: rules.forbidden,
            servers: hasServers ? servers(facilities, &random) : nil,
            congestion: chosen.contains(.congestion) ? congestion(facilities, total: total, &random) : nil)
        return try finish(problem, chosen: chosen, latencies: latencies, random: &random)
    }

    private static func servers(_ facilities: Int, _ random: inout SplitMix64) -> ServerMenu {
        ServerMenu(
            limits: (0..<facilities).map { _ in random.integer(1...4) },
            costs: (0..<facilities).map { _ in Double(random.integer(-2...25)) })
    }

    private static func congestion(
        _ facilities: Int, total: Int, _ random: inout SplitMix64
    ) -> [[CongestionStep]] {
        (0..<facilities).map { _ in
            var steps: [CongestionStep] = []
            for _ in 0..<random.integer(0...3) {
                steps.append(
                    CongestionStep(
                        load: (steps.last?.load ?? -1) + 1 + Double(random.integer(0...max(1, total / 2))),
                        unitCost: (steps.last?.unitCost ?? 0) + Double(random.integer(0...12))))
            }
            return steps
        }
    }

    private static func finish(
        _ problem: FacilityProblem, chosen: Set<Term>, latencies: [Double], random: inout SplitMix64
    ) throws -> FacilityProblem {
        var problem = problem
        let facilities = problem.facilityCount
        if chosen.contains(.latencyCap) {
            let caps = (0..<problem.customerCount).map { _ in Double(random.integer(8...30)) }
            problem = try problem.limiting(latencies: latencies, to: random.chance(0.5) ? caps : [20])
        }
        if chosen.contains(.history) {
            problem = try problem.continuing(
                FacilityHistory(
                    open: (0..<facilities).filter { _ in random.chance(0.5) },
                    closingCosts: (0..<facilities).map { _ in Double(random.integer(0...30)) },
                    openingDiscounts: (0..<facilities).map { _ in Double(random.integer(0...10)) },
                    assignment: (0..<problem.customerCount).map { _ in random.integer(-1...(facilities - 1)) },
                    stayDiscounts: (0..<problem.customerCount).map { _ in Double(random.integer(0...8)) }))
        }
        return problem
    }
}
