import MeshRendering
import MeshTypes
import TestSupport
import Testing

@Suite("Plans as text")
struct TextTests {
    @Test("lines keep to the terminal's width", arguments: [80, 100, 160])
    func width(width: Int) {
        for seed in 0..<10 {
            let (snapshot, plan) = RandomWorlds.make(
                seed: UInt64(seed), sites: 3 + seed, participants: 200, spread: 40)
            let style = TextStyle(width: width)
            let text = PlanText(snapshot: snapshot, plan: plan, comparison: [plan, plan], style: style).text()
            for line in text.split(separator: "\n") { #expect(line.count <= width, "\(line)") }
        }
    }

    @Test("colours only where they are wanted")
    func colours() {
        let (snapshot, plan) = RandomWorlds.make(seed: 1, sites: 3, participants: 20, spread: 40)
        let plain = PlanText(snapshot: snapshot, plan: plan, style: TextStyle(width: 100)).text()
        let coloured = PlanText(
            snapshot: snapshot, plan: plan, style: TextStyle(isColoured: true, width: 100)
        ).text()
        #expect(!plain.contains("\u{1B}"))
        #expect(coloured.contains("\u{1B}[1m"))
        #expect(coloured.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("many sessions are summed up")
    func manySessions() {
        let (snapshot, plan) = RandomWorlds.make(seed: 1, sites: 3, participants: 20, spread: 40)
        var many = plan
        many.sessions = (0..<60).map { number in
            var session = plan.sessions[0]
            session.id = SessionID("session-\(number)")
            return session
        }
        let text = PlanText(snapshot: snapshot, plan: many).text()
        #expect(text.contains("session-3"))
        #expect(text.contains("and 20 sessions more"))
    }

    @Test("a table aligns its columns and shortens names that do not fit")
    func table() {
        var table = TextTable([.init("name", .left), .init("count")])
        table.add(["a", "1"])
        table.add([String(repeating: "long ", count: 30), "1,000"])
        let lines = table.text(TextStyle(width: 40)).split(separator: "\n").map(String.init)
        #expect(lines.count == 4)
        #expect(lines[2].hasPrefix("a ") && lines[2].hasSuffix("    1"))
        #expect(lines[3].contains("\u{2026}") && lines[3].hasSuffix("1,000"))
        #expect(Set(lines.map(\.count)) == [40])
    }

    @Test("without a width nothing is cut; wide letters take two columns; a C locale gets ASCII")
    func unlimited() {
        var table = TextTable([.init("name", .left), .init("count")])
        let long = String(repeating: "long ", count: 60)
        table.add([long, "1"])
        #expect(table.text(TextStyle(width: .max)).contains(long))
        var wide = TextTable([.init("name", .left), .init("count")])
        for name in ["東京", "Zürich", "e\u{301}a", "abcd"] { wide.add([name, "7"]) }
        let lines = wide.text(TextStyle(isASCII: true)).split(separator: "\n").map(String.init)
        #expect(Set(lines[1]).isSubset(of: ["-", " "]))
        #expect(lines[2] == "東京        7" && lines[3] == "Zürich      7" && lines[4] == "e\u{301}a          7")
        #expect(table.text(TextStyle(width: 40, isASCII: true)).allSatisfy { $0.isASCII })
    }

    @Test("gaps of one table are against one bound; latencies of plans that leave out others do not compare")
    func comparison() throws {
        let (snapshot, plan) = RandomWorlds.make(seed: 1, sites: 3, participants: 20, spread: 40)
        var best = plan
        (best.objective, best.bound, best.gap) = (120, 100, 0.2)
        var other = best
        (other.strategy, other.objective, other.bound, other.gap) = (.nearest, 150, 75, 1)
        other.totals.served -= 3
        let text = PlanText(snapshot: snapshot, plan: best, comparison: [other]).text()
        let row = try #require(text.split(separator: "\n").last { $0.hasPrefix("nearest") })
        #expect(row.contains("50.0 %") && row.contains("  3  ") && row.hasSuffix(" -"))
        #expect(text.contains("left out"))
    }

    @Test("of several sessions the latency is what the caller says of all their pairs")
    func pooled() {
        let (snapshot, plan) = RandomWorlds.make(seed: 1, sites: 3, participants: 20, spread: 40)
        var two = plan
        var second = plan.sessions[0]
        second.id = "second"
        two.sessions.append(second)
        let all = LatencyStatistics(mean: 1.5, p50: 2.5, p95: 3.5, max: 4.5)
        let text = PlanText(snapshot: snapshot, plan: two) { _ in all }.text()
        #expect(text.contains("mean 1.5   p50 2.5   p95 3.5   max 4.5 ms"))
        #expect(PlanPicture(snapshot: snapshot, plan: two) { _ in all }.svg().contains("p95 3.5 ms"))
    }

    @Test(
        "figures have few digits",
        arguments: [
            (Numerals.grouped(1_234_567), "1,234,567"), (Numerals.grouped(-12), "-12"), (Numerals.grouped(0), "0"),
            (Numerals.grouped(.min), "-9,223,372,036,854,775,808"), (Numerals.fixed(1234.567, decimals: 1), "1,234.6"),
            (Numerals.fixed(-0.04, decimals: 1), "0.0"), (Numerals.fixed(0.05, decimals: 2), "0.05"),
            (Numerals.fixed(.nan, decimals: 2), "-"), (Numerals.fixed(99.96, decimals: 1), "100.0"),
            (Numerals.percent(0), "0 %"), (Numerals.percent(0.00001), "< 0.01 %"), (Numerals.percent(0.005), "0.50 %"),
            (Numerals.percent(0.123), "12.3 %"), (Numerals.signedPercent(0.5), "+50.0 %"),
            (Numerals.signedPercent(-0.5), "-50.0 %"), (Numerals.seconds(0.00012), "0.00012"),
            (Numerals.seconds(12.345), "12.35"),
        ])
    func numerals(shown: String, expected: String) {
        #expect(shown == expected)
    }
}
