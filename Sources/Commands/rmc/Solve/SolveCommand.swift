internal import ArgumentParser
internal import MeshInstances
internal import Optimization

struct SolveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "solve",
        abstract: "Solve a flow, routing or facility location problem, and prove the answer; or a MathProg model.",
        subcommands: [
            SolveFlowCommand.self, SolveMulticommodityCommand.self, SolveFacilityCommand.self, SolveModelCommand.self,
        ])
}

/// When a solve may end early.
struct LimitOptions: ParsableArguments {
    @Option(help: "Stop after this many seconds with the best answer so far.")
    var timeLimit: Seconds?

    var criteria: StoppingCriteria { StoppingCriteria(timeLimit: timeLimit?.duration) }
}

/// What all answers to `solve` have in common, whatever the problem.
struct SolveReport {
    /// The problem's kind, as the interface names it.
    var problem: String
    /// The file, for people.
    var file: String
    /// What there is of each thing, such as nodes.
    var size: [(name: String, count: Int)]
    var solver: String
    var termination: Termination
    var objective: JSONValue
    var bound: JSONValue
    var gap: Double?
    /// The certificate's kind, and what belongs to it beside the verdict.
    var certificate: String
    var evidence: [(String, JSONValue)]
    var verification: Verification
    /// Why there is no solution, for people.
    var reason: String?
    /// What belongs to this kind of problem only.
    var details: [(String, JSONValue)]
    var seconds: [(name: String, value: Double)]
    var statistics: SolverStatistics
    var solverMessage: String
    /// Lines that follow the summary for people.
    var listing: String

    /// Whether an answer is in hand: a solution, or the proof that there is none.
    var isAnswered: Bool

    /// Whether all that is claimed was checked: without a certificate no more than a solution is.
    var isVerified: Bool {
        guard termination != .unverified, verification.isVerified else { return false }
        if certificate != "none" { return true }
        if case .null = objective { return false }
        if case .null = bound { return true }
        return false
    }

    /// Without an answer, or with one that is not proved, the command ends with the code for that, after printing what it knows.
    func checkAnswered() throws {
        if termination == .unverified {
            let failure = verification.failures.first ?? solverMessage
            throw CommandFailure(.internalError, "the answer is not proved: \(failure)")
        }
        if !isAnswered { throw CommandFailure(.noAnswer) }
    }

    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("problem", .string(problem)),
            ("size", .object(size.map { ($0.name, .integer(Int64($0.count))) })),
            ("solver", .string(solver)),
            ("termination", .string(termination.word)),
            ("objective", objective),
            ("bound", bound),
            ("gap", .optional(gap, JSONValue.exact)),
            (
                "certificate",
                .object(
                    [
                        ("kind", .string(certificate)),
                        ("verified", .bool(isVerified)),
                    ] + evidence)
            ),
        ]
        if !verification.failures.isEmpty {
            members.append(("failures", .array(verification.failures.map { .string($0) })))
        }
        if let reason { members.append(("reason", .string(reason))) }
        members += details
        members.append(("seconds", .object(seconds.map { ($0.name, .number($0.value)) })))
        members.append(("statistics", .object(counters.map { ($0.key, .integer(Int64($0.value))) })))
        return .object(members)
    }

    /// The counters in the order of their names.
    var counters: [(key: String, value: Int)] { statistics.counters.sorted { $0.key < $1.key } }
}
