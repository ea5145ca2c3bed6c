internal import Foundation
internal import MeshEngine
internal import MeshInstances
internal import MeshTypes
internal import Optimization
internal import Scenarios
internal import Synchronization

/// One run of a whole sweep: what is not finished is done, then all is put together.
struct SweepSession {
    private let study: LoadedStudy
    private let jobs: Int
    private let cold: Bool
    private let verifies: Bool
    private let worst: Int
    private let unitSize: Int
    private let plans: String?
    private let prepare: Bool

    /// Worlds of so many participants times sites are verified quickly: about 20 ms.
    private static let quickCells = 100_000

    init(
        _ study: LoadedStudy, jobs: Int?, cold: Bool, verify: WhatIfCommand.Verifying, worst: Int, unitSize: Int,
        plans: String?, prepare: Bool
    ) {
        self.study = study
        self.jobs = Jobs.count(jobs)
        self.cold = cold
        let cells = study.sweep.base.participants.count * study.sweep.base.sites.count
        verifies = verify == .all || verify == .quick && cells <= Self.quickCells
        self.worst = worst
        self.unitSize = unitSize
        self.plans = plans
        self.prepare = prepare
    }

    func run(output: OutputOptions) throws {
        let isKept = study.folder != nil
        let folder =
            study.folder ?? SweepFolder(FileManager.default.temporaryDirectory.path + "/rmc-whatif-\(getpid())")
        defer { if !isKept { try? Folder.remove(folder.path) } }
        try Folder.make(folder.path)
        let start = ContinuousClock.now
        let done = try Cancellation.onSignal { interrupter in
            let manifest = try self.manifest(in: folder, interrupter)
            if prepare { return (manifest, try Self.prepare(manifest, in: folder)) }
            return (manifest, try work(manifest, in: folder, interrupter))
        }
        let (manifest, pending) = done
        if prepare {
            return try output.print(
                text: "prepared  \(pending) of \(manifest.units) units of work in \(folder.unitFolder)\n",
                json: ["units": .integer(Int64(manifest.units)), "pending": .integer(Int64(pending))])
        }
        guard pending == 0 else {
            let finished = manifest.units - pending
            throw CommandFailure(
                .noAnswer,
                "interrupted: \(finished) of \(manifest.units) units of work are done"
                    + (isKept
                        ? " and kept in \(folder.path); the same command goes on from there"
                        : "; --report would have kept them"))
        }
        let assembly = try SweepAssembly(study, manifest: manifest, folder: folder, worst: worst)
        if isKept {
            try assembly.writeSummary()
            try assembly.writeReport()
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        try output.print(text: assembly.text(seconds: seconds, isKept: isKept), json: assembly.json(seconds: seconds))
        if !assembly.failures.isEmpty { throw CommandFailure(.checkFailed, assembly.failureLine) }
        if assembly.unverified > 0 {
            throw CommandFailure(.internalError, "\(assembly.unverified) plans did not pass the checker")
        }
    }

    /// What this sweep is; refuses a folder that holds another.
    private func manifest(in folder: SweepFolder, _ interrupter: Interrupter) throws -> SweepFolder.Manifest {
        if let known = try folder.manifest() {
            guard known.digest == study.digests.all, known.cold == cold, known.verifies == verifies else {
                throw CommandFailure(
                    .badInput,
                    "\(folder.manifestPath):1: belongs to another sweep (scenario file, base or options changed); expected the "
                        + "same, another --report folder, or --restart")
            }
            return known
        }
        let manifest = SweepFolder.Manifest(
            scenario: study.file.name, digest: study.digests.all, scenarioDigest: study.digests.scenario,
            scenarios: study.sweep.count, unitSize: unitSize, cold: cold, verifies: verifies,
            margin: try ProgressLine.during("comparing a sample both ways", hint: "Ctrl-C ends") {
                try study.margin(jobs: jobs, cold: cold, interrupter: interrupter)
            })
        if interrupter.isInterrupted { throw CommandFailure(.noAnswer, "interrupted before the first scenario") }
        if prepare || { if case .service = study.study.base { true } else { false } }() {
            try OutputFile.write(SnapshotWriter.text(study.sweep.base), to: folder.basePath)
            try OutputFile.write(PlanWriter.text(PlanWriter.sealed(study.plan)), to: folder.planPath)
            try OutputFile.write(study.file.bytes, to: folder.scenarioPath)
        }
        try folder.write(manifest)
        return manifest
    }

    /// Writes a file for each unit that is not finished; returns how many.
    private static func prepare(_ manifest: SweepFolder.Manifest, in folder: SweepFolder) throws -> Int {
        var pending = 0
        for unit in 0..<manifest.units where !folder.isFinished(unit, of: manifest) {
            let text = "{\"unit\": \(unit), \"sweep\": \"\(manifest.digest)\"}\n"
            try OutputFile.write(Array(text.utf8), to: folder.unitPath(unit))
            pending += 1
        }
        return pending
    }

    /// Does what is not finished; returns how many units are left, which is 0 unless it was interrupted.
    private func work(
        _ manifest: SweepFolder.Manifest, in folder: SweepFolder, _ interrupter: Interrupter
    ) throws -> Int {
        let pending = (0..<manifest.units).filter { !folder.isFinished($0, of: manifest) }
        guard !pending.isEmpty else { return 0 }
        let root = try study.root(margin: manifest.margin)
        let worker = SweepUnit(study: study, manifest: manifest, folder: folder, plans: plans)
        let left = Counter(pending.count)
        let done = manifest.scenarios - pending.reduce(0) { $0 + manifest.range($1).count }
        try SweepProgress.during(total: manifest.scenarios, done: done, isKept: study.folder != nil) { progress in
            try Parallel.drain(pending.count, jobs: jobs) { place in
                if try worker.work(pending[place], root: root, progress: progress, interrupter: interrupter) {
                    left.decrease()
                }
            }
        }
        return left.value
    }

    private final class Counter: Sendable {
        private let count: Mutex<Int>
        init(_ count: Int) { self.count = Mutex(count) }
        func decrease() { count.withLock { $0 -= 1 } }
        var value: Int { count.withLock { $0 } }
    }
}
