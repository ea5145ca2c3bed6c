import Foundation
import FoundationXML
import MeshRendering
import MeshTypes
import TestSupport
import Testing

@Suite("Pictures of plans")
struct PictureTests {
    /// Collects what a picture draws, and whether it is well-formed.
    private final class Collector: NSObject, XMLParserDelegate {
        var circles = 0
        var texts = 0
        var links = Set<String>()
        private(set) var pathData: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            if name == "circle" { circles += 1 }
            if name == "text" { texts += 1 }
            if let data = attributes["d"] { pathData.append(data) }
            for (key, value) in attributes where ["href", "src", "xlink:href"].contains(key) { links.insert(value) }
        }
    }

    private func parse(_ picture: PlanPicture) throws -> Collector {
        let parser = XMLParser(data: Data(picture.svg().utf8))
        let collector = Collector()
        parser.delegate = collector
        try #require(parser.parse(), "the picture is not well-formed: \(String(describing: parser.parserError))")
        return collector
    }

    @Test("are well-formed and stand alone, wherever the session is", arguments: 0..<24)
    func wellFormed(seed: Int) throws {
        let spread = [0, 0.4, 30, 360][seed % 4]
        let (snapshot, plan) = RandomWorlds.make(
            seed: UInt64(seed), sites: 1 + seed * 3, participants: seed * 40, spread: spread)
        let picture = PlanPicture(snapshot: snapshot, plan: plan)
        let drawn = try parse(picture)
        #expect(drawn.links.isEmpty)
        #expect(drawn.circles >= snapshot.sites.count { plan.sessions[0].sites.contains($0.id) })
        let numbers = drawn.pathData.joined(separator: " ")
        #expect(!numbers.contains("nan") && !numbers.contains("inf"))
        let page = picture.html()
        for forbidden in ["<script", "http://", "https://", "url(http", "@import"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
        #expect(page.contains("Worlds &lt;&amp;&gt; &quot;\(seed)&quot;"))
    }

    @Test("are the same bytes each time")
    func deterministic() {
        let (snapshot, plan) = RandomWorlds.make(seed: 5, sites: 30, participants: 300, spread: 360)
        let first = PlanPicture(snapshot: snapshot, plan: plan)
        let second = PlanPicture(snapshot: snapshot, plan: plan)
        #expect(first.svg() == second.svg())
        #expect(first.html() == second.html())
    }

    @Test("need no sites and no participants")
    func empty() throws {
        let (snapshot, plan) = RandomWorlds.make(seed: 1, sites: 0, participants: 0, spread: 10)
        #expect(try parse(PlanPicture(snapshot: snapshot, plan: plan)).texts > 0)
    }

    @Test("ignore sites and participants that the snapshot does not know")
    func strangers() throws {
        let (snapshot, plan) = RandomWorlds.make(seed: 2, sites: 5, participants: 50, spread: 20)
        var fewer = snapshot
        fewer.sites.removeLast(4)
        fewer.participants.removeLast(30)
        _ = try parse(PlanPicture(snapshot: fewer, plan: plan))
    }

    @Test("show other strategies beside the plan")
    func comparison() {
        let (snapshot, plan) = RandomWorlds.make(seed: 3, sites: 5, participants: 50, spread: 20)
        var other = plan
        other.strategy = .nearest
        other.sessions[0].latency.mean *= 1.5
        let page = PlanPicture(snapshot: snapshot, plan: plan, comparison: [other]).html()
        #expect(page.contains("<td>nearest"))
        #expect(page.contains("+50.0 %"))
    }

    @Test("stay small for large worlds")
    func large() {
        let (snapshot, plan) = RandomWorlds.make(seed: 4, sites: 300, participants: 20_000, spread: 360)
        #expect(PlanPicture(snapshot: snapshot, plan: plan).svg().utf8.count < 4_000_000)
    }
}
