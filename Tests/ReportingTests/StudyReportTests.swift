import MeshEngine
import MeshInstances
import MeshTypes
import Reporting
import Scenarios
import Testing

/// The report page.
@Suite("study reports")
struct StudyReportTests {
    private static func report(name: String) throws -> StudyReport {
        let base = try WorldParameters(sites: 8, sessions: 2, participants: 40, slack: 3).generate(seed: 4)
        var study = Study(name: name, base: .file("x"))
        study.axes = [AxisDefinition(name: "loss", kind: .failures(.site, .two, only: []), line: 1)]
        study.assertions = [try Assertion("cost <= 1", line: 2, axes: [])]
        study.questions.frontierSites = 3
        let engine = MeshEngine()
        let plan = try engine.plan(base)
        let sweep = try Sweep(study, base: base, plan: plan)
        let root = try SweepRunner.Root(sweep: sweep, plan: plan, engine: engine, margin: VerdictMargin())
        var runner = SweepRunner(root, engine: engine, verifies: false)
        var collector = AnswerCollector(study: study, base: base, plan: plan)
        var details: [StudyReport.Detail] = []
        for index in 0..<sweep.count {
            let outcome = try runner.outcome(at: index)
            collector.add(outcome.result)
            details.append(.init(result: outcome.result, snapshot: outcome.snapshot, plan: outcome.plan))
        }
        return StudyReport(
            study: study, count: sweep.count, margin: VerdictMargin(), base: details[0], worst: Array(details[1...3]),
            rows: details.map(\.result), failures: [0: sweep.count],
            answers: collector.answers(base: details[0].result),
            source: "a: <b>")
    }

    @Test("is one page that asks no network, has its parts, and closes its elements")
    func page() throws {
        let html = try Self.report(name: "A & <script>").html()
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("src="))
        #expect(!html.contains("@import") && !html.contains("url(http"))
        #expect(html.contains("A &amp; &lt;script&gt;"))
        for part in [
            "Assertions", "mesh</h2>", "Latency distributions", "Failure matrix", "frontiers", "Demand", "Losses",
            "Scenarios",
        ] {
            #expect(html.contains(part), "\(part)")
        }
        for element in ["section", "table", "svg", "figure", "tr", "div", "script", "style", "g", "button"] {
            let opened = html.components(of: "<\(element)>") + html.components(of: "<\(element) ")
            #expect(opened == html.components(of: "</\(element)>"), "\(element)")
        }
        #expect(html.contains("aria-sort") && html.contains("@media print"))
        #expect(html.contains("a: &lt;b&gt;"))
    }

    @Test("a site has one colour in all maps, who is left out stands beside latencies, and paper gets the worst")
    func details() throws {
        let report = try Self.report(name: "x")
        let html = report.html()
        let first = try #require(report.base.plan.sessions[0].sites.first).description
        let names = Dictionary(report.base.snapshot.sites.map { ($0.id.description, $0.name) }) { first, _ in first }
        let pattern = try Regex("<circle class=\"(c[0-9])\"[^>]*>\\s*<title>\(names[first] ?? ""): ")
        let colours = html.matches(of: pattern).compactMap { $0.output[1].substring.map(String.init) }
        #expect(colours.count > 1 && Set(colours).count == 1, "\(colours)")
        #expect(html.contains("left out"))
        #expect(html.contains("class=\"figure\""))
    }

    @Test("questions without an answer say why, and long tables go to paper in part")
    func unanswered() throws {
        var report = try Self.report(name: "x")
        report.study.questions.purchase = 1
        report.study.questions.shadowPrices = true
        report.answers = Answers()
        report.rows = (0..<200).map { number in
            var row = report.rows[number % report.rows.count]
            row.index = number
            return row
        }
        let shown = report.rows.count { !Questions.familyNames.contains($0.family) }
        let html = report.html()
        #expect(html.contains("no site is sold out"))
        #expect(html.contains("On paper: the worst 60"))
        #expect(html.components(of: "class=\"screen\"") + html.components(of: "bad screen") == shown - 60)
    }

    @Test("the same results give the same page")
    func deterministic() throws {
        #expect(try Self.report(name: "x").html() == Self.report(name: "x").html())
    }
}

extension String {
    /// How often a piece stands in the text.
    fileprivate func components(of piece: String) -> Int { ranges(of: piece).count }
}
