internal import Foundation
internal import MeshAPI
internal import MeshTypes

/// What the demo's controller knows.
struct DemoState: Sendable {
    struct Server: Sendable {
        var id: String
        var number: UInt16
        var registration: ServerRegistration
        var lastHeard: UInt64
        var tableVersion: UInt64 = 0
        /// Round trips that this server measured, by neighbour.
        var roundTrips: [UInt16: Double] = [:]
        var mostCarried = 0
        var carried = 0

        var coordinate: GeoCoordinate {
            GeoCoordinate(latitude: registration.latitude, longitude: registration.longitude)
        }
    }

    struct Member: Sendable {
        var id: String
        var session: String
        var stream: UInt32
        var token: String
        var coordinate: GeoCoordinate
        var roundTrips: [UInt16: Double] = [:]
        var asked: Set<UInt16> = []
        var site: UInt16?
        var spare: UInt16?
        var view: ParticipantMesh?
        var subscriber: AsyncStream<SmallHTTPServer.ServerText>.Continuation?
    }

    struct Gathering: Sendable {
        var number: UInt32
        var secret: SecretBytes
        var nextStream: UInt32 = 1
        /// Sites that get the session's media: those that serve, and those that are to take over.
        var sites: Set<UInt16> = []
        /// When the plan last had a site: for a while after, those who are on their way from it still find the session there.
        var lastPlanned: [UInt16: UInt64] = [:]
    }

    static let lease: UInt64 = 1_500_000_000
    static let heartbeatEvery = 0.2
    static let linger: UInt64 = 3_000_000_000

    let strategy: Strategy
    var random: Randomness
    var servers: [String: Server] = [:]
    var numbers: [String: UInt16] = [:]
    var sessions: [String: Gathering] = [:]
    var members: [String: Member] = [:]
    var linkSecrets: [[UInt16]: SecretBytes] = [:]
    var tables: [UInt16: RelayTable] = [:]
    var version: UInt64 = 0
    var plan: Plan?
    var plannedAccess: [String: [UInt16: Double]] = [:]
    var plannedLinks: [UInt16: [UInt16: Double]] = [:]

    init(strategy: Strategy, seed: UInt64) {
        self.strategy = strategy
        random = Randomness(state: seed)
    }

    func server(at number: UInt16) -> Server? { servers.values.first { $0.number == number } }

    /// Round trips between live sites: what both ends measured, else what geography says.
    func links() -> [UInt16: [UInt16: Double]] {
        var links: [UInt16: [UInt16: Double]] = [:]
        for one in servers.values {
            for other in servers.values where other.number != one.number {
                let measured = [one.roundTrips[other.number], other.roundTrips[one.number]].compactMap { $0 }.max()
                let expected = GeographicLatency.estimate(from: one.coordinate, to: other.coordinate).milliseconds
                links[one.number, default: [:]][other.number] = measured ?? expected
            }
        }
        return links
    }

    func access(_ member: Member, _ server: Server) -> Double {
        member.roundTrips[server.number]
            ?? GeographicLatency.estimate(from: member.coordinate, to: server.coordinate).milliseconds
    }

    /// Whether at least two other servers measured what cannot be from the place that a server claims. It gets no participants.
    func isLying(_ server: Server) -> Bool {
        let witnesses = servers.values.filter { $0.number != server.number }.filter { witness in
            guard let trip = witness.roundTrips[server.number] else { return false }
            return ClaimCheck.isImpossible(server.coordinate, trips: [(witness.coordinate, trip)])
        }
        return witnesses.count >= 2
    }

    // MARK: Planning

    static let slots = 40

    /// The world as the planner sees it; `nil` if there is nothing to plan. Servers whose lease ran out are forgotten.
    mutating func snapshot(at now: UInt64) -> Snapshot? {
        servers = servers.filter { now - min(now, $0.value.lastHeard) < Self.lease }
        guard !servers.isEmpty, !members.isEmpty else { return nil }
        let live = servers.values.filter { !isLying($0) }.sorted { $0.number < $1.number }
        guard !live.isEmpty else { return nil }
        let links = links()
        let sites = live.map { server in
            // Several sessions share a server, so it is rented in slots.
            let capacity = ClaimCheck.trustedCapacity(
                claimed: server.registration.capacity, mostCarried: server.mostCarried, carried: server.carried, loss: 0
            )
            return Site(
                id: SiteID(server.id), name: server.id, coordinate: server.coordinate, freeServers: Self.slots,
                totalServers: Self.slots, loadPerServer: max(1, capacity / Self.slots),
                price: server.registration.price / Double(Self.slots))
        }
        let people = members.values.sorted { $0.id < $1.id }
        var network = LatencyTable(rowCount: live.count, columnCount: live.count)
        for (row, from) in live.enumerated() {
            for (column, to) in live.enumerated() {
                network[row, column] = Latency(milliseconds: row == column ? 0 : links[from.number]?[to.number] ?? 0)
            }
        }
        var access = LatencyTable(rowCount: people.count, columnCount: live.count)
        plannedAccess = [:]
        for (row, member) in people.enumerated() {
            for (column, server) in live.enumerated() {
                let trip = self.access(member, server)
                access[row, column] = Latency(milliseconds: trip)
                plannedAccess[member.id, default: [:]][server.number] = trip
            }
        }
        plannedLinks = links
        return Snapshot(
            sites: sites,
            sessions: sessions.keys.sorted().filter { id in people.contains { $0.session == id } }.map {
                Session(id: SessionID($0), type: "match", policy: SessionPolicy(movePrice: 8))
            },
            participants: people.map {
                Participant(id: ParticipantID($0.id), session: SessionID($0.session), coordinate: $0.coordinate)
            },
            network: .dense(network), accessLatency: access, previous: plan)
    }

    mutating func adopt(_ plan: Plan, at now: UInt64) {
        self.plan = plan
        for session in plan.sessions {
            let id = session.id.description
            var sites = Set(session.assignment.values.compactMap { numbers[$0.description] })
            for (participant, site) in session.assignment {
                members[participant.description]?.site = numbers[site.description]
            }
            chooseSpares(id, &sites)
            for site in sites { sessions[id]?.lastPlanned[site] = now }
            let lingering = sessions[id]?.lastPlanned.filter {
                now < $0.value + Self.linger && numbers.values.contains($0.key)
            }
            sessions[id]?.sites = sites.union(lingering?.keys.map { $0 } ?? [])
        }
        publish()
    }

    /// Each participant's spare is the nearest other site of its session; a session of one site gets a second for all.
    private mutating func chooseSpares(_ session: String, _ sites: inout Set<UInt16>) {
        let people = members.values.filter { $0.session == session }.sorted { $0.id < $1.id }
        if sites.count == 1 {
            let others = servers.values.filter { !sites.contains($0.number) }.map { server in
                (people.reduce(0) { $0 + access($1, server) }, server.number)
            }
            if let best = others.min(by: <) { sites.insert(best.1) }
        }
        let candidates = servers.values.filter { sites.contains($0.number) }
        for member in people {
            let others = candidates.filter { $0.number != member.site }.map { (access(member, $0), $0.number) }
            members[member.id]?.spare = others.min(by: <)?.1
        }
    }

    // MARK: Publishing

    /// Makes tables and views anew, and tells those for whom anything changed.
    mutating func publish() {
        let next = version + 1
        let links = links()
        var entries: [UInt16: [RelayTable.SessionRoutes]] = [:]
        for (_, session) in sessions.sorted(by: { $0.key < $1.key }) {
            let live = session.sites.filter { server(at: $0) != nil }
            for (site, routes) in ForwardingTrees.routes(live, latency: links) {
                entries[site, default: []].append(
                    .init(number: session.number, keys: [.init(epoch: 0, secret: session.secret)], routes: routes))
            }
        }
        var changed = false
        for server in servers.values {
            let neighbours = servers.values.filter { $0.number != server.number }.sorted { $0.number < $1.number }.map {
                RelayTable.Neighbour(
                    site: $0.number, address: $0.registration.address ?? "",
                    secret: linkSecret(server.number, $0.number))
            }
            var table = RelayTable(
                version: next, site: server.number, neighbours: neighbours, sessions: entries[server.number] ?? [])
            if let old = tables[server.number] {
                table.version = old.version
                if table == old { continue }
                table.version = next
            }
            tables[server.number] = table
            changed = true
        }
        for id in members.keys.sorted() { publishView(id, next, &changed) }
        if changed { version = next }
    }

    private mutating func publishView(_ id: String, _ next: UInt64, _ changed: inout Bool) {
        guard var view = view(id, version: next) else { return }
        if let old = members[id]?.view {
            view.version = old.version
            if view == old { return }
            view.version = next
        }
        changed = true
        members[id]?.view = view
        if let text = try? view.json() { members[id]?.subscriber?.yield(.init(id: view.version, data: text)) }
    }

    /// The mesh as a participant is to see it; it is asked to probe each server once.
    private mutating func view(_ id: String, version: UInt64) -> ParticipantMesh? {
        guard let member = members[id] else { return nil }
        let listed = servers.values.sorted { $0.number < $1.number }.map { server in
            let isAsked = member.roundTrips[server.number] == nil && !member.asked.contains(server.number)
            return ParticipantMesh.Server(
                site: server.number, id: server.id, address: server.registration.address ?? "", probe: isAsked,
                latitude: server.registration.latitude, longitude: server.registration.longitude)
        }
        members[id]?.asked.formUnion(listed.filter(\.probe).map(\.site))
        func live(_ site: UInt16?) -> UInt16? { site.flatMap { server(at: $0) == nil ? nil : $0 } }
        return ParticipantMesh(version: version, site: live(member.site), spare: live(member.spare), servers: listed)
    }

    private mutating func linkSecret(_ one: UInt16, _ other: UInt16) -> SecretBytes {
        let pair = [min(one, other), max(one, other)]
        if let secret = linkSecrets[pair] { return secret }
        let secret = SecretBytes.random()
        linkSecrets[pair] = secret
        return secret
    }

    func plannedPairs() -> [String: [[UInt32]: Double]] {
        var pairs: [String: [[UInt32]: Double]] = [:]
        var shortest: [UInt16: [UInt16: Double]] = plannedLinks
        let sites = plannedLinks.keys.sorted()
        for via in sites {
            for from in sites {
                for to in sites where from != to && from != via && to != via {
                    let detour = (shortest[from]?[via] ?? .infinity) + (shortest[via]?[to] ?? .infinity)
                    if detour < shortest[from]?[to] ?? .infinity { shortest[from]?[to] = detour }
                }
            }
        }
        for one in members.values {
            for other in members.values where one.id != other.id && one.session == other.session {
                guard let from = one.site, let to = other.site, let up = plannedAccess[one.id]?[from],
                    let down = plannedAccess[other.id]?[to],
                    let between = from == to ? 0 : shortest[from]?[to]
                else { continue }
                pairs[one.session, default: [:]][[one.stream, other.stream]] = up + between + down
            }
        }
        return pairs
    }
}
