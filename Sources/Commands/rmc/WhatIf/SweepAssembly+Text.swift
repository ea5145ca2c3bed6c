internal import Foundation
internal import MeshRendering
internal import MeshTypes
internal import Scenarios

extension SweepAssembly {
    /// What came of the sweep, for people.
    func text(seconds: Double, isKept: Bool) -> String {
        let style = Terminal.style
        let sweep = study.sweep
        var text =
            "\(study.study.name)  \(PlanText.count(manifest.scenarios, "scenario")), "
            + "\(PlanText.count(sweep.base.participants.count, "participant")), "
            + "\(PlanText.count(sweep.base.sites.count, "site"))\n"
        text += "planned  \(Numerals.grouped(cold)) cold, \(Numerals.grouped(manifest.scenarios - cold)) warm"
        if verified > 0 { text += ", \(Numerals.grouped(verified)) verified" }
        text += "\n\n"
        var table = TextTable([
            .init(worst.isEmpty ? "scenario" : "scenario, the worst \(worst.count) by \(metric.rawValue)", .left),
            .init("mean ms"),
            .init("p95"), .init("left out"), .init("cost"), .init("vs base"), .init("servers"), .init("binds", .left),
        ])
        table.add(row(base), isAccented: true)
        for result in worst where result.index != 0 { table.add(row(result)) }
        let cheapest = best.filter { result in !worst.contains { $0.index == result.index } }
        if !cheapest.isEmpty { table.add(["of least cost:"]) }
        for result in cheapest { table.add(row(result)) }
        // A small sweep is shown as a whole.
        let named = Set((worst + cheapest).map(\.index))
        let others = rows.filter { $0.index != 0 && !named.contains($0.index) }
        if !others.isEmpty, rows.count <= Self.shownRows {
            table.add(["the others:"])
            for result in others { table.add(row(result)) }
        }
        text += table.text(style)
        if !study.study.assertions.isEmpty { text += "\n" + verdicts }
        text += answers.text(style, study.study.questions)
        if isKept { text += "\nresults  \(folder.path)/results.jsonl, results.csv, report.html\n" }
        return text
    }

    /// Up to so many scenarios are shown as a whole.
    private static let shownRows = 20

    /// A figure, and beside a latency how many people have none.
    static func value(of metric: Assertion.Metric, _ figures: ScenarioFigures) -> String {
        let value = Numerals.fixed(figures[metric], decimals: 1)
        guard [.mean, .p50, .p95, .max].contains(metric), figures.unserved > 0 else { return value }
        return "\(value), \(Numerals.grouped(figures.unserved)) left out"
    }

    private func row(_ result: ScenarioResult) -> [String] {
        let figures = result.figures
        return [
            result.name, Numerals.fixed(figures.mean, decimals: 1), Numerals.fixed(figures.p95, decimals: 1),
            Numerals.grouped(figures.unserved), Numerals.fixed(figures.cost, decimals: 0),
            result.index == 0 ? "" : Numerals.signedPercent(figures.cost / max(1e-9, base.figures.cost) - 1),
            Numerals.grouped(figures.servers), result.binding,
        ]
    }

    private var verdicts: String {
        study.study.assertions.enumerated().map { number, assertion in
            guard let failure = failures.first(where: { $0.assertion == assertion }) else {
                return "holds  \(assertion.text)\n"
            }
            let names = failure.scenarios.prefix(3).map { result in
                "\(result.name) (\(Self.value(of: assertion.metric, result.figures)))"
            }
            return
                "FAILS  \(assertion.text): in \(PlanText.count(failure.count, "scenario")), worst \(names.joined(separator: ", "))\n"
        }.joined()
    }

    /// What came of the sweep, as a document.
    func json(seconds: Double?) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("study", .string(study.study.name)), ("scenarios", .integer(Int64(manifest.scenarios))),
            ("cold", .integer(Int64(cold))), ("verified", .integer(Int64(verified))),
            ("unverified", .integer(Int64(unverified))),
            (
                "margin",
                [
                    "sampled": .integer(Int64(manifest.margin.sampled)),
                    "mean-excess": .number(manifest.margin.meanExcess),
                    "largest-excess": .number(manifest.margin.largestExcess),
                ]
            ),
            ("base", Self.json(base)),
            ("worst-by", .string(metric.rawValue)),
            ("worst", .array(worst.map(Self.json))),
            ("best", .array(best.map(Self.json))),
            (
                "assertions",
                .array(
                    study.study.assertions.map { assertion in
                        let failure = failures.first { $0.assertion == assertion }
                        return [
                            "assertion": .string(assertion.text), "holds": .bool(failure == nil),
                            "failures": .integer(Int64(failure?.count ?? 0)),
                            "worst": .array((failure?.scenarios ?? []).map { .string($0.name) }),
                        ]
                    })
            ),
            ("answers", answers.json),
        ]
        if let seconds { members.append(("seconds", .number(seconds))) }
        return .object(members)
    }

    private static func json(_ result: ScenarioResult) -> JSONValue {
        [
            "name": .string(result.name), "mean": .number(result.figures.mean), "p95": .number(result.figures.p95),
            "cost": .number(result.figures.cost), "servers": .integer(Int64(result.figures.servers)),
            "unserved": .integer(Int64(result.figures.unserved)), "binding": .string(result.binding),
        ]
    }

    /// Writes the summary into the folder; the same sweep gives the same bytes.
    func writeSummary() throws {
        try OutputFile.write(Array(json(seconds: nil).document.utf8), to: folder.path + "/summary.json")
    }
}
