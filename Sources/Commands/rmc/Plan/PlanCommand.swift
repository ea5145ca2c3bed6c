internal import ArgumentParser
internal import MeshEngine
internal import MeshInstances
internal import MeshRendering
internal import MeshTypes
internal import Optimization

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Plan the meshes of all sessions of a snapshot.",
        discussion: """
            Prints the mesh, its latency and cost, and a bound below which no plan can go. Without a deadline the same
            snapshot gives the same plan file, byte for byte.

            EXAMPLE
              rmc plan Models/Sessions/world-match.json --compare single,nearest --out plan.json --picture mesh.html
            """)

    @Argument(help: "The snapshot; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var snapshot: String

    @Option(help: "How to plan; optimal is the earlier name of best.")
    var strategy: Strategy = .best

    @Option(help: "Milliseconds after which the best plan so far is taken.")
    var deadline: Double?

    @Option(help: "The most sites of any session's mesh, where its policy allows more.")
    var siteLimit: Int?

    @Flag(help: "Say what one more server at each site that is sold out would save (in the plan: shadow-prices).")
    var shadowPrices = false

    @Option(help: "Strategies to plan with beside, for comparison; words joined by commas.")
    var compare: StrategyList?

    @Option(help: "A file to write the plan to, for verify, explain and draw.", completion: .file())
    var out: String?

    @Option(help: "A file to draw the plan to; its name ends with .html or .svg.", completion: .file())
    var picture: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let deadline, !(deadline >= 0 && deadline <= 1e9) {
            throw ValidationError("--deadline is \(deadline); expected 0 to 1e9 milliseconds")
        }
        if let siteLimit, siteLimit < 1 { throw ValidationError("--site-limit is \(siteLimit); expected 1 or more") }
        if let picture { try PictureFile.check(picture) }
        if out == "-" { throw ValidationError("--out is -; the plan goes to the standard output with --format json") }
    }

    func run() throws {
        var world = try SnapshotReader.read(try InputFile.read(snapshot))
        if let siteLimit { world.limitSites(to: siteLimit) }
        let (plan, others) = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("planning") {
                let engine = MeshEngine()
                var asked = request(strategy, interrupter)
                asked.shadowPrices = shadowPrices
                let plan = try engine.plan(world, asked)
                return (plan, try (compare?.strategies ?? []).map { try engine.plan(world, request($0, interrupter)) })
            }
        }
        if let out { try OutputFile.write(PlanWriter.text(plan.filed), to: out) }
        if let picture {
            try PictureFile.write(
                PlanPicture(snapshot: world, plan: plan, comparison: others, latency: Self.latency(in: world)),
                to: picture)
        }
        switch output.format {
        case .json: try StandardOutput.write(PlanWriter.text(PlanWriter.sealed(plan)))
        case .text:
            let report = PlanText(
                snapshot: world, plan: plan, comparison: others, style: Terminal.style, latency: Self.latency(in: world)
            ).text()
            try StandardOutput.write(report + priceList(plan) + written)
        }
    }

    /// The latencies of all pairs of all sessions of a plan.
    static func latency(in world: Snapshot) -> @Sendable (Plan) -> LatencyStatistics? {
        { try? MeshEngine().pairLatency(world, $0) }
    }

    private func request(_ strategy: Strategy, _ interrupter: Interrupter) -> PlanRequest {
        PlanRequest(
            strategy: strategy, deadline: deadline.map { .milliseconds($0) }, interrupter: interrupter)
    }

    /// The shadow prices, the highest first, if they were asked for.
    private func priceList(_ plan: Plan) -> String {
        guard let prices = plan.shadowPrices else { return "" }
        if prices.isEmpty { return "\nno site is sold out: one more server would save nothing\n" }
        let order = prices.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
        return "\none more server would save\n"
            + order.map { "  \($0.key.description): \(Numerals.fixed($0.value, decimals: 1))\n" }.joined()
    }

    /// Where plan and picture went, if anywhere.
    private var written: String {
        let lines = [out.map { "plan     \($0)\n" }, picture.map { "picture  \($0)\n" }].compactMap(\.self)
        return lines.isEmpty ? "" : "\n" + lines.joined()
    }
}

/// Strategies as one word of the command line.
struct StrategyList: ExpressibleByArgument {
    let strategies: [Strategy]

    /// What may be joined.
    static var allValueStrings: [String] { Strategy.allCases.map(\.rawValue) }

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        strategies = words.compactMap { Strategy(rawValue: String($0)) }
        guard strategies.count == words.count else { return nil }
    }
}

extension Snapshot {
    /// Tightens every policy; a stricter one stays. A plan that keeps to it also keeps to the snapshot as it was.
    fileprivate mutating func limitSites(to limit: Int) {
        for index in sessions.indices {
            sessions[index].policy.siteLimit = min(limit, sessions[index].policy.siteLimit ?? limit)
        }
    }
}

extension Plan {
    /// The plan as it goes to a file: without the seconds, which differ each time, and with its checksum.
    fileprivate var filed: Plan {
        var plan = self
        plan.seconds = nil
        return PlanWriter.sealed(plan)
    }
}
