import MeshTypes

/// The state of all meshes between two steps, with both attachments of those who have two.
struct TransitionBooks {
    struct Attachment: Hashable {
        let session: SessionID
        let participant: ParticipantID
    }

    struct Place: Hashable {
        let session: SessionID
        let site: SiteID
    }

    let checker: TransitionChecker
    let target: ServiceState
    let before: ServiceState
    let transition: Transition
    let interrupted: Set<ParticipantID>
    var verification = PlanVerification()
    /// Servers, by session and site, and by site.
    var servers: [Place: Int] = [:]
    var rented: [SiteID: Int] = [:]
    var load: [Place: Int] = [:]
    /// Serving attachments at each place.
    var served: [Place: Int] = [:]
    var serving: [Attachment: SiteID] = [:]
    var standby: [Attachment: SiteID] = [:]
    var links: [SessionID: Set<SiteLink>] = [:]
    var routes: [SessionID: [MediaRoute.Key: MediaRoute]] = [:]
    /// Those who moved, with where they moved from first.
    var movedFrom: [Attachment: SiteID] = [:]
    var moveCount = 0
    var sessionMoves: [SessionID: Int] = [:]
    /// The last step's path, for what is found at the end.
    let promised: [SessionID: Set<Promise>]

    struct Promise: Hashable {
        let media: MediaClass
        let from: SiteID
        let to: SiteID
    }

    init(checker: TransitionChecker, before: ServiceState, target: ServiceState, transition: Transition) {
        self.checker = checker
        self.before = before
        self.target = target
        self.transition = transition
        interrupted = Set(transition.interrupted)
        var promised: [SessionID: Set<Promise>] = [:]
        for (id, session) in Array(before.sessions) + Array(target.sessions) {
            for route in session.routes {
                for receiver in route.receivers {
                    promised[id, default: []].insert(
                        Promise(media: route.media, from: route.source, to: receiver))
                }
            }
        }
        self.promised = promised
        for (id, session) in before.sessions {
            for (site, count) in session.servers {
                servers[Place(session: id, site: site)] = count
                rented[site, default: 0] += count
            }
            links[id] = Set(session.links)
            for route in session.routes { routes[id, default: [:]][route.key] = route }
            for (participant, site) in session.assignment {
                let attachment = Attachment(session: id, participant: participant)
                serving[attachment] = site
                load[Place(session: id, site: site), default: 0] += weight(participant)
                served[Place(session: id, site: site), default: 0] += 1
            }
        }
    }

    func weight(_ participant: ParticipantID) -> Int { checker.loads[participant] ?? 1 }
    func hasFailed(_ site: SiteID) -> Bool { checker.supply[site]?.hasFailed ?? false }

    mutating func perform(_ step: TransitionStep, _ path: String) {
        switch step {
        case .provision(let session, let site, let count): provision(session, site, count, path)
        case .release(let session, let site, let count): release(session, site, count, path)
        case .connect(let session, let link):
            let isNew = links[session, default: []].insert(link).inserted
            verification.expect(isNew, path, "opens \(link.from) to \(link.to), which is open already")
        case .disconnect(let session, let link): disconnect(session, link, path)
        case .install(let session, let route): install(session, route, path)
        case .remove(let session, let key):
            let known = routes[session]?.removeValue(forKey: key)
            verification.expect(known != nil, path, "removes a route of \(key.source) that is not installed")
            checkRoutes(session, path)
        case .attach(let session, let participant, let site): attach(session, participant, site, path)
        case .move(let session, let participant, let site): move(session, participant, site, path)
        case .detach(let session, let participant, let site): detach(session, participant, site, path)
        }
    }

    private mutating func provision(_ session: SessionID, _ site: SiteID, _ count: Int, _ path: String) {
        verification.expect(count > 0, path, "provisions \(count) servers")
        servers[Place(session: session, site: site), default: 0] += count
        rented[site, default: 0] += count
        let supply = checker.supply[site]
        let most = (supply?.hasFailed ?? true) ? 0 : supply?.servers ?? 0
        let now = rented[site] ?? 0
        verification.expect(now <= most, path, "rents \(now) servers at \(site); there are \(most)")
    }

    private mutating func release(_ session: SessionID, _ site: SiteID, _ count: Int, _ path: String) {
        let place = Place(session: session, site: site)
        let left = (servers[place] ?? 0) - count
        verification.expect(
            count > 0 && left >= 0, path, "releases \(count) servers at \(site); \(left + count) are rented")
        servers[place] = max(0, left)
        rented[site, default: 0] -= count
        checkLoad(place, path)
        if left <= 0 {
            let ends = (routes[session] ?? [:]).values.contains { $0.source == site || $0.receivers.contains(site) }
            verification.expect(!ends, path, "releases the last server of \(site), where an installed route ends")
        }
    }

    private mutating func disconnect(_ session: SessionID, _ link: SiteLink, _ path: String) {
        let known = links[session]?.remove(link)
        verification.expect(known != nil, path, "closes \(link.from) to \(link.to), which is not open")
        let isUsed = (routes[session] ?? [:]).values.contains { $0.hops.contains(link) }
        verification.expect(!isUsed, path, "closes \(link.from) to \(link.to), which an installed route uses")
    }

    private mutating func install(_ session: SessionID, _ route: MediaRoute, _ path: String) {
        verification.expect(
            routes[session]?[route.key] == nil, path, "installs a route of \(route.source) that is installed already")
        for hop in route.hops {
            let isOpen = links[session]?.contains(hop) ?? false
            verification.expect(isOpen, path, "needs \(hop.from) to \(hop.to), which is not open")
        }
        for site in [route.source] + route.receivers {
            let count = servers[Place(session: session, site: site)] ?? 0
            verification.expect(count > 0, path, "installs a route that ends at \(site), where no server is rented")
        }
        RouteShape(route).verify(path, into: &verification)
        routes[session, default: [:]][route.key] = route
    }

    func checkedLoad(_ place: Place) -> (load: Int, capacity: Int) {
        let supply = checker.supply[place.site]
        return (load[place] ?? 0, (servers[place] ?? 0) * (supply?.loadPerServer ?? 0))
    }

    mutating func checkLoad(_ place: Place, _ path: String) {
        guard !hasFailed(place.site) else { return }
        let (load, capacity) = checkedLoad(place)
        verification.expect(load <= capacity, path, "puts load \(load) on \(place.site), which carries \(capacity)")
    }

    /// Rule 5: wherever the routes before or after lead, and both ends serve somebody, an installed route leads.
    mutating func checkRoutes(_ session: SessionID, _ path: String) {
        var lead: Set<Promise> = []
        for route in (routes[session] ?? [:]).values {
            for receiver in route.receivers {
                lead.insert(Promise(media: route.media, from: route.source, to: receiver))
            }
        }
        for promise in (promised[session] ?? []).subtracting(lead) {
            let isNeeded = isServing(session, promise.from) && isServing(session, promise.to)
            verification.expect(
                !isNeeded, path, "leaves no route for \(promise.media.rawValue) from \(promise.from) to \(promise.to)")
        }
    }

    private func isServing(_ session: SessionID, _ site: SiteID) -> Bool {
        !hasFailed(site) && (served[Place(session: session, site: site)] ?? 0) > 0
    }
}
