import Foundation
import MeshInstances
import MeshTypes
import Testing

@Suite("Plan files")
struct PlanFileTests {
    static let plan: Plan = {
        let session = SessionPlan(
            id: "s \"1\"", sites: ["ams", "fra"], participants: 3, servers: ["ams": 1, "fra": 2],
            load: ["ams": 1, "fra": 1],
            assignment: ["p1": "ams", "p2": "fra"],
            unserved: [.init(participant: "p3", reason: .latencyCap, price: 12.5)],
            cost: .init(interaction: 1.1, rent: 2.25, disruption: 0, unserved: 1e4, excess: 0.5), bound: 0.1 + 0.2,
            gap: 33_000.5,
            latency: .init(mean: 1.5, p50: 1, p95: 2, max: 3), migrations: 1,
            certificate: .openPath)
        var certified = session
        certified.id = "t"
        certified.certificate = .potentials(
            PairPotentials(
                sites: ["ams", "fra"], groups: [0, 1, 0], tables: [[0, -1200], [7, 0]], values: [1.5, 0, -2],
                loadPrices: ["fra": 0.25], serverValue: 3.5))
        return Plan(
            strategy: .best, objective: 10_003.35, bound: 0.3, gap: nil, stage: .localOptimum,
            sessions: [session, certified],
            totals: .init(
                participants: 3, served: 2, servers: 3, interaction: 1.1, rent: 2.25, disruption: 0, unserved: 1e4,
                moves: 1, excess: 0.5),
            poolPrices: ["ams": 1.25, "fra": 40], leastUnserved: 1, shadowPrices: ["ams": 2.5],
            seconds: ["repair": 0.5, "bound": 1e-7], checksum: "x")
    }()

    private func read(_ text: String) throws -> Plan { try PlanReader.read(input(text)) }

    @Test("What is written reads back exactly")
    func roundTrip() throws {
        let text = String(decoding: PlanWriter.text(PlanFileTests.plan), as: UTF8.self)
        #expect(try read(text) == PlanFileTests.plan)
    }

    @Test("A plan by the strategy's earlier name, and without prices of the pool, is read")
    func earlierNames() throws {
        var plain = PlanFileTests.plan
        (plain.poolPrices, plain.leastUnserved) = ([:], nil)
        let text = String(decoding: PlanWriter.text(plain), as: UTF8.self)
        #expect(!text.contains("pool-prices") && !text.contains("least-unserved"))
        #expect(try read(text.replacing("\"best\"", with: "\"optimal\"")) == plain)
    }

    @Test("The checksum covers all but itself")
    func checksum() throws {
        let sealed = PlanWriter.sealed(PlanFileTests.plan)
        let checksum = try #require(sealed.checksum)
        #expect(PlanWriter.checksum(sealed) == checksum)
        var plan = sealed
        plan.sessions[0].migrations += 1
        #expect(PlanWriter.checksum(plan) != checksum)
        plan = sealed
        plan.seconds?["repair"] = 0.25
        #expect(PlanWriter.checksum(plan) != checksum)
    }

    @Test("What is wrong is refused at its line and path")
    func refusals() throws {
        let text = String(decoding: PlanWriter.text(PlanFileTests.plan), as: UTF8.self)
        let changes: [(String, String, String)] = [
            ("\"best\"", "\"worst\"", "at strategy: is 'worst'; expected one of best, single"),
            ("\"version\": 1", "\"version\": 3", "at version"), ("10003.35", "nan", "at objective: found 'nan'"),
            ("\"migrations\": 1", "\"migrations\": 1.5", "at sessions[0].migrations: is 1.5"),
            ("\"migrations\": 1", "\"moves\": 1", "unknown key"),
            ("\"unit\": \"ms\"", "\"unit\": 7", "a string"),
            ("\"p2\"", "\"p1\"", "at sessions[0].assignment.p1: is a duplicate key"),
            ("latency-cap", "boredom", "at sessions[0].unserved[0].reason"),
            (
                "open-path", "guess",
                "at sessions[0].certificate: is 'guess'; expected one of path, open-path, access, search"
            ),
        ]
        for (old, new, part) in changes {
            let place = try #require(text.range(of: old))
            let line = text[..<place.lowerBound].split(separator: "\n", omittingEmptySubsequences: false).count
            expectRefusal(at: line, part) { try read(text.replacing(old, with: new)) }
        }
        expectRefusal(at: text.split(separator: "\n").count + 1, "the end of the file") { try read(text + "{}") }
    }
}
