import MeshTypes

extension TransitionRun {
    /// Rents what the pool has, then connects and installs.
    mutating func start() {
        for session in changes.indices {
            isIdle[session] = !movesOf[session].isEmpty && movesOf[session].allSatisfy { moves[$0].state == .idle }
        }
        for holding in holdings.indices where holdings[holding].after > holdings[holding].held {
            if !isIdle[holdings[holding].session] { provision(holding) }
        }
        for session in changes.indices where !isIdle[session] { connectIfReady(session) }
        settled = changes.indices.reversed().filter { !isIdle[$0] && remaining[$0] == 0 }
    }

    /// Rents what a holding lacks, as far as the pool goes; the holding waits for the rest.
    private mutating func provision(_ number: Int) {
        let holding = holdings[number]
        let lacking = holding.after - holding.held
        let servers = min(lacking, pool[holding.site])
        if servers > 0 { rent(servers, number) }
        if servers < lacking { poolQueues[holding.site].append(number) }
    }

    mutating func rent(_ servers: Int, _ number: Int) {
        let holding = holdings[number]
        holdings[number].held += servers
        pool[holding.site] -= servers
        transition.steps.append(
            .provision(session: changes[holding.session].session, site: names[holding.site], servers: servers))
    }

    /// Opens the session's links and installs its routes, once it holds servers wherever they start and end.
    private mutating func connectIfReady(_ session: Int) {
        guard !isConnected[session] else { return }
        let change = changes[session]
        for route in change.installedRoutes {
            for site in route.receivers + [route.source] {
                let number = holding(session, site)
                guard number >= 0, holdings[number].held > 0 else { return }
            }
        }
        isConnected[session] = true
        for link in change.openedLinks {
            transition.steps.append(.connect(session: change.session, link: link))
        }
        for route in change.installedRoutes {
            transition.steps.append(.install(session: change.session, route: route))
            installed[session].append(route)
        }
    }

    /// Does all that can be done.
    mutating func drain() {
        var next = 0
        while next < agenda.count {
            let number = agenda[next]
            next += 1
            perform(number)
        }
        agenda.removeAll(keepingCapacity: true)
    }

    /// Makes a move, or lets it wait for room.
    private mutating func perform(_ number: Int) {
        let move = moves[number]
        guard move.state == .ready || move.state == .detached else { return }
        let session = changes[move.session].session
        let participant = move.move.participant
        guard move.to >= 0 else {
            if move.from >= 0 {
                transition.steps.append(
                    .detach(session: session, participant: participant, site: names[holdings[move.from].site]))
            }
            complete(number)
            depart(move)
            return
        }
        guard isConnected[move.session], hasRoom(move.to, for: move.move.load) else {
            holdings[move.to].waiting.append(number)
            if move.state == .ready { moves[number].state = .waiting }
            return
        }
        let site = names[holdings[move.to].site]
        transition.steps.append(.attach(session: session, participant: participant, site: site))
        holdings[move.to].load += move.move.load
        holdings[move.to].coming -= move.move.load
        let isAttached = move.from >= 0 && move.state != .detached
        complete(number)
        guard isAttached else { return }
        transition.steps.append(.move(session: session, participant: participant, site: site))
        transition.steps.append(
            .detach(session: session, participant: participant, site: names[holdings[move.from].site]))
        depart(move)
    }

    private mutating func complete(_ number: Int) {
        moves[number].state = .done
        remaining[moves[number].session] -= 1
        if remaining[moves[number].session] == 0 { settled.append(moves[number].session) }
    }

    /// Frees the room that a participant took.
    mutating func depart(_ move: Move) {
        guard move.from >= 0 else { return }
        holdings[move.from].load -= move.move.load
        holdings[move.from].leaving -= move.move.load
        wake(move.from)
        releaseSurplus(move.from, keepsRoutes: true)
    }

    /// Lets those try again who wait for room.
    mutating func wake(_ number: Int) {
        guard !holdings[number].waiting.isEmpty else { return }
        for move in holdings[number].waiting {
            if moves[move].state == .waiting { moves[move].state = .ready }
            agenda.append(move)
        }
        holdings[number].waiting.removeAll()
    }

    /// Returns servers beyond the target that carry nobody; those who wait for them get them.
    mutating func releaseSurplus(_ number: Int, keepsRoutes: Bool) {
        let holding = holdings[number]
        let supply = supplies[holding.site]
        var needed = supply.hasFailed ? 0 : (holding.load + supply.loadPerServer - 1) / max(1, supply.loadPerServer)
        if endsRoute(holding) { needed = max(needed, 1) }
        let surplus = holding.held - max(holding.after, needed)
        guard surplus > 0 else { return }
        if keepsRoutes, poolQueues[holding.site].isEmpty { return }
        holdings[number].held -= surplus
        transition.steps.append(
            .release(session: changes[holding.session].session, site: names[holding.site], servers: surplus))
        guard !supply.hasFailed else { return }
        pool[holding.site] += surplus
        servePool(holding.site)
    }

    /// Whether an installed route starts or ends at the holding's site.
    private func endsRoute(_ holding: Holding) -> Bool {
        let site = names[holding.site]
        return installed[holding.session].contains { $0.source == site || $0.receivers.contains(site) }
    }

    /// Gives servers to the holdings that wait for them.
    private mutating func servePool(_ site: Int) {
        guard pool[site] > 0, !poolQueues[site].isEmpty else { return }
        let queue = poolQueues[site]
        poolQueues[site].removeAll()
        for number in queue {
            let before = holdings[number].held
            provision(number)
            guard holdings[number].held > before else { continue }
            let session = holdings[number].session
            if !isConnected[session] {
                connectIfReady(session)
                if isConnected[session] {
                    for other in holdingsOf[session] { wake(other) }
                    if remaining[session] == 0 { settled.append(session) }
                }
            }
            wake(number)
        }
    }
}
