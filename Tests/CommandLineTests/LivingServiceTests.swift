import Foundation
import TestSupport
import Testing

/// A living service against what is promised of it: the README's session, snapshots for the planner, TLS, traces.
@Suite(.serialized, .enabled(if: ServedService.has("curl"), "needs curl"))
struct LivingServiceTests {
    /// A command of the README and what it shows.
    struct Shown {
        var command: String
        var output: String
    }

    /// The lines of README between two of its words, as commands and outputs.
    static func shown() throws -> [Shown] {
        let text = try String(
            contentsOf: SharedData.repositoryRoot.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(text.range(of: "    $ ask() {"))
        let end = try #require(text.range(of: "\n(lines are broken here"))
        var shown: [Shown] = []
        for line in text[start.lowerBound..<end.lowerBound].split(separator: "\n").map({ $0.dropFirst(4) }) {
            let isOpen = shown.last.map { !$0.command.count(where: { $0 == "'" }).isMultiple(of: 2) } ?? false
            if isOpen {
                shown[shown.count - 1].command += "\n" + line
            } else if line.hasPrefix("$ ") {
                shown.append(Shown(command: String(line.dropFirst(2)), output: ""))
            } else {
                shown[shown.count - 1].output += line
            }
        }
        return shown
    }

    /// Without blanks, and with figures that have a fraction as `#`: decisions, versions and names are to be the same;
    /// bounds and gaps are another with each better bound.
    private static func squeezed(_ text: String) -> String {
        text.replacing(/[0-9]+\.[0-9]+/, with: "#").filter { !$0.isWhitespace }
    }

    @Test func theReadmeShowsWhatTheServiceGives() throws {
        // No tick comes between the commands: on a busy machine they would see another mesh than the README's.
        let service = try ServedService(["--tick-interval", "3000", "--log-level", "trace"])
        let all = try Self.shown()
        #expect(all.count == 11)
        let definitions = all.prefix(2).map(\.command).joined(separator: "\n")
            .replacing("127.0.0.1:8080", with: "127.0.0.1:\(service.port)")
        for step in all.dropFirst(2) {
            var output = try service.shell(definitions + "\n" + step.command)
            if step.command.contains("# a tick later") {
                for _ in 0..<100 where Self.squeezed(output) != Self.squeezed(step.output) {
                    Thread.sleep(forTimeInterval: 0.1)
                    output = try service.shell(definitions + "\n" + step.command)
                }
            }
            #expect(
                Self.squeezed(output) == Self.squeezed(step.output), "README.md shows another output of \(step.command)"
            )
        }
        let key = try service.key
        #expect(service.stop() == 0)
        #expect(key.count >= 16 && !service.errors.contains(key))
    }

    @Test func snapshotsUnderChurnFeedPlanVerifyAndWhatIf() throws {
        let service = try ServedService([
            "--world", "wonder", "--world-participants", "300", "--world-sites", "20", "--tick-interval", "100",
            "--world-data", SharedData.repositoryRoot.appending(path: "Models/Sessions/world-match.json").path,
        ])
        let files = try Scratch()
        let study = try files.file(
            "study.yaml",
            """
            name: fork
            base: {url: "\(service.address)/v1/snapshot"}
            variations:
              - name: demand
                growth: [1]
            assertions:
              - mean pair latency <= 100000 ms
            """)
        func people() throws -> Set<String> {
            let data = try Data(contentsOf: URL(filePath: try service.fetch("/v1/snapshot", as: "snapshot.json")))
            let snapshot = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let all = snapshot?["participants"] as? [[String: Any]] ?? []
            return Set(all.compactMap { $0["id"] as? String })
        }
        // The world fills within seconds.
        for _ in 0..<300 where try people().count < 20 { Thread.sleep(forTimeInterval: 0.1) }
        let first = try people()
        #expect(first.count >= 20)
        for round in 0..<6 {
            let snapshot = try service.fetch("/v1/snapshot", as: "snapshot.json")
            let plan = try service.fetch("/v1/plan", as: "plan.json")
            let living = try CommandLine.run(["verify", snapshot, plan])
            #expect(living.status == 0, "round \(round): \(living.text) \(living.errors)")
            let own = files.path("own.json")
            let planned = try CommandLine.run(["plan", snapshot, "--deadline", "200", "--out", own])
            #expect(planned.status == 0, "round \(round): \(planned.errors)")
            let verified = try CommandLine.run(["verify", snapshot, own])
            #expect(verified.status == 0, "round \(round): \(verified.text) \(verified.errors)")
            let whatIf = try CommandLine.run(
                ["whatif", study, "--report", files.path("report-\(round)")],
                environment: ["RMC_TOKEN": try service.key])
            #expect(whatIf.status == 0, "round \(round): \(whatIf.text) \(whatIf.errors)")
        }
        #expect(try people() != first, "the world stands still")
        #expect(service.stop() == 0)
    }

    @Test(.enabled(if: ServedService.has("openssl"), "needs openssl"))
    func aCertificateGivesHTTPSWithHTTP2AndStreamsDrain() throws {
        let files = try Scratch()
        let (certificate, key) = (files.path("cert.pem"), files.path("key.pem"))
        let openssl = Process()
        openssl.executableURL = URL(filePath: "/usr/bin/openssl")
        openssl.arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        #expect(openssl.terminationStatus == 0)
        let spans = files.path("spans.jsonl")
        let service = try ServedService(
            ["--tls-certificate", certificate, "--tls-key", key, "--trace-file", spans], scheme: "https")
        let curl = "curl -s --cacert \(certificate) -H \"Authorization: Bearer $(cat rmc-data/operator.key)\" "
        let base = "https://localhost:\(service.port)"
        let ask = "-o /dev/null -w '%{http_version} %{http_code}' \(base)/v1/sessions"
        #expect(try service.shell(curl + "--http2 " + ask) == "2 200")
        #expect(try service.shell(curl + "--http1.1 " + ask) == "1.1 200")
        // Neither an older TLS nor none, nor somebody else's certificate.
        #expect(try service.shell(curl + "--tls-max 1.1 " + ask).hasSuffix(" 000"))
        #expect(
            try service.shell("curl -s -o /dev/null -w '%{http_code}' http://localhost:\(service.port)/healthz")
                == "000")
        #expect(try service.shell("curl -s -o /dev/null -w '%{http_code}' \(base)/healthz") == "000")
        // A trace that a caller began goes on.
        let trace = "0123456789abcdef0123456789abcdef"
        try service.shell(curl + "-H 'traceparent: 00-\(trace)-0123456789abcdef-01' \(base)/v1/pool")
        _ = try service.shell(curl + "-X POST \(base)/v1/sessions -d '{\"id\": \"s\", \"type\": \"match\"}'")
        // A stream over HTTP/2 ends with the service, and does not hold it up.
        let stream = Process()
        stream.executableURL = URL(filePath: "/usr/bin/curl")
        stream.arguments = [
            "-s", "--cacert", certificate, "-H", "Authorization: Bearer \(try service.key)", "--http2", "-N", "-o",
            files.path("events.txt"), "\(base)/v1/sessions/s/mesh/events",
        ]
        try stream.run()
        func heard() -> String { (try? String(contentsOfFile: files.path("events.txt"), encoding: .utf8)) ?? "" }
        for _ in 0..<100 where heard().isEmpty { Thread.sleep(forTimeInterval: 0.05) }
        #expect(heard().contains("event: mesh"))
        Thread.sleep(forTimeInterval: 1.5)
        let begin = ContinuousClock.now
        #expect(service.stop() == 0)
        #expect(ContinuousClock.now - begin < .seconds(10))
        stream.waitUntilExit()
        #expect(stream.terminationStatus == 0)
        let lines = try String(contentsOfFile: spans, encoding: .utf8).split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let names = Set(lines.compactMap { $0["name"] as? String })
        #expect(names.isSuperset(of: ["GET /v1/sessions", "GET /v1/pool", "POST /v1/sessions", "tick"]), "\(names)")
        let pool = lines.first { $0["name"] as? String == "GET /v1/pool" }
        #expect(pool?["trace"] as? String == trace && pool?["parent"] as? String == "0123456789abcdef")
        #expect((pool?["attributes"] as? [String: Any])?["http.response.status_code"] as? Int == 200)
    }
}
