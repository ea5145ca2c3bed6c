internal import ArgumentParser
internal import Foundation
internal import MeshAPI
internal import MeshInstances
internal import MeshPlanning
internal import Optimization

/// The command line: every subcommand parses, validates, calls the engine and renders.
@main
struct RMC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rmc",
        abstract: "Regional Mesh Controller: plans meshes of edge servers for live sessions, with proofs.",
        discussion: """
            EXAMPLES
              rmc plan Models/Sessions/world-match.json --picture mesh.html
              rmc generate flow --shape netgen --out instance.min
              rmc solve flow instance.min --format json

            Shells complete commands, options and files after
              rmc --generate-completion-script bash >~/.local/share/bash-completion/completions/rmc
            and so for zsh and fish.

            A FILE may be - for the standard input, and packed with gzip or xz.

            EXIT CODES
              0   an answer was produced (it may be that the problem is infeasible)
              1   a check that was asked for does not hold
              64  usage
              65  bad input
              70  internal error, or an answer whose proof does not hold (termination "unverified")
              75  a limit was reached with no feasible answer
            """,
        version: MeshRelease.version,
        subcommands: [
            SolveCommand.self, GenerateCommand.self, PlanCommand.self, VerifyCommand.self, ExplainCommand.self,
            DrawCommand.self, WhatIfCommand.self, ReportCommand.self, DiffCommand.self, ImportCommand.self,
            ExportCommand.self, EvaluateCommand.self, BenchCommand.self, ServeCommand.self, ReplayCommand.self,
            ProbeCommand.self, RespondCommand.self,
        ]
    )

    static func main() {
        StandardOutput.ignoreClosedPipes()
        do {
            try CommandNames.check(Array(CommandLine.arguments.dropFirst()), of: Self.self)
            var command = try parseAsRoot()
            try command.run()
        } catch {
            exit(with: error)
        }
    }

    /// Ends the process with the code that interfaces promise; one line on stderr says what went wrong.
    private static func exit(with error: any Error) -> Never {
        let failure: CommandFailure? =
            switch error {
            case let failure as CommandFailure: failure
            case let input as InputError: CommandFailure(.badInput, input.description)
            case let problem as ProblemError: CommandFailure(.badInput, problem.description)
            case let parameter as ParameterError: CommandFailure(.usage, parameter.description)
            case let planning as PlanningError: CommandFailure(planning)
            case let solver as SolverError: CommandFailure(solver)
            default: nil
            }
        // What is left are the parser's own: usage, and requests for help or the version.
        guard let failure else {
            guard !Self.exitCode(for: error).isSuccess else { Self.exit(withError: error) }
            // The same first word as all other refusals.
            let message = Self.fullMessage(for: error)
            StandardError.write(
                "rmc: " + (message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message) + "\n")
            Foundation.exit(Self.exitCode(for: error).rawValue)
        }
        if let message = failure.message { StandardError.write("rmc: \(message)\n") }
        Foundation.exit(failure.status.rawValue)
    }
}
