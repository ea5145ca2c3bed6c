internal import MeshInstances
internal import MeshTypes
internal import Reporting
internal import Scenarios

extension SweepAssembly {
    /// Worst scenarios that are shown in full.
    private static let detailCount = 4

    /// Draws the report; the scenarios that it shows in full are planned again.
    func report() throws -> StudyReport {
        var runner = SweepRunner(
            try study.root(margin: manifest.margin), engine: study.engine, verifies: false, isCold: manifest.cold)
        func detail(_ result: ScenarioResult) throws -> StudyReport.Detail {
            let outcome = try LoadedStudy.translated(study.file) { () throws(SweepFailure) in
                try runner.outcome(at: result.index)
            }
            return StudyReport.Detail(result: result, snapshot: outcome.snapshot, plan: outcome.plan)
        }
        var details: [StudyReport.Detail] = []
        for result in worst.filter({ $0.index != 0 }).prefix(Self.detailCount) { details.append(try detail(result)) }
        return StudyReport(
            study: study.study, count: manifest.scenarios, margin: manifest.margin, base: try detail(base),
            worst: details,
            rows: rows, isPartial: isPartial,
            failures: Dictionary(
                failures.compactMap { failure in
                    study.study.assertions.firstIndex(of: failure.assertion).map { ($0, failure.count) }
                }, uniquingKeysWith: { first, _ in first }), answers: answers,
            source: String(decoding: study.file.bytes, as: UTF8.self),
            forecasts: Self.forecasts(of: study.sweep.base.history))
    }

    /// Writes the report into the folder, or to another place.
    func writeReport(to path: String? = nil) throws {
        try OutputFile.write(Array(try report().html().utf8), to: path ?? folder.path + "/report.html")
    }
}
