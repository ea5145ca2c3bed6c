internal import ArgumentParser
internal import MeshInstances
internal import Optimization

/// The terms that the command line adds to a facility problem, whatever its file's format can say.
struct FacilityVariantOptions: ParsableArguments {
    @Option(help: "At least so many sites are open.")
    var minSites: Int?

    @Option(help: "At most so many sites are open.")
    var maxSites: Int?

    @Option(help: ArgumentHelp("Sites that must be open, numbered from 0.", valueName: "site,site,..."))
    var open: SiteList?

    @Option(help: ArgumentHelp("Sites that must not be open.", valueName: "site,site,..."))
    var forbid: SiteList?

    @Option(help: "Nobody is served at a cost above this (of all of the customer).")
    var costCap: Double?

    @Option(help: "Each site may hold so many servers, each of the capacity that the file states.")
    var servers: Int?

    @Option(help: "What each server costs besides opening its site.")
    var serverCost: Double = 0

    @Option(
        help: ArgumentHelp(
            "Congestion at every site: from each load on, a further unit of demand costs so much.",
            valueName: "load:cost,load:cost,..."))
    var congestion: CongestionList?

    @Option(help: "What is open and who serves whom now: the JSON that an earlier solve printed.")
    var previous: String?

    @Option(help: "What closing a site that is open now costs.")
    var closingCost: Double = 0

    @Option(help: "What a site that stays open saves.")
    var stayDiscount: Double = 0

    @Option(help: "What a customer saves where the site that serves it now goes on to.")
    var customerDiscount: Double = 0

    func validate() throws {
        for (name, value) in [
            ("server-cost", serverCost), ("closing-cost", closingCost), ("stay-discount", stayDiscount),
            ("customer-discount", customerDiscount), ("cost-cap", costCap ?? 0),
        ] where !value.isFinite {
            throw ValidationError("--\(name) is \(value); expected a finite number")
        }
        if let servers, !(1...FacilityProblem.serverCeiling).contains(servers) {
            throw ValidationError("--servers is \(servers); expected 1 to \(FacilityProblem.serverCeiling)")
        }
        if let minSites, let maxSites, minSites > maxSites {
            throw ValidationError("--min-sites is \(minSites), --max-sites \(maxSites); expected no more than that")
        }
        if previous == nil, closingCost != 0 || stayDiscount != 0 || customerDiscount != 0 {
            throw ValidationError("--closing-cost, --stay-discount and --customer-discount need --previous")
        }
    }

    /// The problem with the terms.
    func apply(to problem: FacilityProblem) throws -> FacilityProblem {
        let history = try previous.map { try FacilityHistoryReader.read(try InputFile.read($0)) }
        do throws(ProblemError) {
            return try changed(problem, history: history)
        } catch {
            throw CommandFailure(.usage, "the options do not fit the problem: \(error.description)")
        }
    }

    private func changed(
        _ problem: FacilityProblem, history: FacilityHistory?
    ) throws(ProblemError) -> FacilityProblem {
        let count = problem.facilityCount
        let least = minSites ?? problem.minimumOpen
        let most = maxSites.map { min($0, count) } ?? problem.maximumOpen
        guard least >= 0, least <= most else {
            throw ProblemError(.problem, "\(least) to \(most) of \(count) sites asked for; expected a range")
        }
        var costs = problem.assignmentCosts
        if let costCap {
            for index in costs.indices where costs[index] > costCap { costs[index] = .infinity }
        }
        let changed = try FacilityProblem(
            openingCosts: problem.openingCosts, assignmentCosts: costs, demands: problem.demands,
            customerCount: problem.customerCount, capacities: problem.capacities,
            assignmentRule: problem.assignmentRule, openCount: least...most,
            required: problem.facilities(.required) + (open?.sites ?? []),
            forbidden: problem.facilities(.forbidden) + (forbid?.sites ?? []),
            servers: ServerMenu(
                limits: servers.map { Array(repeating: $0, count: count) } ?? problem.serverLimits,
                costs: problem.serverCosts.map { $0 + serverCost }),
            congestion: congestion.map { Array(repeating: $0.steps, count: count) } ?? problem.congestion,
            constant: problem.constant)
        guard var history else { return changed }
        history.closingCosts = Array(repeating: closingCost, count: count)
        history.openingDiscounts = Array(repeating: stayDiscount, count: count)
        history.stayDiscounts = Array(repeating: customerDiscount, count: problem.customerCount)
        return try changed.continuing(history)
    }
}

/// Numbers of sites, separated by commas.
struct SiteList: ExpressibleByArgument {
    let sites: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
        let sites = parts.compactMap(\.self)
        guard sites.count == parts.count, sites.allSatisfy({ $0 >= 0 }) else { return nil }
        self.sites = sites
    }
}

/// Steps of congestion, as `load:cost` separated by commas.
struct CongestionList: ExpressibleByArgument {
    let steps: [CongestionStep]

    init?(argument: String) {
        var steps: [CongestionStep] = []
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
            guard numbers.count == 2, let load = numbers[0], let cost = numbers[1] else { return nil }
            steps.append(CongestionStep(load: load, unitCost: cost))
        }
        self.steps = steps
    }
}
