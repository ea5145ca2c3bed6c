internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import Optimization

extension SolveReport {
    init(
        file: String, instance: MulticommodityInstance, solved: Checked<MulticommodityResult>, readSeconds: Double,
        showsSolution: Bool
    ) {
        let problem = instance.problem
        let result = solved.result
        let isInfeasible = result.termination == .infeasible
        let bound = isInfeasible ? nil : result.bound.flatMap { $0.isFinite ? $0 : nil }
        let volume = problem.commodities.reduce(0) { $0 + $1.volume }
        let routed = result.routes.map { routes in routes.reduce(0) { $0 + $1.volume } }
        var details: [(String, JSONValue)] = [
            ("volume", .exact(volume)), ("routed", .optional(routed, JSONValue.exact)),
            (
                "utilisation",
                .optional(result.linkLoads) { loads in
                    .number(zip(problem.links, loads).reduce(0) { max($0, Self.utilisation($1.0, load: $1.1)) })
                }
            ),
        ]
        if showsSolution {
            details.append(("routes", .optional(result.routes) { .array($0.map { Self.route($0, of: instance) }) }))
            details.append(("loads", .optional(result.linkLoads) { .array($0.map(JSONValue.exact)) }))
        }
        self.init(
            problem: "multicommodity-flow", file: file,
            size: [
                ("nodes", problem.nodeCount), ("links", problem.links.count), ("demands", problem.commodities.count),
            ],
            solver: solved.solver, termination: result.termination,
            objective: .optional(result.objective, JSONValue.exact), bound: .optional(bound, JSONValue.exact),
            gap: bound == nil ? nil : result.gap, certificate: result.certificate.kind, evidence: [],
            verification: solved.verification, reason: Self.reason(result, instance), details: details,
            seconds: [("read", readSeconds), ("solve", solved.solveSeconds), ("certify", solved.certifySeconds)],
            statistics: result.statistics, solverMessage: result.solverMessage,
            listing: showsSolution ? Self.listing(result.routes ?? [], of: instance) : "",
            isAnswered: result.routes != nil || isInfeasible)
    }

    /// The part of a link's capacity that is used; 0 of an unlimited one.
    private static func utilisation(_ link: MulticommodityProblem.Link, load: Double) -> Double {
        link.capacity > 0 ? load / link.capacity : 0
    }

    /// The nodes that a route passes, ends included.
    private static func nodes(of route: PathFlow, in instance: MulticommodityInstance) -> [String] {
        let source = Int(instance.problem.commodities[route.commodity].source)
        let heads = route.links.map { Int(instance.problem.links[Int($0)].head) }
        return ([source] + heads).map { instance.nodeNames[$0] }
    }

    private static func route(_ route: PathFlow, of instance: MulticommodityInstance) -> JSONValue {
        [
            "demand": .integer(Int64(route.commodity)), "volume": .exact(route.volume),
            "links": .integers(route.links), "nodes": .array(nodes(of: route, in: instance).map(JSONValue.string)),
        ]
    }

    private static func reason(_ result: MulticommodityResult, _ instance: MulticommodityInstance) -> String? {
        guard result.termination == .infeasible, case .metric(let lengths) = result.certificate else { return nil }
        let priced = lengths.indices.filter { lengths[$0] > 0 }
        guard !priced.isEmpty else { return "a demand that must be routed has no path" }
        let names = priced.map {
            let link = instance.problem.links[$0]
            return "\(instance.nodeNames[Int(link.tail)])-\(instance.nodeNames[Int(link.head)])"
        }
        let shown = names.prefix(12).joined(separator: ", ")
        return "the demands that must be routed need more room than the links \(shown)"
            + (names.count > 12 ? ", ... (\(names.count) in all)" : "") + " have together"
    }

    /// The routes, one a line.
    private static func listing(_ routes: [PathFlow], of instance: MulticommodityInstance) -> String {
        routes.reduce(into: "\nvolume route\n") { text, route in
            text +=
                "\(Numerals.fixed(route.volume, decimals: 3)) "
                + nodes(of: route, in: instance).joined(separator: " > ") + "\n"
        }
    }
}
