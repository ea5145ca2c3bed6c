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
