import Foundation
import MediaTransport
import MeshAPI
import MeshControl
import MeshTypes
import NIOCore

/// What ``RelayDesk`` holds behind its lock.
struct RelayState {
    struct Site {
        var number: UInt16
        var address: String?
        var coordinate: GeoCoordinate
        var isLive: Bool
        /// The table that it is to forward by.
        var table: RelayTable?
        /// Round trips that it measured, by neighbour; ms.
        var roundTrips: [UInt16: Double] = [:]
        /// Neighbours, and those among them that it hears nothing of.
        var linked: Set<UInt16> = []
        var silent: Set<UInt16> = []
        /// The most participants that it said it served at once.
        var mostCarried = 0
        /// The load units that it claims to carry.
        var claimed = 0
        /// The version that it said it forwards by; `nil` if it never reported as a relay.
        var inUse: UInt64?
    }

    /// What a session's trees depend on.
    struct Shape: Hashable {
        var sites: [SiteID]
        var links: [SiteLink]
        var further: [SiteID]
    }

    struct RelaySession {
        var number: UInt32
        var shape: Shape
        var routes: [UInt16: [RelayTable.Route]]
        /// Until when a site that left the mesh still has the session's media, for those on their way from it; seconds.
        var lingering: [SiteID: Double] = [:]
        var placements: [ParticipantID: (site: SiteID?, spare: SiteID?)] = [:]
        /// How many attachments there were, and where their numbers began.
        var attachments: UInt32 = 0
        let firstStream = UInt32.random(in: 0..<1 << RelayState.attachmentBits)

        init(number: UInt32, shape: Shape, routes: [UInt16: [RelayTable.Route]]) {
            (self.number, self.shape, self.routes) = (number, shape, routes)
        }
    }

    struct Attached {
        var session: SessionID
        /// The number of the attachment.
        var stream: UInt32
        var place: GeoCoordinate?
        /// Sites that it was asked to probe.
        var asked: Set<SiteID> = []
        var view: ParticipantMesh?
        var subscriber: AsyncStream<ByteBuffer>.Continuation?
    }

    /// Seconds that a site that left a mesh lingers.
    static let linger = 3.0
    /// The most servers that a participant is told of, besides its own two; nearest first.
    static let candidateLimit = 16
    /// The most neighbours of a server beyond those that its sessions need; nearest first.
    static let neighbourLimit = 32

    /// The low bits of a stream's number, which count attachments of a session; those above are the folder's count of starts.
    static let attachmentBits: UInt32 = 20

    private let key: OperatorKey
    let identity: FolderIdentity
    private(set) var sites: [SiteID: Site] = [:]
    private(set) var sessions: [SessionID: RelaySession] = [:]
    var attached: [ParticipantID: Attached] = [:]
    private var version: UInt64 = 0
    private var areTablesStale = false
    private var staleViews: Set<ParticipantID> = []
    private var linkSecrets: [[UInt16]: SecretBytes] = [:]

    init(_ key: OperatorKey, _ identity: FolderIdentity) { (self.key, self.identity) = (key, identity) }

    // MARK: Following the meshes

    mutating func follow(_ servers: [SiteID: ServerRecord], _ numbers: MediaNumbers) {
        var next: [SiteID: Site] = [:]
        for (id, record) in servers {
            guard let number = numbers.sites[id] else { continue }
            let address = record.registration.address.flatMap { PeerAddress($0) == nil ? nil : $0 }
            let place = GeoCoordinate(
                latitude: record.registration.latitude, longitude: record.registration.longitude)
            var site =
                sites[id] ?? Site(number: number, address: address, coordinate: place, isLive: false)
            (site.number, site.address, site.coordinate) = (number, address, place)
            site.isLive = !record.isFailed && address != nil
            site.claimed = record.registration.capacity
            next[id] = site
        }
        let isSame =
            next.count == sites.count
            && next.allSatisfy { id, site in
                sites[id].map { ($0.number, $0.address, $0.isLive) == (site.number, site.address, site.isLive) }
                    ?? false
            }
        sites = next
        guard !isSame else { return }
        areTablesStale = true
        staleViews.formUnion(attached.keys)
    }

    /// The sites that are to have a session's media beyond its mesh: one to fall back to, and those that it just left.
    mutating func further(of view: SessionView, standby: SiteID?, at now: Double) -> [SiteID] {
        var lingering = sessions[view.id]?.lingering ?? [:]
        for site in sessions[view.id]?.shape.sites ?? [] where !view.mesh.sites.contains(site) {
            lingering[site] = now + Self.linger
        }
        lingering = lingering.filter { site, until in until > now && !view.mesh.sites.contains(site) }
        sessions[view.id]?.lingering = lingering
        return Set(lingering.keys).union(standby.map { [$0] } ?? []).sorted()
    }

    mutating func shape(_ id: SessionID, _ number: UInt32, _ shape: Shape, _ trees: [MediaRoute]) {
        let numbers = sites.mapValues(\.number)
        var session = sessions[id] ?? RelaySession(number: number, shape: shape, routes: [:])
        (session.shape, session.routes) = (shape, RelayTrees.routes(trees, numbers: numbers))
        sessions[id] = session
        areTablesStale = true
    }

    mutating func place(_ view: SessionView, standby: SiteID?) {
        var placements: [ParticipantID: (site: SiteID?, spare: SiteID?)] = [:]
        for person in view.members {
            placements[view.qualified(person)] = (
                view.mesh.assignment[person], view.mesh.spares[person] ?? standby
            )
        }
        for (person, old) in sessions[view.id]?.placements ?? [:] where attached[person]?.session == view.id {
            guard let new = placements[person] else {
                attached.removeValue(forKey: person)?.subscriber?.finish()
                continue
            }
            if new != old { staleViews.insert(person) }
        }
        sessions[view.id]?.placements = placements
    }

    /// A number for an attachment that no other of the session has had since the service started, nor any before while starts are counted in 12 bits.
    mutating func nextStream(in id: SessionID) -> UInt32? {
        guard let session = sessions[id] else { return nil }
        let low = UInt32(1) << Self.attachmentBits - 1
        var count = session.attachments
        while true {
            let stream =
                UInt32(truncatingIfNeeded: identity.epoch) << Self.attachmentBits
                | (session.firstStream &+ count) & low
            count &+= 1
            // 0 is of no stream. After a million attachments, a number whose bearer is gone comes again, under another salt.
            let isFree =
                stream != 0 && (count <= low || !attached.values.contains { $0.session == id && $0.stream == stream })
            guard isFree else { continue }
            sessions[id]?.attachments = count
            return stream
        }
    }

    mutating func dissolve(_ id: SessionID) {
        guard let session = sessions.removeValue(forKey: id) else { return }
        for person in session.placements.keys where attached[person]?.session == id {
            attached.removeValue(forKey: person)?.subscriber?.finish()
        }
        areTablesStale = true
    }

    func overdue(at now: Double) -> [SessionID] {
        sessions.filter { $0.value.lingering.values.contains { $0 <= now } }.map(\.key)
    }

    // MARK: Publishing

    /// Makes stale tables and views anew.
    mutating func publish(_ time: ControlTime) {
        guard areTablesStale || !staleViews.isEmpty else { return }
        let next = nextVersion(time)
        if areTablesStale { publishTables(next) }
        areTablesStale = false
        for person in staleViews.sorted() { publishView(person, next) }
        staleViews.removeAll(keepingCapacity: true)
    }

    private mutating func publishTables(_ next: UInt64) {
        var entries: [UInt16: [RelayTable.SessionRoutes]] = [:]
        for (_, session) in sessions.sorted(by: { $0.value.number < $1.value.number }) {
            let secret = secret(ofSession: session.number)
            for (site, routes) in session.routes {
                entries[site, default: []].append(
                    .init(number: session.number, keys: [.init(epoch: 0, secret: secret)], routes: routes))
            }
        }
        let live = sites.values.filter(\.isLive).sorted { $0.number < $1.number }
        for (id, site) in sites where site.isLive {
            let routes = entries[site.number] ?? []
            let needed = Set(routes.flatMap(\.routes).flatMap(\.branches).flatMap { [$0.to] + $0.spares })
            // Who sends here is a neighbour too: links are kept from both ends.
            let sending = entries.filter { $0.value.contains { Self.sends($0, to: site.number) } }.keys
            var wanted = needed.union(sending)
            let others = live.filter { $0.number != site.number }.sorted {
                ($0.coordinate.distance(to: site.coordinate), $0.number)
                    < ($1.coordinate.distance(to: site.coordinate), $1.number)
            }
            wanted.formUnion(others.prefix(Self.neighbourLimit).map(\.number))
            let neighbours = live.filter { $0.number != site.number && wanted.contains($0.number) }
            let known = Set(neighbours.map(\.number))
            var table = RelayTable(
                version: 0, controller: identity.folder, epoch: identity.epoch, site: site.number,
                neighbours: neighbours.map {
                    .init(
                        site: $0.number, address: $0.address ?? "", secret: linkSecret(site.number, $0.number))
                }, sessions: routes.map { Self.pruned($0, to: known) })
            table.version = site.table?.version ?? 0
            guard table != site.table else { continue }
            table.version = next
            sites[id]?.table = table
        }
    }

    private static func sends(_ session: RelayTable.SessionRoutes, to site: UInt16) -> Bool {
        session.routes.contains { $0.branches.contains { $0.to == site || $0.spares.contains(site) } }
    }

    /// Without branches to servers that are gone: whom they would have sent on to takes their place.
    private static func pruned(
        _ session: RelayTable.SessionRoutes, to known: Set<UInt16>
    ) -> RelayTable.SessionRoutes {
        var session = session
        for index in session.routes.indices {
            var branches: [RelayTable.Branch] = []
            for branch in session.routes[index].branches {
                let spares = branch.spares.filter(known.contains)
                if known.contains(branch.to) {
                    branches.append(.init(to: branch.to, spares: spares))
                } else {
                    branches += spares.map { .init(to: $0) }
                }
            }
            session.routes[index].branches = branches
        }
        return session
    }

    private mutating func linkSecret(_ one: UInt16, _ other: UInt16) -> SecretBytes {
        let pair = [min(one, other), max(one, other)]
        if let known = linkSecrets[pair] { return known }
        let secret = key.secret("\(identity.folder) link \(pair[0]) \(pair[1])")
        linkSecrets[pair] = secret
        return secret
    }

    /// The secret of a session's only epoch.
    func secret(ofSession number: UInt32) -> SecretBytes { key.secret("\(identity.folder) session \(number) 0") }

    /// A version that is greater than all before it, and than those of before the service started again.
    mutating func nextVersion(_ time: ControlTime) -> UInt64 {
        version = max(version + 1, UInt64(max(0, time.milliseconds)))
        return version
    }

    // MARK: Servers

    /// Takes a relay's report; the table to forward by, if that is another than it has.
    mutating func take(_ report: RelayReport, of site: SiteID) -> RelayTable? {
        guard var entry = sites[site] else { return nil }
        entry.inUse = report.tableVersion
        entry.mostCarried = max(entry.mostCarried, report.participants)
        entry.silent = Set(report.links.filter(\.isSilent).map(\.site))
        entry.linked = Set(report.links.map(\.site))
        // A server claims what it likes; what no round trip can be is none.
        for link in report.links {
            if let trip = link.roundTrip, (0...60_000).contains(trip) { entry.roundTrips[link.site] = trip }
        }
        sites[site] = entry
        return entry.table.flatMap { table in
            let isOurs = (report.controller ?? table.controller) == table.controller
            return isOurs && (report.epoch ?? table.epoch) == table.epoch && report.tableVersion == table.version
                ? nil : table
        }
    }

    /// Those of the servers that a report calls silent of which most who are linked with them, two at least, hear nothing.
    ///
    /// - Complexity: O(sites) if the report calls none silent, O(sites * silent) otherwise.
    func silent(by report: RelayReport) -> [SiteID] {
        let named = Set(report.links.filter(\.isSilent).map(\.site))
        return sites.filter { _, site in
            guard named.contains(site.number) else { return false }
            let linked = sites.values.filter { $0.inUse != nil && $0.isLive && $0.linked.contains(site.number) }
            let deaf = linked.count { $0.silent.contains(site.number) }
            return site.isLive && deaf >= 2 && 2 * deaf > linked.count
        }.map(\.key)
    }

    /// What a relay's report says of its links, as measurements.
    func measurements(_ report: RelayReport, of site: SiteID) -> [MeasurementLine] {
        let names = Dictionary(sites.map { ($0.value.number, $0.key) }) { first, _ in first }
        return report.links.compactMap { link in
            guard let to = names[link.site], let trip = link.roundTrip, (0...60_000).contains(trip) else { return nil }
            return MeasurementLine(
                from: site.description, to: to.description, rtt: trip, loss: min(1, max(0, link.loss)))
        }
    }

    /// The part of what each relay claims that it is trusted with, where that is less than all: nothing while others whose places are believed
    /// measured what cannot be from the place that it claims.
    func trust() -> [SiteID: Double] {
        var trust: [SiteID: Double] = [:]
        let relays = sites.filter { $0.value.inUse != nil && $0.value.claimed > 0 }.sorted { $0.key < $1.key }
        let liars = ImpossiblePlaces.find(among: relays.map(\.value.coordinate)) { one, other in
            relays[one].value.roundTrips[relays[other].value.number]
        }
        for (place, (id, site)) in relays.enumerated() {
            let load = ClaimCheck.trustedCapacity(claimed: site.claimed, mostCarried: site.mostCarried)
            // In twentieths, so that the controller is not told of every participant.
            let part = liars.contains(place) ? 0 : (20 * Double(load) / Double(site.claimed)).rounded(.up) / 20
            if part < 1 { trust[id] = part }
        }
        return trust
    }

    func status(of site: SiteID) -> RelayStatus? {
        guard let entry = sites[site], let inUse = entry.inUse else { return nil }
        return RelayStatus(table: inUse, wanted: entry.table?.version ?? 0)
    }
}
