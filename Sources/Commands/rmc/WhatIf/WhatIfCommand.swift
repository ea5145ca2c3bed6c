internal import ArgumentParser
internal import MeshInstances
internal import MeshTypes
internal import Scenarios

struct WhatIfCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "whatif", abstract: "Plan many variations of a world, compare them, check assertions.",
        discussion: """
            Reads a scenario file (YAML; the guide WhatIf.md describes it) and plans every scenario that it makes, each from
            its neighbour's plan. With --report the results are kept in a folder: results.jsonl, results.csv, report.html; the
            same command goes on where an interrupted one ended. Results do not depend on --jobs.

            EXAMPLES
              rmc whatif Models/Scenarios/open-region.yaml --report out/open-region
              rmc whatif Models/Scenarios/next-year.yaml --only 'everywhere=1.2,*' --plans out/plans
            """)

    @Argument(help: "The scenario file; - for the standard input.", completion: .file())
    var scenario: String?

    @Option(help: "Certificates of authorities to trust instead of the system's where the base is a service, as PEM.")
    var ca: String?

    @Option(help: "Threads; as many as there are processors without it.")
    var jobs: Int?

    @Option(
        help: "The folder that results and report go to; an interrupted sweep goes on from what it holds.",
        completion: .directory)
    var report: String?

    @Flag(help: "Throw away what the report folder holds of another sweep.")
    var restart = false

    @Option(help: "Only the scenarios of this name; * stands for anything. They go to the standard output.")
    var only: String?

    @Option(
        help: "A folder that snapshots and plans go to: of the scenarios of --only, else of all.",
        completion: .directory)
    var plans: String?

    @Flag(help: "Plan every scenario from nothing, as rmc plan does, for comparison.")
    var cold = false

    @Option(help: "Have the checker look at all plans, at none, or at those of worlds small enough to do so quickly.")
    var verify: Verifying = .quick

    @Option(help: "How many of the worst scenarios are named.")
    var worst: Int = 5

    @Option(help: "How many scenarios make one unit of work, which is kept when it is done.")
    var unitSize: Int = 16

    @Flag(help: "Write the units of work as files into the report folder, for other machines, and stop.")
    var prepare = false

    @Option(help: "Do one unit of work, given its file.", completion: .file())
    var unit: String?

    @OptionGroup var output: OutputOptions

    /// What the checker looks at.
    enum Verifying: String, ExpressibleByArgument, CaseIterable {
        case all
        case quick
        case none
    }

    func validate() throws {
        if let jobs, !(1...1_024).contains(jobs) { throw ValidationError("--jobs is \(jobs); expected 1 to 1024") }
        guard (1...100_000).contains(unitSize) else {
            throw ValidationError("--unit-size is \(unitSize); expected 1 to 100000")
        }
        guard (0...10_000).contains(worst) else { throw ValidationError("--worst is \(worst); expected 0 to 10000") }
        guard (scenario == nil) != (unit == nil) else {
            throw ValidationError("expected a scenario file, or --unit and the file of a unit of work")
        }
        if prepare && report == nil { throw ValidationError("--prepare needs --report, the folder to prepare") }
        if only != nil && report != nil {
            throw ValidationError("--only keeps no results; expected it without --report")
        }
    }

    func run() throws {
        if let unit { return try SweepUnit.run(unit, output: output) }
        guard let scenario else { return }
        let study = try ProgressLine.during("planning the base", hint: "Ctrl-C ends") {
            try LoadedStudy(scenario, folder: report.map { SweepFolder($0) }, restart: restart, authority: ca)
        }
        if only != nil || plans != nil && report == nil { return try runChosen(study) }
        try SweepSession(
            study, jobs: jobs, cold: cold, verify: verify, worst: worst, unitSize: unitSize, plans: plans,
            prepare: prepare
        ).run(output: output)
    }

    /// A few scenarios, printed.
    private func runChosen(_ study: LoadedStudy) throws {
        let pattern = only ?? "*"
        let chosen = try study.scenarios(named: pattern)
        guard !chosen.isEmpty else {
            throw CommandFailure(.usage, "no scenario is named '\(pattern)'; rmc whatif without --only names them")
        }
        var runner = SweepRunner(
            try study.root(margin: try study.margin(jobs: Jobs.count(jobs), cold: cold)), engine: study.engine,
            verifies: verify != .none, isCold: cold)
        var lines = ""
        for index in chosen {
            let outcome = try LoadedStudy.translated(study.file) { () throws(SweepFailure) in
                try runner.outcome(at: index)
            }
            if let plans { try PlanFiles.write(outcome, to: plans) }
            lines += outcome.result.jsonLine + "\n"
        }
        try StandardOutput.write(lines)
    }
}

/// The snapshot and plan of a scenario, for `rmc verify` and the others.
enum PlanFiles {
    static func write(_ outcome: SweepRunner.Outcome, to folder: String) throws {
        try Folder.make(folder)
        let stem = "\(folder)/\(Folder.number(outcome.result.index))"
        var plan = outcome.plan
        plan.seconds = nil
        try OutputFile.write(SnapshotWriter.text(outcome.snapshot), to: stem + ".snapshot.json")
        try OutputFile.write(PlanWriter.text(PlanWriter.sealed(plan)), to: stem + ".plan.json")
    }
}
