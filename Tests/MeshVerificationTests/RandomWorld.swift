import MeshTypes
import TestSupport

/// Small seeded worlds with every feature that the checker reads.
enum RandomWorld {
    static func snapshot(_ random: inout SplitMix64) -> Snapshot {
        let siteCount = random.integer(1...5)
        let sessionCount = random.integer(1...3)
        let sites = (0..<siteCount).map { number in
            let free = random.integer(0...3)
            return Site(
                id: SiteID("s\(number)"), name: "Site \(number)", coordinate: place(&random), freeServers: free,
                totalServers: free + random.integer(0...2), loadPerServer: random.integer(1...6),
                price: Double(random.integer(1...40)))
        }
        let sessions = (0..<sessionCount).map { number in
            Session(
                id: SessionID("k\(number)"), type: "match",
                policy: SessionPolicy(
                    latencyCap: random.chance(0.3) ? Latency(milliseconds: Double(random.integer(20...300))) : nil,
                    redundancy: random.chance(0.2) ? 1 : 0, movePrice: Double(random.integer(0...9)),
                    latencyValue: random.chance(0.5) ? 1 : 0.25,
                    unservedPrice: random.chance(0.7) ? 10_000 : Double(random.integer(1...400)),
                    interaction: random.element(of: [.everyone, .audience, .nearby(reach: 800)]),
                    softLatencyCap: random.chance(0.5) ? Latency(milliseconds: Double(random.integer(0...90))) : nil,
                    softCapPrice: random.chance(0.8) ? random.fraction() : 0, capRelaxation: random.fraction()))
        }
        let participants = (0..<random.integer(0...12)).map { number in
            Participant(
                id: ParticipantID("p\(number)"), session: random.element(of: sessions).id, coordinate: place(&random),
                profile: random.chance(0.3) ? "speaker" : Profile.standardName,
                waiting: random.chance(0.3) ? Double(random.integer(0...90)) : 0)
        }
        var snapshot = Snapshot(
            sites: sites, sessions: sessions, participants: participants,
            profiles: [Profile(name: "speaker", load: 3, publishes: random.chance(0.5))],
            network: network(sites, &random))
        for participant in participants.indices {
            for site in sites.indices where random.chance(0.7) {
                snapshot.accessLatency[participant, site] = latency(&random)
            }
        }
        return snapshot
    }

    private static func place(_ random: inout SplitMix64) -> GeoCoordinate {
        GeoCoordinate(latitude: random.fraction() * 180 - 90, longitude: random.fraction() * 360 - 180)
    }

    private static func latency(_ random: inout SplitMix64) -> Latency {
        Latency(microseconds: Int64(random.integer(1...200_000)))
    }

    private static func network(_ sites: [Site], _ random: inout SplitMix64) -> SiteNetwork {
        switch random.integer(0...2) {
        case 0: return .unknown
        case 1:
            // A ring, so that every two sites have a path, and chords.
            var links = sites.indices.map { number in
                Link(from: sites[number].id, to: sites[(number + 1) % sites.count].id, latency: latency(&random))
            }
            for _ in 0..<random.integer(0...4) {
                links.append(
                    Link(
                        from: random.element(of: sites).id, to: random.element(of: sites).id, latency: latency(&random))
                )
            }
            return .links(links)
        default:
            var table = LatencyTable(rowCount: sites.count, columnCount: sites.count)
            for from in sites.indices {
                for to in sites.indices where random.chance(0.8) || to == (from + 1) % sites.count {
                    table[from, to] = latency(&random)
                }
            }
            return .dense(table)
        }
    }

    /// A site for everyone who can have one within the pool's servers, drawn at random.
    static func assignment(_ snapshot: Snapshot, _ random: inout SplitMix64) -> [Int?] {
        let loads = snapshot.participantLoads()
        var carried: [String: Int] = [:]
        var assignment: [Int?] = []
        for (number, participant) in snapshot.participants.enumerated() {
            let policy = snapshot.sessions.first { $0.id == participant.session }?.policy ?? .init()
            let choices = snapshot.sites.indices.filter { site in
                let place = snapshot.sites[site]
                guard place.freeServers > 0 else { return false }
                let access = snapshot.accessLatency(participant: number, site: site)
                guard access <= policy.latencyCap ?? access else { return false }
                // Whole servers, rented by session; one more may be needed as a spare.
                var needed = snapshot.sessions.count { $0.policy.redundancy > 0 }
                for session in snapshot.sessions {
                    let own = session.id == participant.session ? loads[number] : 0
                    let load = (carried["\(session.id)/\(site)"] ?? 0) + own
                    needed += (load + place.loadPerServer - 1) / place.loadPerServer
                }
                return needed <= place.freeServers
            }
            guard !choices.isEmpty, random.chance(0.95) else {
                assignment.append(nil)
                continue
            }
            let site = random.element(of: choices)
            carried["\(participant.session)/\(site)", default: 0] += loads[number]
            assignment.append(site)
        }
        return assignment
    }
}
