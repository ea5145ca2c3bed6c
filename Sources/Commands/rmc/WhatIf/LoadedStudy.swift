internal import MeshEngine
internal import MeshInstances
internal import MeshPlanning
internal import MeshTypes
internal import MeshVerification
internal import Optimization
internal import ScenarioFiles
internal import Scenarios

/// A scenario file with its base read and planned.
struct LoadedStudy {
    /// The scenario file, for messages.
    let file: InputFile
    let study: Study
    let sweep: Sweep
    /// The base's plan, by the full ladder.
    let plan: Plan
    let engine = MeshEngine()
    let folder: SweepFolder?
    /// A checksum of the scenario file, and one of it and the base.
    let digests: (scenario: String, all: String)

    /// Reads and plans. A folder that holds the base of the same scenario file is believed.
    init(_ path: String, folder: SweepFolder?, restart: Bool = false, authority: String? = nil) throws {
        file = try InputFile.read(path)
        study = try StudyReader.read(file)
        self.folder = folder
        var checksum = Checksum()
        checksum.add(file.bytes)
        let scenarioDigest = checksum.text
        if restart, let folder { try folder.clear() }
        let known = try folder?.manifest()
        var base: Snapshot
        var kept: Plan?
        if let folder, known?.scenarioDigest == scenarioDigest, Folder.exists(folder.basePath) {
            base = try SnapshotReader.read(try InputFile.read(folder.basePath))
            if Folder.exists(folder.planPath) { kept = try PlanReader.read(try InputFile.read(folder.planPath)) }
        } else {
            base = try Self.base(of: study, file: file, authority: authority)
            let (whole, study) = (base, study)
            base = try Self.located(file) { () throws(StudyError) in try Sweep.base(whole, given: study) }
        }
        base.previous = nil
        checksum.add(SnapshotWriter.text(base))
        digests = (scenarioDigest, checksum.text)
        if let kept, engine.verify(base, kept, requiresChecksum: true).isVerified {
            plan = kept
        } else {
            var made = try engine.plan(base)
            made.seconds = nil
            plan = made
        }
        let (study, plan, file) = (study, plan, file)
        sweep = try Self.located(file) { () throws(StudyError) in
            let sweep = try Sweep(study, base: base, plan: plan)
            try sweep.checkAlternatives()
            try sweep.checkScopes()
            return sweep
        }
    }

    private static func base(of study: Study, file: InputFile, authority: String?) throws -> Snapshot {
        switch study.base {
        case .file(let name):
            let path = name.hasPrefix("/") || name == "-" ? name : file.folder.map { "\($0)/\(name)" } ?? name
            return try SnapshotReader.read(try InputFile.read(path))
        case .service(let url): return try SnapshotReader.read(try ServiceSnapshot.fetch(url, authority: authority))
        case .generated(let parameters, let seed): return try parameters.generate(seed: seed)
        }
    }

    /// Runs what may find fault with the study, and names the file and line.
    static func located<Value>(_ file: InputFile, _ body: () throws(StudyError) -> Value) throws -> Value {
        do throws(StudyError) {
            return try body()
        } catch {
            throw InputError(file: file.name, line: error.line, message: error.message)
        }
    }

    /// The same for scenarios that are planned.
    static func translated<Value>(_ file: InputFile, _ body: () throws(SweepFailure) -> Value) throws -> Value {
        do throws(SweepFailure) {
            return try body()
        } catch {
            switch error.cause {
            case .study(let fault):
                throw InputError(
                    file: file.name, line: fault.line, message: "in scenario \(error.scenario): \(fault.message)")
            case .planning(let fault): throw fault
            }
        }
    }

    func root(margin: VerdictMargin) throws -> SweepRunner.Root {
        try SweepRunner.Root(sweep: sweep, plan: plan, engine: engine, margin: margin)
    }

    /// The numbers of the scenarios whose name matches.
    func scenarios(named pattern: String) throws -> [Int] {
        let any = Assertion(text: "", metric: .cost, comparison: .atMost, limit: 0, scope: .named(pattern))
        return (0..<sweep.count).filter { index in
            let scenario = sweep.scenario(at: index)
            return any.names(scenario)
        }
    }

    /// How many scenarios are planned both ways: of those in which the base's mesh stands, and of the others. Where no
    /// assertion has a margin, a few tell how warm plans compare.
    private static let sampleSize = (standing: 4, changed: 10, few: 4)

    /// The margin of the sweep's verdicts, from a sample of its scenarios.
    func margin(jobs: Int, cold: Bool, interrupter: Interrupter? = nil) throws -> VerdictMargin {
        guard !study.assertions.isEmpty, !cold, sweep.count > 1 else { return VerdictMargin() }
        // The variations come first; what questions add is not judged.
        let last = (1..<sweep.count).first { sweep.scenario(at: $0).isQuestion } ?? sweep.count
        let size = Self.sampleSize
        let hasMargin = study.assertions.contains { $0.metric.isContinuous }
        let count = min(hasMargin ? 3 * size.changed : size.few, last - 1)
        var judged = (0..<count).map { 1 + $0 * (last - 1) / max(1, count) }
        let root = try root(margin: VerdictMargin())
        let engine = engine
        if hasMargin {
            let stands = try Parallel.map(judged, jobs: jobs) { index in
                var runner = SweepRunner(root, engine: engine, verifies: false, interrupter: interrupter)
                return try LoadedStudy.translated(file) { () throws(SweepFailure) in
                    try runner.baseStands(at: index)
                }
            }
            let places =
                judged.indices.filter { stands[$0] }.prefix(size.standing)
                + judged.indices.filter { !stands[$0] }.prefix(size.changed)
            judged = places.sorted().map { judged[$0] }
        }
        let pairs = try Parallel.map(judged, jobs: jobs) { index in
            var runner = SweepRunner(root, engine: engine, verifies: false, interrupter: interrupter)
            return try LoadedStudy.translated(file) { () throws(SweepFailure) in
                try runner.comparison(at: index)
            }
        }
        return VerdictMargin(pairs, assertions: study.assertions)
    }
}
