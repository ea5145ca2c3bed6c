import Foundation
import HTTPTypes
import MeshInstances
import MeshServer
import MeshTypes
import MeshVerification
import Testing

/// Drives a service through its interface with calls at random, and knows from them alone what must be there.
final class ModelChecker {
    private struct Server {
        var capacity: Int
        var isUp = true
        /// When it last was told anything that may have moved people away.
        var changed = 0
    }

    private struct Member {
        var session: String
        var site: String?
        var movedAt = -1_000_000
        /// When they last told where they are: their site may be beyond a cap from then on.
        var reported = -1000
    }

    private let test: TestService
    private let clock: Box<Double>
    private var random: UInt64
    private var servers: [String: Server] = [:]
    private var sessions: [String: (type: String, siteLimit: Int?, serverLimit: Int?, cooldown: Int)] = [:]
    private var people: [String: Member] = [:]
    /// What was last seen of each session's mesh, and what its events made of it.
    private var seen: [String: [String: Any]] = [:]
    private var streams: [String: EventMirror] = [:]
    private var serial = 0
    private var step = 0
    private(set) var broken: [String] = []

    init(_ test: TestService, clock: Box<Double>, seed: UInt64) {
        (self.test, self.clock) = (test, clock)
        random = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    }

    private func below(_ limit: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % max(1, limit)
    }

    private func any(_ names: some Collection<String>) -> String? {
        names.isEmpty ? nil : names.sorted()[below(names.count)]
    }

    private func breaks(_ what: String) { broken.append("step \(step): \(what)") }

    // MARK: Calls

    /// A call; whatever it is, its answer is no fault of the service and is JSON, and refusals are expected ones.
    @discardableResult
    private func call(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, expect: Set<Int> = [200, 201, 202, 204]
    ) async throws -> [String: Any] {
        let answer = try await test.send(method, path, body)
        if !expect.contains(answer.status) {
            breaks("\(method) \(path) \(body ?? "") is \(answer.status): \(answer.text.prefix(200))")
        }
        guard !answer.body.isEmpty, path != "/metrics" else { return [:] }
        guard let json = try? JSONSerialization.jsonObject(with: Data(answer.body)) else {
            breaks("\(method) \(path) answers what is no JSON: \(answer.text.prefix(200))")
            return [:]
        }
        return json as? [String: Any] ?? [:]
    }

    /// One call at random, with what it must lead to.
    func act() async throws {
        step += 1
        clock.value += Double(below(400))
        switch below(24) {
        case 0...1: try await register()
        case 2: try await changeServer()
        case 3: try await begin()
        case 4: try await end()
        case 5...9: try await join()
        case 10...12: try await leave()
        case 13...15: try await report()
        case 16: try await measure()
        case 17: try await heartbeat()
        case 18: try await look()
        case 19: try await expectDemand()
        default: try await tick()
        }
        try await check(afterTick: false)
    }

    private func register() async throws {
        let known = below(3) > 0 ? any(servers.keys) : nil
        guard known != nil || servers.count < 6 else { return }
        serial += 1
        let id = known ?? "s\(serial)"
        let capacity = 1 + below(30)
        try await call(
            .put, "/v1/servers/\(id)",
            "{\"latitude\": \(below(120) - 60), \"longitude\": \(below(360) - 180), \"capacity\": \(capacity), \"price\": \(below(50))}"
        )
        servers[id] = Server(capacity: capacity, changed: step)
    }

    private func changeServer() async throws {
        guard let id = any(servers.keys) else { return }
        switch below(3) {
        case 0: try await call(.post, "/v1/servers/\(id)/drain")
        case 1: try await call(.post, "/v1/servers/\(id)/fail")
        default:
            try await call(.delete, "/v1/servers/\(id)")
            servers[id] = nil
            return
        }
        servers[id]?.isUp = false
        servers[id]?.changed = step
    }

    private func heartbeat() async throws {
        guard let id = any(servers.keys) else { return }
        try await call(
            .post, "/v1/servers/\(id)/heartbeat", below(2) == 0 ? nil : "{\"available\": 0.\(below(10))}")
        servers[id]?.changed = step
    }

    private func begin() async throws {
        guard sessions.count < 5 else { return }
        let id = "m\(below(8))"
        guard sessions[id] == nil else {
            try await call(.post, "/v1/sessions", "{\"id\": \"\(id)\", \"type\": \"match\"}", expect: [409])
            return
        }
        let siteLimit = below(2) == 0 ? nil : 1 + below(3)
        let serverLimit = below(2) == 0 ? nil : 2 + below(12)
        let cooldown = [0, 5, 30][below(3)]
        var policy = "\"cooldown\": \(cooldown), \"redundancy\": \(below(4) == 0 ? 1 : 0)"
        if let siteLimit { policy += ", \"siteLimit\": \(siteLimit)" }
        if let serverLimit { policy += ", \"serverLimit\": \(serverLimit)" }
        if below(2) == 0 { policy += ", \"latencyCap\": \(40 + below(200)), \"capRelaxation\": \(below(5))" }
        let type = ["match", "conference", "webinar", "world"][below(4)]
        let newcomers = (0..<below(6)).map { _ in place(newcomer()) }
        try await call(
            .post, "/v1/sessions",
            "{\"id\": \"\(id)\", \"type\": \"\(type)\", \"policy\": {\(policy)}, \"participants\": [\(newcomers.map(\.text).joined(separator: ","))]}"
        )
        sessions[id] = (type, siteLimit, serverLimit, cooldown)
        for person in newcomers { people[person.id] = Member(session: id) }
        seen[id] = nil
        streams[id] = nil
    }

    private func end() async throws {
        guard let id = any(sessions.keys) else { return }
        try await call(.delete, "/v1/sessions/\(id)")
        sessions[id] = nil
        if let stream = streams.removeValue(forKey: id), await !stream.isDissolved() {
            breaks("the stream of \(id) does not end with it")
        }
        let gone = people.filter { $0.value.session == id }.keys
        for person in gone { people[person] = nil }
        try await call(.get, "/v1/sessions/\(id)", expect: [404])
        if let person = any(gone) {
            try await call(.get, "/v1/sessions/\(id)/participants/\(person)", expect: [404])
        }
    }

    private func newcomer() -> String {
        serial += 1
        return "p\(serial)"
    }

    private func place(_ id: String) -> (id: String, text: String) {
        let accessClass = below(3) == 0 ? ", \"accessClass\": \"c\(below(1000))\"" : ""
        return (
            id,
            "{\"id\": \"\(id)\", \"latitude\": \(below(120) - 60), \"longitude\": \(below(360) - 180)\(accessClass)}"
        )
    }

    private func join() async throws {
        guard let id = any(sessions.keys), people.count < 60 else { return }
        let newcomers = (0...below(3)).map { _ in place(newcomer()) }
        let answer = try await call(
            .post, "/v1/sessions/\(id)/participants", "[\(newcomers.map(\.text).joined(separator: ","))]")
        for person in newcomers { people[person.id] = Member(session: id) }
        let version = answer["version"] as? Int ?? 0
        let mesh = try await call(.get, "/v1/sessions/\(id)/mesh")
        if version <= 0 || version > mesh["version"] as? Int ?? 0 {
            breaks("a join answers version \(version), the mesh has \(mesh["version"] ?? "none")")
        }
        for placement in answer["participants"] as? [[String: Any]] ?? [] where placement["site"] == nil {
            if placement["reason"] == nil { breaks("somebody waits for no reason: \(placement)") }
        }
    }

    private func leave() async throws {
        guard let id = any(people.keys), let session = people[id]?.session else { return }
        try await call(.delete, "/v1/sessions/\(session)/participants/\(id)")
        people[id] = nil
        try await call(.get, "/v1/sessions/\(session)/participants/\(id)", expect: [404])
    }

    private func report() async throws {
        guard let id = any(people.keys), let session = people[id]?.session else { return }
        var reports = [place(id).text]
        people[id]?.reported = step
        for (other, member) in people.sorted(by: { $0.key < $1.key }) where other != id && member.session == session {
            guard below(3) == 0 else { continue }
            reports.append(place(other).text)
            people[other]?.reported = step
        }
        try await call(.patch, "/v1/sessions/\(session)/participants", "[\(reports.joined(separator: ","))]")
    }

    private func measure() async throws {
        guard let id = any(people.keys), let site = any(servers.keys), let other = any(servers.keys) else { return }
        var lines = "{\"from\": \"\(id)\", \"to\": \"\(site)\", \"rtt\": \(1 + below(400))}\n"
        if site != other {
            lines +=
                "{\"from\": \"\(site)\", \"to\": \"\(other)\", \"rtt\": \(1 + below(300)), \"bandwidth\": \(1 + below(100))}\n"
        }
        try await call(.post, "/v1/measurements", lines)
        if let member = people[id] { servers[member.site ?? ""]?.changed = step }
    }

    private func expectDemand() async throws {
        try await call(
            .post, "/v1/forecast/expectations",
            "{\"type\": \"match\", \"from\": \"2026-01-01T00:00:00Z\", \"to\": \"2026-01-01T02:00:00Z\", \"factor\": 2}"
        )
    }

    /// Everything that can be read.
    private func look() async throws {
        for path in ["/v1/sessions", "/v1/pool", "/v1/tick", "/v1/density", "/v1/forecast", "/v1/snapshot", "/v1/plan"]
        {
            try await call(.get, path)
        }
        guard let id = any(sessions.keys) else { return }
        try await call(.get, "/v1/sessions/\(id)/explain")
        if let person = any(people.filter { $0.value.session == id }.keys) {
            try await call(.get, "/v1/sessions/\(id)/explain?participant=\(person)")
        }
    }

    private func tick() async throws {
        clock.value += 1000
        _ = await test.service.tick()
        try await check(afterTick: true)
    }

    // MARK: What must hold

    private func check(afterTick: Bool) async throws {
        for id in sessions.keys.sorted() { try await checkSession(id) }
        if afterTick {
            try await checkPlan()
            try await checkFigures()
        }
    }

    private func checkSession(_ id: String) async throws {
        guard let policy = sessions[id] else { return }
        let mesh = try await call(.get, "/v1/sessions/\(id)/mesh")
        let assignment = mesh["assignment"] as? [String: String] ?? [:]
        let rented = mesh["servers"] as? [String: Int] ?? [:]
        let waiting = (mesh["waiting"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        let members = Set(people.filter { $0.value.session == id }.keys)
        if Set(assignment.keys).union(waiting) != members || assignment.count + waiting.count != members.count {
            breaks(
                "\(id) has \(assignment.keys.sorted()) and waiting \(waiting.sorted()); expected \(members.sorted())")
        }
        for (person, site) in assignment.sorted(by: { $0.key < $1.key }) {
            if servers[site] == nil || rented[site] == nil {
                breaks("\(person) of \(id) is at \(site), which is not there")
            }
            checkMove(of: person, to: site, cooldown: policy.cooldown)
        }
        let sites = mesh["sites"] as? [String] ?? []
        if let limit = policy.siteLimit, sites.count > limit { breaks("\(id) has \(sites.count) sites of \(limit)") }
        let total = rented.values.reduce(0, +)
        if let limit = policy.serverLimit, total > limit { breaks("\(id) has \(total) servers of \(limit)") }
        if let bound = mesh["bound"] as? Double, let objective = mesh["objective"] as? Double {
            if bound > objective * (1 + 1e-6) + 1e-6 { breaks("\(id) has a bound of \(bound) over \(objective)") }
            let gap = mesh["gap"] as? Double ?? -1
            let expected = objective <= bound ? 0 : (objective - bound) / bound
            if abs(gap - expected) > 1e-6 * max(1, expected) { breaks("\(id) tells a gap of \(gap), not \(expected)") }
        }
        try await checkVersion(id, mesh)
    }

    private func checkMove(of person: String, to site: String, cooldown: Int) {
        guard var member = people[person] else { return }
        defer { people[person] = member }
        guard member.site != site else { return }
        let (old, last) = (member.site, member.movedAt)
        member.site = site
        let now = Int(clock.value)
        guard let old else { return }
        member.movedAt = now
        // A choice only where nothing happened to the old site of late.
        guard let server = servers[old], server.isUp, step - server.changed > 60, step - member.reported > 60 else {
            return
        }
        if now - last < 1000 * cooldown, now > last {
            breaks(
                "\(person) moves from \(old) to \(site) \(now - last) ms after the last move; the cool-down is \(cooldown) s"
            )
        }
    }

    /// A mesh that is another has another version, versions grow, and the stream tells the same.
    private func checkVersion(_ id: String, _ mesh: [String: Any]) async throws {
        let version = mesh["version"] as? Int ?? -1
        let shape = mesh.filter { !["gap", "objective", "bound", "waiting"].contains($0.key) }
        if let old = seen[id] {
            let before = old["version"] as? Int ?? -1
            if version < before { breaks("\(id) goes from version \(before) to \(version)") }
            if version == before, !(shape as NSDictionary).isEqual(to: old) {
                let parts = shape.keys.filter { !([$0: shape[$0]] as NSDictionary).isEqual(to: [$0: old[$0] as Any]) }
                breaks("\(id) has two meshes of version \(version), with other \(parts)")
            }
        }
        seen[id] = shape
        if let stream = streams[id] {
            let text = try JSONSerialization.data(withJSONObject: mesh)
            if let difference = await stream.difference(from: text) { breaks("the stream of \(id): \(difference)") }
        } else {
            streams[id] = try EventMirror(test.service, id)
        }
    }

    private func checkPlan() async throws {
        // A snapshot without sites is nothing that can be planned.
        guard !servers.isEmpty else { return }
        let snapshot = try await test.send(.get, "/v1/snapshot"), plan = try await test.send(.get, "/v1/plan")
        do {
            let world = try SnapshotReader.read(InputFile(name: "snapshot", contents: snapshot.body))
            let read = try PlanReader.read(InputFile(name: "plan", contents: plan.body))
            for failure in PlanChecker().verify(world, read).failures.prefix(3) { breaks("the plan: \(failure)") }
            if Set(world.sites.map(\.id.description)) != Set(servers.keys) { breaks("the snapshot has other sites") }
        } catch {
            breaks("snapshot or plan cannot be read: \(error)")
        }
    }

    private func checkFigures() async throws {
        let text = try await test.send(.get, "/metrics").text
        func figure(_ name: String) -> Int? {
            text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
                .flatMap { Double($0.dropFirst(name.count + 1)) }.map { Int($0) }
        }
        let (all, served) = (figure("rmc_participants"), figure("rmc_participants_served"))
        let waiting = figure("rmc_participants_waiting")
        if all != people.count || (served ?? 0) + (waiting ?? 0) != all {
            breaks(
                "metrics tell of \(all ?? -1), served \(served ?? -1), waiting \(waiting ?? -1); \(people.count) are there"
            )
        }
        let expected = people.values.count { $0.site != nil }
        if served ?? -1 > people.count || (served != expected && waiting == 0) { breaks("served is \(served ?? -1)") }
    }

    /// Ends everything: nothing may be left.
    func endAll() async throws {
        for id in sessions.keys.sorted() { try await call(.delete, "/v1/sessions/\(id)") }
        for id in servers.keys.sorted() { try await call(.delete, "/v1/servers/\(id)") }
        _ = await test.service.tick()
        var census = try await test.service.census()
        for _ in 0..<500 where census["feeds"] != 0 {
            try await Task.sleep(for: .milliseconds(2))
            census = try await test.service.census()
        }
        for name in ["feeds", "measured", "placed", "views", "participants", "sessions", "sites"]
        where census[name] != 0 {
            breaks("\(census[name] ?? -1) \(name) are left of what is gone")
        }
    }
}
