internal import ArgumentParser
internal import MeshEngine
internal import MeshTypes
internal import MeshVerification

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check a plan independently of the planner that made it.",
        discussion: """
            Recomputes feasibility, costs, latencies and the bound from the snapshot alone, by code that the planner does
            not share. Ends with 1 when anything fails, and lists all that does.

            EXAMPLE
              rmc plan Models/Sessions/world-match.json --out plan.json
              rmc verify Models/Sessions/world-match.json plan.json
            """)

    @OptionGroup var files: PlanningFiles
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (snapshot, plan) = try files.read()
        let verification = MeshEngine().verify(snapshot, plan, requiresChecksum: true)
        try output.print(text: Self.text(verification, plan), json: Self.json(verification, plan))
        if !verification.isVerified { throw CommandFailure(.checkFailed) }
    }

    private static func text(_ verification: PlanVerification, _ plan: Plan) -> String {
        guard !verification.isVerified else {
            return "verified: \(plan.sessions.count) sessions, \(plan.totals.participants) participants; feasible, "
                + "costs and bound as stated\(plan.poolPrices.isEmpty ? "" : ", the bound at \(plan.poolPrices.count) pool prices")\n"
        }
        return "NOT VERIFIED: \(verification.failures.count) failures\n"
            + verification.failures.map { "  \($0.description)\n" }.joined()
    }

    private static func json(_ verification: PlanVerification, _ plan: Plan) -> JSONValue {
        [
            "verified": .bool(verification.isVerified), "bound": .number(plan.bound),
            "gap": .optional(plan.gap) { .number($0) },
            "least-unserved": .optional(plan.leastUnserved) { .integer(Int64($0)) },
            "failures": .array(
                verification.failures.map { ["path": .string($0.path), "message": .string($0.message)] }),
        ]
    }
}
