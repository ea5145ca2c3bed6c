import MeshPlanning
import MeshTypes

/// Prices the move of one participant, all others staying where they are.
struct SingleMove {
    let snapshot: Snapshot
    let plan: Plan
    let session: Session
    let sessionPlan: SessionPlan
    let participant: Int

    private let routed: RoutedLatencies
    private let siteNumbers: [SiteID: Int]
    /// The others of the session who are served, by site number: how much they weigh with this participant.
    private var others: [Int: Partners] = [:]
    /// The latencies that the others bring to the pairs with this participant, weighted, microseconds.
    private var othersAccess = 0.0
    private var otherCount = 0
    /// Cost of one microsecond of weighted pair latency.
    private let weight: Double
    private let home: Int?
    private let previous: SiteID?

    init(
        snapshot: Snapshot, plan: Plan, session: Session, sessionPlan: SessionPlan, participant: Int
    ) throws(PlanningError) {
        self.snapshot = snapshot
        self.plan = plan
        self.session = session
        self.sessionPlan = sessionPlan
        self.participant = participant
        routed = try RoutedLatencies(snapshot)
        siteNumbers = Dictionary(
            snapshot.sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let members = snapshot.participants.indices.filter { snapshot.participants[$0].session == session.id }
        let silent = Set(snapshot.profiles.filter { !$0.publishes }.map(\.name))
        let classes = InteractionClasses(
            session.policy, coordinates: members.map { snapshot.participants[$0].coordinate },
            publishes: members.map { !silent.contains(snapshot.participants[$0].profile) })
        weight = classes.scale
        let own = members.firstIndex(of: participant).map { classes.classOf[$0] } ?? 0
        for (place, number) in members.enumerated() where number != participant {
            guard let site = sessionPlan.assignment[snapshot.participants[number].id],
                let siteNumber = siteNumbers[site]
            else { continue }
            let other = classes.classOf[place]
            let (to, from) = (classes.weight[own * classes.count + other], classes.weight[other * classes.count + own])
            others[siteNumber, default: Partners()].to += to
            others[siteNumber, default: Partners()].from += from
            otherCount += 1
            othersAccess +=
                (to + from) * Double(snapshot.accessLatency(participant: number, site: siteNumber).microseconds)
        }
        let id = snapshot.participants[participant].id
        home = sessionPlan.assignment[id].flatMap { [siteNumbers] in siteNumbers[$0] }
        previous = snapshot.previous?.sessions.lazy.compactMap { $0.assignment[id] }.first
    }

    /// What some of a session weigh: in pairs from the participant to them, and back.
    private struct Partners {
        var to = 0.0
        var from = 0.0
    }

    /// Weights of all pairs with this participant, both ways.
    private var partners: Double {
        others.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value.to + $1.value.from }
    }
    private var load: Int { snapshot.participantLoads()[participant] }

    func explanation(unserved: SessionPlan.Unserved.Reason?) -> Explanation {
        let alternatives = snapshot.sites.indices.filter { $0 != home }.map(alternative).sorted { left, right in
            (left.obstacle == nil ? 0 : 1, left.change, left.site)
                < (right.obstacle == nil ? 0 : 1, right.change, right.site)
        }
        let runnerUp = alternatives.first { $0.obstacle == nil }
        return Explanation(
            participant: snapshot.participants[participant].id, session: session.id,
            site: home.map { snapshot.sites[$0].id }, unserved: unserved,
            price: sessionPlan.unserved.first { $0.participant == snapshot.participants[participant].id }?.price,
            binding: BindingConstraints(snapshot: snapshot, plan: plan, session: session, sessionPlan: sessionPlan)
                .words,
            current: home.map(charge),
            alternatives: alternatives, runnerUp: runnerUp?.site, wouldChange: wouldChange(runnerUp, unserved))
    }

    private func access(_ site: Int) -> Int64 {
        snapshot.accessLatency(participant: participant, site: site).microseconds
    }

    /// The weighted latency of all pairs with this participant if `site` served it, both ways, microseconds.
    private func pairSum(at site: Int) -> Double {
        if sessionPlan.participants == 1 { return 2 * Double(access(site)) }
        var sum = partners * Double(access(site)) + othersAccess
        for (other, each) in others.sorted(by: { $0.key < $1.key }) {
            // A weight of nothing has no way to mind.
            if each.to > 0 { sum += each.to * Double(routed[site, other]) }
            if each.from > 0 { sum += each.from * Double(routed[other, site]) }
        }
        return sum
    }

    private func charge(at site: Int) -> Explanation.Charge {
        let place = snapshot.sites[site]
        let rent = Double(sessionPlan.servers[place.id] ?? 0) * place.price
        let carried = max(1, sessionPlan.load[place.id] ?? 1)
        return Explanation.Charge(
            access: Double(access(site)) / 1000,
            meanPairLatency: partners == 0 ? 0 : pairSum(at: site) / partners / 1000,
            interaction: weight * pairSum(at: site), rent: rent * Double(load) / Double(carried),
            disruption: previous.map { $0 == place.id } ?? true ? 0 : session.policy.movePrice, excess: excess(at: site)
        )
    }

    private func alternative(_ site: Int) -> Explanation.Alternative {
        let place = snapshot.sites[site]
        let interaction = weight * (pairSum(at: site) - (home.map { pairSum(at: $0) } ?? 0))
        let rent = Double(addedServers(at: site)) * place.price - releasedRent
        let movedNow = home.map { isMove(to: snapshot.sites[$0].id) } ?? false
        let disruption =
            session.policy.movePrice * ((isMove(to: place.id) ? 1 : 0) - (movedNow ? 1 : 0))
        let served = home == nil ? session.policy.unservedPrice : 0
        let excess = excess(at: site) - (home.map { self.excess(at: $0) } ?? 0)
        let change = interaction + rent + disruption + excess - served
        let obstacle = obstacle(at: site)
        // Lowering the access latency by one microsecond lowers each pair with this participant, in both directions.
        let perMicrosecond = sessionPlan.participants == 1 ? 2 * weight : partners * weight
        let tipping = perMicrosecond > 0 ? max(0, change) / perMicrosecond / 1000 : .infinity
        let reachable = obstacle == nil && tipping <= Double(access(site)) / 1000
        return Explanation.Alternative(
            site: place.id, access: Double(access(site)) / 1000, interaction: interaction, rent: rent,
            disruption: disruption, excess: excess, change: change, obstacle: obstacle,
            tippingPoint: reachable ? tipping : nil)
    }

    /// What access latency above the soft cap costs at a site.
    private func excess(at site: Int) -> Double {
        guard let cap = session.policy.softLatencyCap else { return 0 }
        return session.policy.softCapPrice * Double(max(0, access(site) - cap.microseconds)) / 1000
    }

    private func isMove(to site: SiteID) -> Bool {
        previous.map { $0 != site } ?? false
    }

    private func needed(_ load: Int, at site: Int) -> Int {
        let perServer = snapshot.sites[site].loadPerServer
        return (load + perServer - 1) / perServer
    }

    /// Servers that the site must rent on top of what the session has there; spares there serve first.
    private func addedServers(at site: Int) -> Int {
        let id = snapshot.sites[site].id
        return max(0, needed((sessionPlan.load[id] ?? 0) + load, at: site) - (sessionPlan.servers[id] ?? 0))
    }

    /// The rent of servers that the participant's present site no longer needs without it.
    private var releasedRent: Double {
        guard let home else { return 0 }
        let carried = sessionPlan.load[snapshot.sites[home].id] ?? load
        return Double(needed(carried, at: home) - needed(carried - load, at: home)) * snapshot.sites[home].price
    }

    /// Why the site cannot serve the participant as things are; `nil` when it can.
    private func obstacle(at site: Int) -> String? {
        let place = snapshot.sites[site]
        if place.freeServers == 0 { return "no free server" }
        let waiting = snapshot.participants[participant].waiting
        if let cap = session.policy.latencyCap(afterWaiting: waiting), access(site) > cap.microseconds {
            return "beyond the latency cap of \(cap)"
        }
        if others.keys.contains(where: { !routed.isReachable(site, $0) || !routed.isReachable($0, site) }) {
            return "no path to another site of the mesh"
        }
        let added = addedServers(at: site)
        let rented = plan.sessions.reduce(0) { $0 + ($1.servers[place.id] ?? 0) }
        if rented + added > place.freeServers { return "full: all \(place.freeServers) free servers are rented" }
        let leavesEmpty = home.map { others[$0] == nil } ?? false
        let sites = sessionPlan.sites.count + (sessionPlan.servers[place.id] == nil ? 1 : 0) - (leavesEmpty ? 1 : 0)
        if let limit = session.policy.siteLimit, sites > limit {
            return "the mesh has its \(limit) sites"
        }
        let released = home.map { releasedRent / max(snapshot.sites[$0].price, .leastNonzeroMagnitude) } ?? 0
        let servers = sessionPlan.servers.values.reduce(0, +) + added - Int(released.rounded())
        if let limit = session.policy.serverLimit, servers > limit {
            return "the mesh has its \(limit) servers"
        }
        return nil
    }

    private func wouldChange(
        _ runnerUp: Explanation.Alternative?, _ unserved: SessionPlan.Unserved.Reason?
    ) -> String {
        guard let runnerUp else {
            if unserved == .noServers { return "a site with servers" }
            return unserved == .latencyCap
                ? "a site within the latency cap" : "no other site can serve this participant as things are"
        }
        let cost = (runnerUp.change * 1000).rounded() / 1000
        if runnerUp.change <= 0 {
            return "\(runnerUp.site) would be cheaper by \(-cost) for this participant alone"
        }
        guard let fall = runnerUp.tippingPoint else {
            return "\(runnerUp.site) costs \(cost) more; no access latency there makes up for it"
        }
        let milliseconds = (fall * 1000).rounded() / 1000
        return "\(runnerUp.site) would do as well if its access latency fell by \(milliseconds) ms to"
            + " \(((runnerUp.access - fall) * 1000).rounded() / 1000) ms"
    }
}
