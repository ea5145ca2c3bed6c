import Foundation
import MeshInstances
import ScenarioFiles
import Scenarios
import TestSupport
import Testing

/// Scenario files: what is read, and how what is wrong is refused.
@Suite("scenario files")
struct StudyReaderTests {
    private static func read(_ text: String) throws -> Study {
        try StudyReader.read(InputFile(name: "s.yaml", contents: Array(text.utf8)))
    }

    @Test("the bundled scenario files are read")
    func bundled() throws {
        for name in ["provider-outage", "next-year", "open-region"] {
            let path = SharedData.repositoryRoot.appending(path: "Models/Scenarios/\(name).yaml").path
            #expect(!(try StudyReader.read(InputFile.read(path)).axes.isEmpty))
        }
    }

    @Test("all that can be written is understood")
    func all() throws {
        let study = try Self.read(
            """
            name: all
            base: {generate: {sites: 5, participants: 10, seed: 3}}
            given: [{prices: {to: x2}}]
            seed: 4
            repetitions: 2
            combine: list
            risk-groups: [{name: g, sites: [a], links: [[a, b]]}]
            variations:
              - {name: one, growth: [1, 1.5]}
              - {name: two, growth: {factors: 2, region: r, type: t, session: s}}
              - hours: {at: 0-3, peak: 21, low: 0.2, weekend: 1.1}
              - times: [2026-01-05T20:00:00Z]
              - add-sites: {each: true, sites: [{id: n, latitude: 1, longitude: 2, servers: 3, price: 4, like: a}]}
              - remove-sites: {region: r, each: true}
              - servers: {to: [4, +2, -1, x1.5], provider: p}
              - prices: {to: x2}
              - links: {between: [a], and: {region: r}, latency: [+20, x2], cut: true}
              - failures: {of: group, count: two}
              - policy: {site-limit: [4-6, none], type: t}
            assertions: ["p95 <= 100 under any one"]
            questions: {frontier: 5, shadow-prices: true, hours: 0-23, fewest-servers: mean <= 5, purchases: 2, regret: true, bandwidth: 2}
            """)
        #expect(study.axes.count == 11)
        #expect(study.axes[2].kind == .hours([0, 1, 2, 3], DailyCurve(peak: 21, low: 0.2, weekend: 1.1)))
        #expect(study.axes[10].kind == .policy(.siteLimit, [4, 5, 6, nil], .init(type: "t")))
        #expect(study.axes[6].line == 15)
        #expect(study.questions.hours.count == 24)
        #expect(study.given.count == 1)
    }

    @Test(
        "a refusal names the line and what was expected",
        arguments: [
            ("base: x\nvaritions: []\n", "s.yaml:2:", "did you mean 'variations'"),
            ("name: x\n", "s.yaml:1:", "no key 'base'"),
            ("base: {snapshto: x}\n", "s.yaml:1:", "did you mean 'snapshot'"),
            ("base: x\nvariations:\n  - growth: -1\n", "s.yaml:3:", "expected a number from 0"),
            ("base: x\nvariations:\n  - growth: [1]\n    hours: 3\n", "s.yaml:3:", "exactly one of"),
            ("base: x\nvariations:\n  - growth: 1\n  - growth: 2\n", "s.yaml:4:", "a 'name' of its own"),
            ("base: x\nvariations:\n  - failures: {of: regoin}\n", "s.yaml:3:", "did you mean 'region'"),
            ("base: x\nvariations:\n  - policy: {site-limit: 1, redundancy: 2}\n", "s.yaml:3:", "exactly one"),
            ("base: x\nassertions:\n  - p95 <= 1\n  - p95 >= 2\n", "s.yaml:4:", "contradicts"),
            ("base: x\nassertions:\n  - p95 <= \n", "s.yaml:3:", "no number"),
            ("base: x\nseed: [\n", "s.yaml:", "no YAML"), ("base: x\nbase: y\n", "s.yaml:", "duplicate key 'base'"),
            ("base: {url: ftp://x}\n", "s.yaml:1:", "http://"), ("", "s.yaml:1:", "holds nothing"),
            ("base: x\nquestions: {regret: true}\n", "s.yaml:2:", "without 'hours'"),
            (String(repeating: "[", count: 5_000), "s.yaml:1:", "nested"),
            (String(repeating: "- ", count: 5_000), "s.yaml:1:", "nested"),
        ])
    func refused(text: String, place: String, why: String) throws {
        let error = try #require(throws: InputError.self) { try Self.read(text) }
        #expect(error.description.hasPrefix(place), "\(error.description)")
        #expect(error.description.contains(why), "\(error.description)")
    }

    @Test("damaged files are refused, never a crash")
    func damaged() throws {
        let path = SharedData.repositoryRoot.appending(path: "Models/Scenarios/next-year.yaml").path
        let bytes = try InputFile.read(path).bytes
        var random = SplitMix64(seed: 12)
        for _ in 0..<400 {
            var copy = bytes
            for _ in 0..<random.integer(1...6) {
                let place = random.integer(0...(copy.count - 1))
                if random.chance(0.5) { copy[place] = UInt8(random.integer(32...126)) } else { copy.remove(at: place) }
            }
            _ = try? StudyReader.read(InputFile(name: "s.yaml", contents: copy))
        }
    }
}
