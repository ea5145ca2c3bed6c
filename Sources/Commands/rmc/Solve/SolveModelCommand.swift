internal import ArgumentParser
internal import Foundation
internal import GLPKSolver
internal import MeshInstances
internal import Optimization

struct SolveModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model", abstract: "Solve a model in GNU MathProg with its data.",
        discussion: """
            Models/ has the models of the engine's problems. rmc export writes the data of a snapshot's session for
            session-mesh.mod; that model is exact, and for small sessions only.

            EXAMPLE
              rmc export small.json --session s1 --out s1.dat
              rmc solve model Models/session-mesh.mod --data s1.dat --time-limit 60
            """)

    @Argument(help: "The model, a .mod file; - for the standard input. gzip and xz are unpacked.")
    var model: String

    @Option(help: "The data, a .dat file, likewise; a data section of the model is then passed over.")
    var data: String?

    @Flag(help: "Print all variables; without it those that are not 0.")
    var all = false

    @OptionGroup var limits: LimitOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if model == "-", data == "-" {
            throw ValidationError("the model and --data are both '-'; expected one of them from the standard input")
        }
    }

    func run() throws {
        let file = try InputFile.read(model)
        let dataFile = try data.map { try InputFile.read($0) }
        let (solved, seconds) = try Stopwatch.measure {
            try Cancellation.onSignal { interrupter in
                try ProgressLine.during("solving") {
                    try MathProgModel(
                        bytes: file.bytes, name: file.name, data: dataFile.map { (bytes: $0.bytes, name: $0.name) }
                    ).solve(criteria: limits.criteria, interrupter: interrupter)
                }
            }
        }
        let shown = solved.columns.filter { all || abs($0.value) > 1e-9 }.sorted { $0.key < $1.key }
        var text = "\(model)  \(solved.termination.word)\n"
        if let objective = solved.objective { text += "objective  \(JSONValue.exact(objective).words)\n" }
        if let bound = solved.bound { text += "bound      \(JSONValue.exact(bound).words)\n" }
        if !solved.solverMessage.isEmpty { text += "message    \(solved.solverMessage)\n" }
        // What GLPK tells of its progress is for documents only; what the model prints is for all.
        text += solved.output
        if let last = solved.output.last, last != "\n" { text += "\n" }
        for (name, value) in shown { text += "\(name)  \(JSONValue.exact(value).words)\n" }
        try output.print(
            text: text,
            json: [
                "problem": "mathprog", "model": .string(model), "termination": .string(solved.termination.word),
                "objective": .optional(solved.objective, JSONValue.exact),
                "bound": .optional(solved.bound, JSONValue.exact),
                "columns": .object(shown.map { ($0.key, .exact($0.value)) }), "output": .string(solved.output),
                "log": .string(solved.log), "message": .string(solved.solverMessage),
                "seconds": ["solve": .number(seconds)],
            ])
        if solved.termination == .unverified {
            throw CommandFailure(.internalError, "the answer is not proved: \(solved.solverMessage)")
        }
        if solved.objective == nil, ![.infeasible, .unbounded].contains(solved.termination) {
            throw CommandFailure(.noAnswer)
        }
    }
}
