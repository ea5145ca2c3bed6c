internal import MeshRendering
internal import MeshTypes
internal import Scenarios

extension StudyReport {
    /// Tables and charts of the questions' answers.
    var answerSections: String {
        [lossSection, shadowSection, linkSection, purchaseSection, fewestSection, regretSection].joined()
    }

    private var lossSection: String {
        guard !answers.losses.isEmpty else { return "" }
        var table = ReportTable(headings: [
            "what fails", "planned", "all served", "assertions hold", "worst cost", "its p95", "left out", "the worst",
        ])
        for loss in answers.losses {
            table.rows.append([
                .words("\(loss.kind), \(loss.count) at a time"), .count(loss.losses), .count(loss.survived),
                .count(loss.holding), .number(loss.worstCost, decimals: 0), .number(loss.worstP95),
                .count(loss.worstUnserved),
                .words(loss.worst),
            ])
        }
        return "<section><h2>Losses</h2>\n\(table.html())</section>\n"
    }

    private var shadowSection: String {
        guard !answers.shadowPrices.isEmpty else {
            return study.questions.shadowPrices
                ? "<section><h2>What a server is worth</h2>\n<p>One more or less changes nothing: no site is sold out.</p>"
                    + "</section>\n" : ""
        }
        var table = ReportTable(headings: ["a server at", "hour", "one more saves", "one less costs"])
        for price in answers.shadowPrices.prefix(300) {
            table.rows.append([
                .words(price.site), price.hour.map { .number($0, decimals: 0) } ?? .words(""), .number(price.more),
                price.less.map { .number($0) } ?? .words(""),
            ])
        }
        return
            "<section><h2>What a server is worth</h2>\n<p>Sites that are not listed have servers to spare: one more or less "
            + "changes nothing.</p>\n\(table.html())</section>\n"
    }

    private var linkSection: String {
        guard !answers.linkPrices.isEmpty else { return "" }
        var table = ReportTable(headings: ["from", "to", "a Gbit/s is worth"])
        for price in answers.linkPrices.prefix(300) {
            table.rows.append([.words(price.from), .words(price.to), .number(price.gigabit)])
        }
        return
            "<section><h2>What bandwidth is worth</h2>\n<p>In ms times Mbit/s of the base's traffic; links that are not "
            + "listed have room.</p>\n\(table.html())</section>\n"
    }

    private var purchaseSection: String {
        guard !answers.purchases.isEmpty else {
            return study.questions.purchase > 0
                ? "<section><h2>What to buy next</h2>\n<p>Nothing: no site is sold out, so that more servers would stand "
                    + "idle.</p></section>\n" : ""
        }
        var table = ReportTable(headings: ["what to buy", "saves a tick", "mean ms then", "served more"])
        for purchase in answers.purchases.prefix(100) {
            table.rows.append([
                .words(purchase.what), .number(purchase.saves), .number(purchase.mean), .count(purchase.served),
            ])
        }
        return "<section><h2>What to buy next</h2>\n\(table.html())</section>\n"
    }

    private var fewestSection: String {
        guard let fewest = answers.fewestServers else { return "" }
        let text =
            fewest.limit.map { "\(fewest.servers) servers (limit \($0) a session) reach it." }
            ?? "No limit of \(fewest.tried.lowerBound) to \(fewest.tried.upperBound) servers a session reaches it with "
            + "everybody served."
        return "<section><h2>Fewest servers for \(Markup.escaped(fewest.target))</h2>\n<p>\(text)</p></section>\n"
    }

    private var regretSection: String {
        guard !answers.regret.isEmpty else { return "" }
        let kept = Chart.Series(
            name: "the base's plan kept", points: answers.regret.map { ($0.hour, $0.fixed) }, colour: 1)
        let anew = Chart.Series(name: "planned each hour", points: answers.regret.map { ($0.hour, $0.free) }, colour: 0)
        let total = answers.regret.reduce(0) { $0 + $1.regret }
        let free = answers.regret.reduce(0) { $0 + $1.free }
        let words =
            "Kept over \(answers.regret.count) hours, the base's plan costs \(Numerals.fixed(total, decimals: 0)) more than plans made "
            + "each hour, \(Numerals.percent(total / max(1e-9, free))) of what those cost."
        let chart = Chart(
            series: [kept, anew], horizontal: "hour, UTC", vertical: "cost a tick", startsAtZero: true, isWide: true)
        return "<section><h2>Regret of a plan that is kept</h2>\n<p>\(words)</p>\n\(chart.svg())</section>\n"
    }

    /// How many of the base's demand series are drawn.
    public static let seriesLimit = 6
    private static let daysShown = 5.0

    /// Demand: by region now and at its most, by hour where hours were asked for, and the base's own series with their
    /// forecasts.
    var demandSection: String {
        var parts: [String] = []
        if let table = regionTable { parts.append(table) }
        if !answers.regret.isEmpty {
            parts.append(
                Chart(
                    series: [
                        .init(name: "", points: answers.regret.map { ($0.hour, Double($0.participants)) }, colour: 0)
                    ], horizontal: "hour, UTC", vertical: "participants", startsAtZero: true
                ).svg())
        }
        for (number, series) in base.snapshot.history.prefix(Self.seriesLimit).enumerated() {
            parts.append(history(series, forecasts.indices.contains(number) ? forecasts[number] : nil))
        }
        return parts.isEmpty
            ? "" : "<section><h2>Demand and forecast</h2>\n<div class=\"charts\">\(parts.joined())</div></section>\n"
    }

    private func history(_ series: DemandSeries, _ forecast: Forecast?) -> String {
        let hours = series.step / 3600
        let end = series.values.count
        // The last days are enough to see the season by; all of a long history would hide the forecast.
        let first = max(0, end - Int(Self.daysShown * 24 / hours))
        let measured = (first..<end).map { (Double($0) * hours, series.values[$0]) }
        var lines = [Chart.Series(name: "measured", points: measured, colour: 0)]
        if let forecast {
            func line(_ name: String, _ values: [Double], _ colour: Int, isDashed: Bool = true) -> Chart.Series {
                let points = values.enumerated().map { (Double(end + $0) * hours, $1) }
                return Chart.Series(name: name, points: points, colour: colour, isDashed: isDashed)
            }
            lines += [
                line("forecast", forecast.points, 1, isDashed: false),
                line("below with 5 %", forecast.low, 2), line("below with 95 %", forecast.high, 3),
            ]
        }
        let name = series.sessionType + (series.region.map { ", \($0)" } ?? "")
        return Chart(
            series: lines, horizontal: "hours since \(series.start)", vertical: "\(name): participants",
            startsAtZero: true
        ).svg()
    }

    private var regionTable: String? {
        let largest = worst.max { $0.result.figures.participants < $1.result.figures.participants } ?? base
        let now = byRegion(base)
        guard now.count > 1 else { return nil }
        let then = byRegion(largest)
        let grows = largest.result.figures.participants != base.result.figures.participants
        var table = ReportTable(
            headings: ["region of the nearest site", "participants"] + (grows ? [largest.result.name] : []))
        for region in now.keys.sorted() {
            table.rows.append(
                [.words(region), .count(now[region] ?? 0)] + (grows ? [.count(then[region] ?? 0)] : []))
        }
        return "<div>\(table.html())</div>"
    }

    private func byRegion(_ detail: Detail) -> [String: Int] {
        var counts: [String: Int] = [:]
        for person in detail.snapshot.participants {
            let nearest = base.snapshot.sites.min {
                $0.coordinate.distance(to: person.coordinate) < $1.coordinate.distance(to: person.coordinate)
            }
            counts[nearest?.region ?? "none", default: 0] += 1
        }
        return counts
    }
}
