import Foundation
import MeshInstances
import MeshTypes
import TestSupport
import Testing

@Suite("Snapshot files")
struct SnapshotFileTests {
    /// A snapshot with every key of the format.
    static let complete = """
        {
          "version": 1, "name": "a \\u00fc \\ud83d\\ude00", "source": "test", "time": "2024-02-29T20:00:00.5Z",
          "sites": [
            {"id": "ams", "name": "Amsterdam", "latitude": 52.37, "longitude": 4.9, "servers": {"free": 4, "total": 6},
             "load-per-server": 50, "price": 40, "provider": "x", "region": "europe"},
            {"id": "fra", "latitude": 50.1, "longitude": 8.7, "servers": {"free": 0, "total": 0},
             "load-per-server": 1, "price": 0.5}],
          "sessions": [
            {"id": "s1", "type": "match", "policy": {"latency-cap": 120.5, "site-limit": 8, "server-limit": 12,
             "move-budget": 20, "redundancy": 1, "move-price": 5, "latency-value": 1, "unserved-price": 10000}},
            {"id": "s2", "type": "call", "policy": {"interaction": "nearby", "reach": 250, "soft-latency-cap": 60,
             "soft-cap-price": 0.5, "cap-relaxation": 2, "cooldown": 30, "risk": 0.01, "degree-limit": 3,
             "two-edge-connected": true, "media": [{"class": "video", "rate": 1.5, "latency-weight": 1,
             "loss-tolerance": 0.01}]}}],
          "participants": [
            {"id": "p1", "session": "s1", "latitude": 48.85, "longitude": 2.35, "profile": "speaker"},
            {"id": "p2", "session": "s2", "latitude": -90, "longitude": 180, "waiting": 7.5}],
          "profiles": [{"name": "speaker", "load": 4, "publishes": false}],
          "links": [
            {"from": "ams", "to": "fra", "latency": 7.2, "bandwidth": 1000, "loss": 0.001},
            {"from": "fra", "to": "ams", "latency": 7.3}],
          "access-latency": [
            {"participant": "p1", "site": "ams", "latency": 9.5, "error": 0.4, "age": 12},
            {"participant": "p2", "site": "fra", "latency": 19.001}],
          "history": [
            {"session-type": "match", "region": "europe", "start": "2026-01-01T00:00:00Z", "step": 3600,
             "values": [120, 90.5]}],
          "previous": null
        }
        """

    private func read(_ text: String) throws -> Snapshot { try SnapshotReader.read(input(text)) }

    @Test("Every key is read")
    func meaning() throws {
        let snapshot = try read(SnapshotFileTests.complete)
        #expect(snapshot.name == "a ü 😀" && snapshot.source == "test" && snapshot.time == "2024-02-29T20:00:00.5Z")
        #expect(
            snapshot.sites == [
                Site(
                    id: "ams", name: "Amsterdam", coordinate: GeoCoordinate(latitude: 52.37, longitude: 4.9),
                    freeServers: 4, totalServers: 6, loadPerServer: 50, price: 40, provider: "x", region: "europe"),
                Site(
                    id: "fra", name: "fra", coordinate: GeoCoordinate(latitude: 50.1, longitude: 8.7), freeServers: 0,
                    totalServers: 0, loadPerServer: 1, price: 0.5),
            ])
        let policy = SessionPolicy(
            latencyCap: Latency(microseconds: 120_500), siteLimit: 8, serverLimit: 12, moveBudget: 20, redundancy: 1,
            movePrice: 5, latencyValue: 1, unservedPrice: 10_000)
        let other = SessionPolicy(
            interaction: .nearby(reach: 250), softLatencyCap: Latency(milliseconds: 60), softCapPrice: 0.5,
            capRelaxation: 2, cooldown: 30, risk: 0.01, degreeLimit: 3, twoEdgeConnected: true, media: [.video])
        #expect(
            snapshot.sessions == [
                Session(id: "s1", type: "match", policy: policy), Session(id: "s2", type: "call", policy: other),
            ])
        #expect(
            snapshot.participants == [
                Participant(
                    id: "p1", session: "s1", coordinate: GeoCoordinate(latitude: 48.85, longitude: 2.35),
                    profile: "speaker"),
                Participant(
                    id: "p2", session: "s2", coordinate: GeoCoordinate(latitude: -90, longitude: 180),
                    waiting: 7.5),
            ])
        #expect(snapshot.profiles == [Profile(name: "speaker", load: 4, publishes: false)])
        #expect(snapshot.participantLoads() == [4, 1])
        let links = [
            Link(from: "ams", to: "fra", latency: Latency(microseconds: 7_200), bandwidth: 1_000, loss: 0.001),
            Link(from: "fra", to: "ams", latency: Latency(microseconds: 7_300)),
        ]
        #expect(snapshot.network == .links(links))
        #expect(snapshot.accessLatency.microseconds == [9_500, -1, -1, 19_001])
        #expect(snapshot.accessLatency.errors == [0.4, -1, -1, -1] && snapshot.accessLatency.ages == [12, -1, -1, -1])
        let series = DemandSeries(
            sessionType: "match", region: "europe", start: "2026-01-01T00:00:00Z", step: 3_600, values: [120, 90.5])
        #expect(snapshot.history == [series])
        #expect(snapshot.previous == nil)
    }

    @Test("Dense tables: a row a participant, null where nobody measured, one error for all")
    func dense() throws {
        let text = SnapshotFileTests.complete
            .replacing(/"links": \[[^\]]*\]/, with: "\"site-latency\": [[0, 7.2], [null, null]]")
            .replacing(
                /"access-latency": \[[^\]]*\]/,
                with: #""access-latency": {"error": 0.5, "dense": [[1, null], [2, 3]], "age": [[1, null], [2, 3]]}"#)
        let snapshot = try read(text)
        guard case .dense(let table) = snapshot.network else {
            Issue.record("not dense")
            return
        }
        #expect(table.microseconds == [0, 7_200, -1, 0])
        #expect(snapshot.accessLatency.microseconds == [1_000, -1, 2_000, 3_000])
        #expect(snapshot.accessLatency.errors == [0.5, 0.5, 0.5, 0.5] && snapshot.accessLatency.ages == [1, -1, 2, 3])
    }

    @Test("The sessions that come with the product are read")
    func bundled() throws {
        for name in ["europe-conference", "world-match"] {
            let path = SharedData.repositoryRoot.appending(path: "Models/Sessions/\(name).json").path
            let snapshot = try SnapshotReader.read(.read(path))
            #expect(snapshot.sites.count >= 30 && snapshot.participants.count >= 100)
            let written = try InputFile(name: "written", contents: SnapshotWriter.text(snapshot))
            #expect(try SnapshotReader.read(written) == snapshot)
        }
    }

    @Test("What is written reads back, whole or in parts")
    func roundTrip() throws {
        let snapshot = try read(SnapshotFileTests.complete)
        #expect(try read(String(decoding: SnapshotWriter.text(snapshot), as: UTF8.self)) == snapshot)
        let folder = FileManager.default.temporaryDirectory.appending(path: "rmc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = SnapshotWriter.files(snapshot, name: "world.json", partLimit: 10)
        #expect(files.map(\.name) == ["world.json", "world.participants.json", "world.access-latency.json"])
        for file in files { try Data(file.bytes).write(to: folder.appending(path: file.name)) }
        #expect(try SnapshotReader.read(.read(folder.appending(path: "world.json").path)) == snapshot)
        expectRefusal(at: 5, "at participants: ") {
            var text = String(decoding: files[1].bytes, as: UTF8.self)
            text += "1"
            try Data(text.utf8).write(to: folder.appending(path: files[1].name))
            return try SnapshotReader.read(.read(folder.appending(path: "world.json").path))
        }
    }

    /// A change of the complete snapshot, and where and how it is refused.
    struct Refusal: CustomTestStringConvertible {
        var old: String
        var new: String
        var line: Int
        var part: String

        init(_ old: String, _ new: String, _ line: Int, _ part: String) {
            (self.old, self.new, self.line, self.part) = (old, new, line, part)
        }

        var testDescription: String { new }
    }

    @Test("What is wrong is refused at its line and path", arguments: refusals)
    func refused(_ refusal: Refusal) {
        #expect(SnapshotFileTests.complete.contains(refusal.old))
        let text = SnapshotFileTests.complete.replacingOccurrences(of: refusal.old, with: refusal.new)
        expectRefusal(at: refusal.line, refusal.part) { try read(text) }
    }

    static let refusals = [
        Refusal("\"version\": 1", "\"version\": 2", 2, "at version: is 2.0"),
        Refusal("\"version\": 1, ", "", 1, "'version'"),
        Refusal("52.37", "90.1", 4, "at sites[0].latitude: is 90.1; expected a number from -90.0 to 90.0"),
        Refusal("52.37", "NaN", 4, "'NaN'; expected a number"), Refusal("52.37", "1e999", 4, "too large"),
        Refusal("52.37", "\"52\"", 4, "found a string; expected a number"), Refusal("52.37", "052", 4, "'052'"),
        Refusal("4.9", "-180.5", 4, "at sites[0].longitude"), Refusal("\"free\": 4", "\"free\": 7", 4, "7 free"),
        Refusal("\"free\": 4", "\"free\": -1", 4, "at sites[0].servers.free: is -1.0"),
        Refusal("\"free\": 4", "\"free\": 1.5", 4, "whole number"),
        Refusal("\"fra\", \"latitude", "\"ams\", \"latitude", 6, "at sites[1].id: is the duplicate site ams"),
        Refusal("\"price\": 40", "\"price\": -40", 5, "at sites[0].price"),
        Refusal("\"price\": 40", "\"cost\": 40", 5, "at sites[0].cost: is an unknown key"),
        Refusal("\"price\": 40, ", "", 4, "at sites[0]: has no key 'price'"),
        Refusal("\"price\": 40", "\"price\": 40, \"price\": 41", 5, "duplicate key"),
        Refusal("120.5", "60001", 9, "at sessions[0].policy.latency-cap"),
        Refusal("\"s2\", \"type", "\"s1\", \"type", 11, "duplicate session"),
        Refusal("\"session\": \"s2\"", "\"session\": \"s3\"", 17, "at participants[1].session: is 's3'"),
        Refusal("\"p2\", \"session", "\"p1\", \"session", 17, "duplicate participant"),
        Refusal("\"profile\": \"speaker\"", "\"profile\": \"x\"", 16, "no profile"),
        Refusal("\"load\": 4", "\"load\": 0", 18, "at profiles[0].load"),
        Refusal("\"to\": \"ams\"", "\"to\": \"zrh\"", 21, "at links[1].to: is 'zrh'"),
        Refusal("\"to\": \"ams\"", "\"to\": \"fra\"", 21, "to itself"),
        Refusal("\"fra\", \"to\": \"ams\"", "\"ams\", \"to\": \"fra\"", 21, "duplicate link"),
        Refusal("0.001", "1.5", 20, "at links[0].loss"),
        Refusal("\"p2\", \"site", "\"p9\", \"site", 24, "at access-latency[1].participant"),
        Refusal("\"p2\", \"site\": \"fra\"", "\"p1\", \"site\": \"ams\"", 24, "second measurement"),
        Refusal("19.001", "-19", 24, "at access-latency[1].latency"),
        Refusal("2026-01-01", "2026-02-30", 26, "at history[0].start"),
        Refusal("90.5", "-90", 27, "at history[0].values[1]"), Refusal("2024-02-29", "2023-02-29", 2, "at time: is"),
        Refusal("\\ude00", "", 2, "surrogate"),
        Refusal("\"previous\": null", "\"previous\": 7", 28, "at previous: found '7'; expected an object"),
        Refusal("\"nearby\"", "\"far\"", 11, "is 'far'; expected one of everyone, nearby, audience"),
        Refusal("\"nearby\"", "\"audience\"", 11, "a reach and the interaction audience"),
        Refusal("\"reach\": 250", "\"reach\": 0", 11, "at sessions[1].policy.reach"),
        Refusal("\"risk\": 0.01", "\"risk\": 1.01", 12, "at sessions[1].policy.risk"),
        Refusal("\"degree-limit\": 3", "\"degree-limit\": 0", 12, "at sessions[1].policy.degree-limit"),
        Refusal("\"class\": \"video\"", "\"class\": \"smell\"", 13, "media[0].class: is 'smell'"),
        Refusal("\"rate\": 1.5, ", "", 13, "at sessions[1].policy.media[0]: has no key 'rate'"),
        Refusal("\"waiting\": 7.5", "\"waiting\": -1", 17, "at participants[1].waiting"),
        Refusal("\"publishes\": false", "\"publishes\": 0", 18, "true or false"),
    ]

    @Test("A snapshot cut anywhere is refused")
    func truncated() {
        let bytes = Array(SnapshotFileTests.complete.utf8)
        for length in 0..<bytes.count - 1 {
            #expect(throws: InputError.self) {
                try SnapshotReader.read(InputFile(name: "cut", contents: Array(bytes[..<length])))
            }
        }
    }

    @Test("Tables of another shape are refused")
    func shapes() {
        let tables: [(String, String)] = [
            ("[[0, 1]]", "at site-latency: is a table of 1 rows; expected 2"),
            ("[[0], [1, 0]]", "at site-latency[0]: is a row of 1"),
            ("[[0, 1, 2], [1, 0]]", "one column too many"), ("[[0, 1], [1, 0], [2]]", "one row too many"),
            ("[[5, 1], [1, 0]]", "site-latency[0][0]: is 5.0 ms from a site to itself"),
            ("{\"file\": \"x\"}", "in no folder"), ("{}", "expected an array"),
        ]
        for (table, part) in tables {
            let text = SnapshotFileTests.complete.replacing(/"links": \[[^\]]*\]/, with: "\"site-latency\": \(table)")
            expectRefusal(at: 19, part) { try read(text) }
        }
        expectRefusal(at: 19, "expected one of the two") {
            try read(
                SnapshotFileTests.complete.replacing("\"links\"", with: "\"site-latency\": [[0, 1], [1, 0]], \"links\"")
            )
        }
    }
}
