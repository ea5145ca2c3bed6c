internal import MeshRendering
internal import MeshTypes
internal import Scenarios

extension StudyReport {
    /// The report as an HTML page.
    public func html() -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(Markup.escaped(study.name)) - what if</title>
        <style>\(PictureStyle.svg)\(ReportStyle.css)</style>
        </head>
        <body>
        <main>
        <h1>\(Markup.escaped(study.name))</h1>
        <p class="lead">\(Markup.escaped(lead))</p>
        <div class="tiles">\(tiles)</div>
        \(verdictSection)\(answerSections)\(mapSection)\(latencySection)\(matrixSection)\(frontierSection)\(demandSection)\
        \(scenarioSection)
        <details><summary>The scenario file</summary><pre>\(Markup.escaped(source))</pre></details>
        <footer>\(Markup.escaped(footer))</footer>
        </main>
        <script>\(ReportStyle.script)</script>
        </body>
        </html>

        """
    }

    private var lead: String {
        let world = base.snapshot
        let name = world.name.map { "\($0): " } ?? ""
        return name + "\(PlanText.count(world.participants.count, "participant")) in "
            + "\(PlanText.count(world.sessions.count, "session")), \(PlanText.count(world.sites.count, "candidate site")); "
            + "\(PlanText.count(count, "scenario")) planned" + (world.time.map { ", for \($0)" } ?? "")
    }

    private var footer: String {
        let source = base.snapshot.source.map { "Data: \($0). " } ?? ""
        var text =
            source
            + "Map: Natural Earth, public domain. Latencies are round-trip times between participants, through the mesh. "
            + "Every plan is the best that was found, not proved to be the best there is; the gap says how much better any could be."
        if margin.sampled > 0 {
            text +=
                " Plans that started from a neighbour's cost \(Numerals.signedPercent(margin.meanExcess)) against plans from "
                + "nothing in a sample of \(margin.sampled), at most \(Numerals.signedPercent(margin.largestExcess))."
        }
        return text
    }

    private var tiles: String {
        let figures = base.result.figures
        var tiles: [(String, String, String)] = [
            ("mean pair latency, base", Numerals.fixed(figures.mean, decimals: 1), "ms"),
            ("95th percentile, base", Numerals.fixed(figures.p95, decimals: 1), "ms"),
            ("cost, base", Numerals.fixed(figures.cost, decimals: 0), "a tick"),
            ("servers, base", Numerals.grouped(figures.servers), ""),
        ]
        if figures.unserved > 0 { tiles.append(("left out, base", Numerals.grouped(figures.unserved), "")) }
        if let first = worst.first, first.result.index != 0 {
            let change = first.result.figures.cost / max(1e-9, figures.cost) - 1
            tiles.append(("cost, worst scenario", Numerals.signedPercent(change), ""))
            tiles.append(("95th percentile, worst", Numerals.fixed(first.result.figures.p95, decimals: 1), "ms"))
            let left = first.result.figures.unserved
            if left > 0 { tiles.append(("left out, worst", Numerals.grouped(left), "")) }
        }
        if !study.assertions.isEmpty {
            let failing = study.assertions.indices.count { failures[$0] != nil }
            tiles.append(("assertions hold", "\(study.assertions.count - failing) of \(study.assertions.count)", ""))
        }
        return tiles.map { name, value, unit in
            "<div><b>\(Markup.escaped(value))</b>\(unit.isEmpty ? "" : " \(unit)")<span>\(name)</span></div>"
        }.joined()
    }

    private var verdictSection: String {
        guard !study.assertions.isEmpty else { return "" }
        let items = study.assertions.enumerated().map { number, assertion in
            let failed = failures[number]
            let mark = failed == nil ? "<b class=\"ok\">holds</b>" : "<b class=\"no\">fails</b>"
            let names = rows.filter { $0.failed.contains(number) }.prefix(3).map(\.name).joined(separator: ", ")
            let place = failed.map { " in \(PlanText.count($0, "scenario")): \(names)" } ?? ""
            return "<li>\(mark) \(Markup.escaped(assertion.text))\(Markup.escaped(place))</li>"
        }
        return "<h2>Assertions</h2>\n<ul class=\"verdicts\">\(items.joined())</ul>\n"
    }

    private var mapSection: String {
        var text = "<section><h2>The base's mesh</h2>\n" + picture(base) + "</section>\n"
        if let first = worst.first, first.result.index != 0 {
            text += "<section><h2>The worst scenario: \(Markup.escaped(first.result.name))</h2>\n"
            text += "<p>\(Markup.escaped(comparison(first)))</p>\n" + picture(first) + "</section>\n"
        }
        return text
    }

    private func comparison(_ detail: Detail) -> String {
        let (here, before) = (detail.result.figures, base.result.figures)
        return
            "Mean pair latency \(Numerals.fixed(here.mean, decimals: 1)) ms against \(Numerals.fixed(before.mean, decimals: 1)), "
            + "95th percentile \(Numerals.fixed(here.p95, decimals: 1)) against \(Numerals.fixed(before.p95, decimals: 1)); "
            + "\(PlanText.count(here.displaced, "participant")) moved, \(Numerals.grouped(here.unserved)) left out; "
            + "what binds: \(detail.result.binding)."
    }

    /// The picture without what would clash with another of its kind on the page.
    private func picture(_ detail: Detail) -> String {
        let figures = detail.result.figures
        let latency = LatencyStatistics(mean: figures.mean, p50: figures.p50, p95: figures.p95, max: figures.max)
        // A site has the same colour in all maps of the page.
        let colours = PlanPicture(snapshot: base.snapshot, plan: base.plan).colours
        let picture = PlanPicture(snapshot: detail.snapshot, plan: detail.plan, colours: colours) { _ in latency }
        return "<div class=\"map\">\(picture.figure(name: "map\(detail.result.index)"))</div>\n"
    }

    private var latencySection: String {
        var series: [Chart.Series] = []
        for (number, detail) in ([base] + worst.filter { $0.result.index != 0 }.prefix(4)).enumerated() {
            let profile = LatencyProfile(detail.snapshot, detail.plan)
            guard !profile.points.isEmpty else { continue }
            series.append(
                Chart.Series(name: detail.result.name, points: profile.points, colour: number, isDashed: number == 0))
        }
        guard !series.isEmpty else { return "" }
        let chart = Chart(
            series: series, horizontal: "pair latency, ms", vertical: "% of pairs within", startsAtZero: true,
            isWide: true)
        return "<section><h2>Latency distributions</h2>\n\(chart.svg())</section>\n"
    }

    /// The figure that the matrix and the table of the worst are by.
    private var metric: Assertion.Metric {
        study.assertions.first { $0.comparison != .equal && $0.metric.rawValue != "unserved" }?.metric ?? .cost
    }

    private var matrixSection: String {
        guard let matrix = FailureMatrix(rows, metric: metric) else { return "" }
        return "<section><h2>Failure matrix: \(Markup.escaped(matrix.title))</h2>\n\(matrix.svg())</section>\n"
    }

    private var frontierSection: String {
        var parts: [String] = []
        if !answers.frontier.isEmpty {
            let titles = answers.frontier.map {
                "\($0.sites) sites: \($0.servers) servers, rent \(Numerals.fixed($0.rent, decimals: 0))"
            }
            func line(_ name: String, _ colour: Int, _ value: (Answers.FrontierPoint) -> Double) -> Chart.Series {
                Chart.Series(
                    name: name, points: answers.frontier.map { (Double($0.sites), value($0)) }, colour: colour,
                    titles: titles)
            }
            parts.append(
                Chart(
                    series: [line("mean", 0) { $0.mean }, line("95th percentile", 1) { $0.p95 }],
                    horizontal: "sites a session, at most", vertical: "pair latency, ms"
                ).svg())
            parts.append(
                Chart(
                    series: [line("cost", 2) { $0.cost }], horizontal: "sites a session, at most",
                    vertical: "cost a tick"
                ).svg())
        }
        let shown = rows.filter { $0.index != 0 && !$0.isAnswer(of: study) }
        if shown.count > 1 {
            parts.append(
                Chart(
                    series: [
                        Chart.Series(
                            name: "scenarios", points: shown.map { ($0.figures.rent, $0.figures.mean) }, colour: 0,
                            isScatter: true, titles: shown.map(\.name)),
                        Chart.Series(
                            name: "base", points: [(base.result.figures.rent, base.result.figures.mean)], colour: 1,
                            isScatter: true, titles: ["base"]),
                    ], horizontal: "rent a tick", vertical: "mean pair latency, ms"
                ).svg())
        }
        return parts.isEmpty
            ? ""
            : "<section><h2>Cost and latency frontiers</h2>\n<div class=\"charts\">\(parts.joined())</div></section>\n"
    }

    /// So many scenarios go to paper.
    private static let printedRows = 60

    private var scenarioSection: String {
        let shown = rows.filter { !$0.isAnswer(of: study) }
        guard shown.count > 1 else { return "" }
        var table = ReportTable(headings: [
            "scenario", "mean ms", "p95", "left out", "cost", "vs base", "servers", "sites", "moved", "gap", "binds",
        ])
        table.filter = "Show scenarios with"
        table.printed = Set(
            shown.indices.sorted { shown[$0].isWorse(than: shown[$1], by: metric) }.prefix(Self.printedRows))
        for (number, row) in shown.enumerated() {
            let figures = row.figures
            table.rows.append([
                .words(row.name), .number(figures.mean), .number(figures.p95), .count(figures.unserved),
                .number(figures.cost, decimals: 0),
                .change(figures.cost / max(1e-9, base.result.figures.cost) - 1), .count(figures.servers),
                .count(figures.sites),
                .count(figures.displaced),
                .init(text: Numerals.percent(figures.gap), key: figures.gap), .words(row.binding),
            ])
            if !row.failed.isEmpty || figures.unserved > 0 { table.marked.insert(number) }
        }
        var note =
            isPartial ? "<p>The \(Numerals.grouped(shown.count)) worst; all are in results.csv.</p>\n" : ""
        if shown.count > Self.printedRows {
            note += "<p class=\"paper\">On paper: the worst \(Self.printedRows) by \(metric.rawValue).</p>\n"
        }
        return "<section class=\"long\"><h2>Scenarios</h2>\n\(note)\(table.html())</section>\n"
    }
}

extension ScenarioResult {
    /// Whether it is worse: by people left out, then by a figure.
    func isWorse(than other: ScenarioResult, by metric: Assertion.Metric) -> Bool {
        let sign: Double = metric == .served ? -1 : 1
        return (-Double(figures.unserved), -sign * figures[metric], index)
            < (-Double(other.figures.unserved), -sign * other.figures[metric], other.index)
    }

    /// Whether the row only answers a question.
    func isAnswer(of study: Study) -> Bool {
        Questions.familyNames.contains(family)
            && !study.axes.contains { $0.name == family }
    }
}
