import MeshTypes

/// The snapshot as the checker reads it: numbers instead of names, routed latencies between sites.
struct CheckedWorld {
    /// A latency that no path has.
    static let unreachable = Int64.max / 4

    private(set) var snapshot: Snapshot
    let siteNumbers: [SiteID: Int]
    let participantNumbers: [ParticipantID: Int]
    /// Participants by session, by number.
    let members: [SessionID: [Int]]
    let loads: [Int]
    /// Routed latency from site to site, microseconds, row-major.
    let routed: [Int64]
    /// The site that the previous plan gave each participant, by number; -1 for a site that is no more.
    let previousSites: [Int: Int]

    var siteCount: Int { snapshot.sites.count }

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        siteNumbers = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        participantNumbers = Dictionary(
            snapshot.participants.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        members = Dictionary(grouping: snapshot.participants.indices) { snapshot.participants[$0].session }
        loads = snapshot.participantLoads()
        routed = Self.routedLatencies(of: snapshot, siteNumbers: siteNumbers)
        var previousSites: [Int: Int] = [:]
        for session in snapshot.previous?.sessions ?? [] {
            for (participant, site) in session.assignment {
                guard let number = participantNumbers[participant] else { continue }
                previousSites[number] = siteNumbers[site] ?? -1
            }
        }
        self.previousSites = previousSites
    }

    /// The world in which a server at each site costs so much more: the one that bounds at prices of the pool are made for.
    func priced(by prices: [SiteID: Double]) -> CheckedWorld {
        var priced = self
        for (site, price) in prices {
            if let number = siteNumbers[site] { priced.snapshot.sites[number].price += price }
        }
        return priced
    }

    func access(_ participant: Int, _ site: Int) -> Int64 {
        snapshot.accessLatency(participant: participant, site: site).microseconds
    }

    /// Whether the session's policy lets the participant use the site.
    func allows(_ participant: Int, _ site: Int, under policy: SessionPolicy) -> Bool {
        guard snapshot.sites[site].freeServers > 0 else { return false }
        let waiting = snapshot.participants[participant].waiting
        guard let cap = policy.latencyCap(afterWaiting: waiting) else { return true }
        return access(participant, site) <= cap.microseconds
    }

    /// Shortest paths over the links, by the algorithm of Floyd and Warshall: O(sites^3).
    private static func routedLatencies(of snapshot: Snapshot, siteNumbers: [SiteID: Int]) -> [Int64] {
        let count = snapshot.sites.count
        var distance = Array(repeating: unreachable, count: count * count)
        switch snapshot.network {
        case .links(let links):
            for link in links {
                guard let from = siteNumbers[link.from], let to = siteNumbers[link.to] else { continue }
                distance[from * count + to] = min(distance[from * count + to], link.latency.microseconds)
            }
        case .dense(let table):
            for from in 0..<count {
                for to in 0..<count {
                    distance[from * count + to] = table[from, to]?.microseconds ?? unreachable
                }
            }
        case .unknown:
            for from in 0..<count {
                for to in 0..<count {
                    let places = (snapshot.sites[from].coordinate, snapshot.sites[to].coordinate)
                    distance[from * count + to] =
                        GeographicLatency.estimate(from: places.0, to: places.1).microseconds
                }
            }
        }
        for site in 0..<count { distance[site * count + site] = 0 }
        for via in 0..<count {
            for from in 0..<count where distance[from * count + via] < unreachable {
                let first = distance[from * count + via]
                for to in 0..<count {
                    let length = first + distance[via * count + to]
                    if length < distance[from * count + to] { distance[from * count + to] = length }
                }
            }
        }
        return distance
    }
}
