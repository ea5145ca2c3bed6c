import MeshTypes

extension TransitionBooks {
    mutating func attach(_ session: SessionID, _ participant: ParticipantID, _ site: SiteID, _ path: String) {
        let who = Attachment(session: session, participant: participant)
        verification.expect(!hasFailed(site), path, "attaches \(participant) to \(site), which failed")
        let place = Place(session: session, site: site)
        load[place, default: 0] += weight(participant)
        checkLoad(place, path)
        if serving[who] == nil {
            serve(who, at: site, path)
            let wasAt = before.sessions[session]?.assignment[participant]
            if let wasAt, wasAt != site { noteMove(who, from: wasAt, path) }
        } else {
            verification.expect(standby[who] == nil, path, "attaches \(participant) a third time")
            verification.expect(serving[who] != site, path, "attaches \(participant) to the same site twice")
            standby[who] = site
        }
    }

    mutating func move(_ session: SessionID, _ participant: ParticipantID, _ site: SiteID, _ path: String) {
        let who = Attachment(session: session, participant: participant)
        guard let old = serving[who], standby[who] == site else {
            verification.fail(path, "moves \(participant) to \(site), where no second attachment is")
            return
        }
        standby[who] = old
        served[Place(session: session, site: old), default: 0] -= 1
        serving[who] = nil
        serve(who, at: site, path)
        noteMove(who, from: old, path)
    }

    mutating func detach(_ session: SessionID, _ participant: ParticipantID, _ site: SiteID, _ path: String) {
        let who = Attachment(session: session, participant: participant)
        let place = Place(session: session, site: site)
        if standby[who] == site {
            standby[who] = nil
        } else if serving[who] == site {
            let leaves = target.sessions[session]?.assignment[participant] == nil
            verification.expect(
                leaves || interrupted.contains(participant) || hasFailed(site), path,
                "detaches \(participant) from \(site) before another site serves them")
            serving[who] = nil
            served[place, default: 0] -= 1
        } else {
            verification.fail(path, "detaches \(participant) from \(site), where they are not attached")
            return
        }
        load[place, default: 0] -= weight(participant)
    }

    private mutating func serve(_ who: Attachment, at site: SiteID, _ path: String) {
        let place = Place(session: who.session, site: site)
        serving[who] = site
        served[place, default: 0] += 1
        if served[place] == 1 { checkRoutes(who.session, path) }
    }

    private mutating func noteMove(_ who: Attachment, from site: SiteID, _ path: String) {
        verification.expect(movedFrom[who] == nil, path, "moves \(who.participant) a second time")
        movedFrom[who] = site
        guard !hasFailed(site) else { return }
        moveCount += 1
        sessionMoves[who.session, default: 0] += 1
        if let since = checker.sinceLastMove[who.participant] {
            verification.expect(
                since >= checker.cooldown, path,
                "moves \(who.participant), who moved \(since) s ago; expected \(checker.cooldown) s or more")
        }
    }

    /// What holds when all steps are done.
    mutating func close() {
        for (who, site) in standby.sorted(by: { $0.key.participant < $1.key.participant }) {
            verification.fail("steps", "leave \(who.participant) attached to \(site) as well")
        }
        if let budget = checker.moveBudget {
            verification.expect(moveCount <= budget, "steps", "make \(moveCount) moves; the budget is \(budget)")
        }
        for (session, count) in sessionMoves.sorted(by: { $0.key < $1.key }) {
            guard let budget = checker.sessionBudgets[session] else { continue }
            verification.expect(count <= budget, "steps", "make \(count) moves in \(session); the budget is \(budget)")
        }
        checkPeople()
        if transition.isComplete { checkTarget() }
    }

    /// Everybody is where the target or, if the transition says so, where the state before has them.
    private mutating func checkPeople() {
        let postponed = Set(
            transition.postponed.map { Attachment(session: $0.session, participant: $0.participant) })
        for id in Set(before.sessions.keys).union(target.sessions.keys).sorted() {
            let (old, new) = (before.sessions[id]?.assignment ?? [:], target.sessions[id]?.assignment ?? [:])
            for participant in Set(old.keys).union(new.keys).sorted() {
                let who = Attachment(session: id, participant: participant)
                let isPostponed = postponed.contains(who)
                let now = serving[who]
                if isPostponed {
                    verification.expect(
                        now == old[participant] || (interrupted.contains(participant) && now == nil), "postponed",
                        "names \(participant), who is not where they were")
                } else {
                    verification.expect(
                        now == new[participant], "steps",
                        "leave \(participant) at \(now?.description ?? "no site"); the target is "
                            + "\(new[participant]?.description ?? "no site")")
                }
            }
        }
        verification.expect(
            !transition.isComplete || postponed.isEmpty, "complete", "is stated although moves are postponed")
    }

    private mutating func checkTarget() {
        for id in Set(before.sessions.keys).union(target.sessions.keys).sorted() {
            let wanted = target.sessions[id] ?? .init()
            let now = servers.filter { $0.key.session == id && $0.value > 0 }
            verification.expect(
                Dictionary(now.map { ($0.key.site, $0.value) }, uniquingKeysWith: { first, _ in first })
                    == wanted.servers.filter { $0.value > 0 }, "complete", "is stated; servers of \(id) differ")
            verification.expect(
                (links[id] ?? []) == Set(wanted.links), "complete", "is stated; links of \(id) differ")
            verification.expect(
                Set((routes[id] ?? [:]).values) == Set(wanted.routes), "complete", "is stated; routes of \(id) differ")
        }
    }
}
