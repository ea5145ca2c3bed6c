import MeshTypes

extension TransitionRun {
    /// Moves that wait, in the order of their selection.
    private var waitingMoves: [Int] {
        moves.indices.filter { moves[$0].state == .waiting || moves[$0].state == .detached }
    }

    /// Whether the target's servers at a holding carry what it will have when all selected moves are made.
    private func fitsInTheEnd(_ number: Int) -> Bool {
        let holding = holdings[number]
        let supply = supplies[holding.site]
        guard !supply.hasFailed else { return false }
        return holding.load + holding.coming - holding.leaving <= max(holding.after, holding.held)
            * supply.loadPerServer
    }

    /// Breaks one deadlock, if one can be broken; says whether something can go on.
    mutating func breakDeadlock() -> Bool {
        let waiting = waitingMoves
        guard !waiting.isEmpty else { return false }
        if limits.allowsTemporaryServers, rentTemporarily(waiting) { return true }
        return interrupt(waiting)
    }

    /// Rents one more server where somebody waits for room that others will leave.
    private mutating func rentTemporarily(_ waiting: [Int]) -> Bool {
        for number in waiting {
            let move = moves[number]
            let holding = holdings[move.to]
            guard isConnected[move.session], pool[holding.site] > 0, fitsInTheEnd(move.to) else { continue }
            guard holding.held <= holding.after else { continue }
            let lacking = holding.load + move.move.load - capacity(move.to)
            let perServer = max(1, supplies[holding.site].loadPerServer)
            let servers = (lacking + perServer - 1) / perServer
            guard servers <= pool[holding.site] else { continue }
            rent(servers, move.to)
            wake(move.to)
            return true
        }
        return false
    }

    /// Detaches those of one site whose going lets everybody concerned go on: of all sites that somebody waits for,
    /// where the fewest have to. A trial shows that all who are detached are attached again; otherwise nobody is.
    private mutating func interrupt(_ waiting: [Int]) -> Bool {
        var groups: [[Int]] = []
        for number in holdings.indices {
            let leaving = waiting.filter {
                moves[$0].from == number && moves[$0].state == .waiting && !moves[$0].isForced
                    && fitsInTheEnd(moves[$0].to)
            }
            guard !leaving.isEmpty, let group = groupToInterrupt(number, leaving: leaving, waiting: waiting) else {
                continue
            }
            groups.append(group)
        }
        groups.sort { ($0.count, $0[0]) < ($1.count, $1[0]) }
        for group in groups.prefix(Self.trialLimit) {
            var trial = self
            trial.detach(group)
            trial.drain()
            if depth < Self.depthLimit, trial.hasDetached {
                trial.depth += 1
                while trial.hasDetached, trial.takeDownAll() || trial.breakDeadlock() { trial.drain() }
                trial.depth = depth
            }
            guard !trial.hasDetached else { continue }
            self = trial
            return true
        }
        return false
    }

    /// The most groups that are tried for a deadlock, and how many further ones a trial may break.
    private static let trialLimit = 8
    private static let depthLimit = 2

    /// Whether somebody is detached and not attached again.
    private var hasDetached: Bool { moves.contains { $0.state == .detached } }

    private mutating func detach(_ group: [Int]) {
        for number in group {
            let move = moves[number]
            transition.steps.append(
                .detach(
                    session: changes[move.session].session, participant: move.move.participant,
                    site: names[holdings[move.from].site]))
            transition.interrupted.append(move.move.participant)
            moves[number].state = .detached
            holdings[move.from].load -= move.move.load
            holdings[move.from].leaving -= move.move.load
        }
        guard let first = group.first else { return }
        let from = moves[first].from
        wake(from)
        if holdings[from].load == 0, holdings[from].after == 0 { removeIdleRoutes(of: holdings[from].session) }
        releaseSurplus(from, keepsRoutes: true)
    }

    /// The smallest group of those who want to leave a site whose going makes room for one who waits for this site, or
    /// frees a server that another session waits for; `nil` when no group does.
    private func groupToInterrupt(_ number: Int, leaving: [Int], waiting: [Int]) -> [Int]? {
        let holding = holdings[number]
        let perServer = max(1, supplies[holding.site].loadPerServer)
        let byLoad = leaving.sorted {
            (moves[$1].move.load, $0) < (moves[$0].move.load, $1)
        }
        let comers = waiting.filter { moves[$0].to == number && isConnected[moves[$0].session] }
        let room = comers.map { moves[$0].move.load }.min().map { holding.load + $0 - capacity(number) }
        let isWanted = poolQueues[holding.site].contains { $0 != number } && holding.held > holding.after
        var group: [Int] = []
        var freed = 0
        for mover in byLoad {
            group.append(mover)
            freed += moves[mover].move.load
            if let room, freed >= room { return group }
            let needed = (holding.load - freed + perServer - 1) / perServer
            guard isWanted, holding.held > max(holding.after, needed) else { continue }
            if needed > 0 || holding.after > 0 || !isBound(number) { return group }
        }
        return nil
    }

    /// Whether routes hold the last server of a site even when nobody is served there.
    private func isBound(_ number: Int) -> Bool {
        let site = names[holdings[number].site]
        let session = holdings[number].session
        let served = servedSites(of: session).subtracting([site])
        var pairs = RoutePairs(installed[session])
        for route in installed[session] where route.source == site || route.receivers.contains(site) {
            pairs.add(route, times: -1)
        }
        return !covers(pairs, session: session, served: served)
    }

    /// The sites where somebody of the session is or will be served.
    func servedSites(of session: Int) -> Set<SiteID> {
        Set(
            holdingsOf[session].filter {
                holdings[$0].load + holdings[$0].coming > 0 && !supplies[holdings[$0].site].hasFailed
            }
            .map { names[holdings[$0].site] })
    }

    /// Whether routes lead between all served sites between which the routes before or after lead.
    func covers(_ pairs: RoutePairs, session: Int, served: Set<SiteID>) -> Bool {
        required[session].counts.keys.allSatisfy { pair in
            !served.contains(pair.from) || !served.contains(pair.to) || (pairs.counts[pair] ?? 0) > 0
        }
    }

    /// Removes those old routes that nobody needs any more.
    mutating func removeIdleRoutes(of session: Int) {
        let change = changes[session]
        guard !change.removedRoutes.isEmpty else { return }
        let served = servedSites(of: session)
        var pairs = RoutePairs(installed[session])
        for route in change.removedRoutes {
            guard let place = installed[session].firstIndex(where: { $0.key == route.key }) else { continue }
            pairs.add(route, times: -1)
            guard covers(pairs, session: session, served: served) else {
                pairs.add(route)
                continue
            }
            installed[session].remove(at: place)
            transition.steps.append(.remove(session: change.session, route: route.key))
        }
    }

    /// Takes down what a session does not need any more: routes, links, servers. Says whether that gave somebody
    /// something to go on with.
    mutating func takeDown(_ session: Int) -> Bool {
        guard !isIdle[session] else { return false }
        removeIdleRoutes(of: session)
        let used = Set(installed[session].flatMap(\.hops))
        for link in changes[session].closedLinks where !used.contains(link) && !closed[session].contains(link) {
            closed[session].insert(link)
            transition.steps.append(.disconnect(session: changes[session].session, link: link))
        }
        for number in holdingsOf[session] { releaseSurplus(number, keepsRoutes: false) }
        return !agenda.isEmpty
    }

    /// Takes down what settled sessions do not need, then what others do not that somebody waits for; says whether
    /// somebody can go on.
    mutating func takeDownAll() -> Bool {
        while let session = settled.popLast() {
            guard isConnected[session], !isTakenDown[session] else { continue }
            isTakenDown[session] = true
            if takeDown(session) { return true }
        }
        for site in poolQueues.indices where !poolQueues[site].isEmpty {
            for number in holdingsAt[site] {
                let session = holdings[number].session
                guard !isTakenDown[session], !isIdle[session] else { continue }
                removeIdleRoutes(of: session)
                releaseSurplus(number, keepsRoutes: true)
            }
        }
        return !agenda.isEmpty
    }

    /// Takes down what the sessions do not need that are not settled; says whether somebody can go on.
    mutating func takeDownRest() -> Bool {
        for session in changes.indices where !isTakenDown[session] {
            if takeDown(session) { return true }
        }
        return false
    }

    /// States what was not reached.
    mutating func finish() {
        for number in waitingMoves { postpone(number, .capacity) }
        for session in changes.indices {
            let change = changes[session]
            let isDone =
                isConnected[session] && closed[session].count == change.closedLinks.count
                && installed[session].count == change.keptRoutes.count + change.installedRoutes.count
                && holdingsOf[session].allSatisfy { holdings[$0].held == holdings[$0].after }
            if !isDone { transition.isComplete = false }
        }
        transition.interrupted.sort()
        transition.postponed.sort { $0.participant < $1.participant }
    }
}
