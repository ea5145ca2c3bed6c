import MeshTypes

extension MeshController {
    /// Refuses an event that cannot be, before anything changes.
    func check(_ event: ControlEvent) throws(ControlError) {
        switch event {
        case .sessionCreated(let opening):
            guard sessionNumbers[opening.id] == nil else {
                throw ControlError(.duplicateSession, "session \(opening.id) exists already; expected a new identifier")
            }
            if let policy = opening.policy { try check(policy, of: opening.id) }
            guard (opening.expectedParticipants ?? 0) >= 0 else {
                throw ControlError(
                    .invalidValue,
                    "session \(opening.id) expects \(opening.expectedParticipants ?? 0) participants; expected 0 or more"
                )
            }
            try check(newcomers: opening.participants)
        case .sessionEnded(let id): try check(session: id)
        case .joined(let id, let reports):
            try check(session: id)
            try check(newcomers: reports)
        case .moved(let reports):
            for report in reports {
                try check(participant: report.id)
                try check(report)
            }
        case .left(let ids):
            var seen: Set<ParticipantID> = []
            for id in ids {
                try check(participant: id)
                guard seen.insert(id).inserted else {
                    throw ControlError(.invalidValue, "participant \(id) leaves twice; expected each once")
                }
            }
        case .siteUp(let report): try check(report)
        case .siteDown(let id), .siteDraining(let id), .siteSilent(let id), .siteHeard(let id), .siteRemoved(let id):
            try check(site: id)
        case .renewed(let ids): for id in ids { try check(session: id) }
        case .measured(let digest): try check(digest)
        case .demandExpected(let demand):
            guard demand.factor.isFinite, demand.factor >= 0, demand.from <= demand.to else {
                throw ControlError(
                    .invalidValue,
                    "expected demand of \(demand.sessionType) has factor \(demand.factor) and must not end before it begins; expected a factor of 0 or more"
                )
            }
        case .tickDue(let order):
            guard (order.workLimit ?? 0) >= 0 else {
                throw ControlError(.invalidValue, "the work limit is \(order.workLimit ?? 0); expected 0 or more")
            }
        }
    }

    private func check(session id: SessionID) throws(ControlError) {
        guard sessionNumbers[id] != nil else { throw ControlError(.unknownSession, "there is no session \(id)") }
    }

    private func check(participant id: ParticipantID) throws(ControlError) {
        guard people.number(of: id) != nil else {
            throw ControlError(.unknownParticipant, "there is no participant \(id)")
        }
    }

    private func check(site id: SiteID) throws(ControlError) {
        guard sites.number(of: id) != nil else { throw ControlError(.unknownSite, "there is no site \(id)") }
    }

    private func check(newcomers reports: [ParticipantReport]) throws(ControlError) {
        var seen: Set<ParticipantID> = []
        for report in reports {
            guard people.number(of: report.id) == nil, seen.insert(report.id).inserted else {
                throw ControlError(
                    .duplicateParticipant, "participant \(report.id) is in a session already; expected a new identifier"
                )
            }
            try check(report)
        }
    }

    private func check(_ report: ParticipantReport) throws(ControlError) {
        try check(report.latitude, report.longitude, of: "participant \(report.id)")
        guard profiles.isKnown(report.profile) else {
            throw ControlError(
                .invalidValue,
                "participant \(report.id) has the profile \(report.profile), which is not known; expected \(profiles.profiles.map(\.name).joined(separator: ", "))"
            )
        }
    }

    private func check(_ report: SiteReport) throws(ControlError) {
        try check(report.latitude, report.longitude, of: "site \(report.id)")
        guard report.servers >= 0, report.servers <= 1_000_000, report.loadPerServer >= 1,
            report.loadPerServer <= 1_000_000
        else {
            throw ControlError(
                .invalidValue,
                "site \(report.id) has \(report.servers) servers of load \(report.loadPerServer); expected 0 to 1000000 of load 1 to 1000000"
            )
        }
        guard report.price.isFinite, report.price >= 0, report.price <= 1e9 else {
            throw ControlError(.invalidValue, "site \(report.id) has the price \(report.price); expected 0 to 1e9")
        }
    }

    private func check(_ latitude: Double, _ longitude: Double, of what: String) throws(ControlError) {
        guard latitude >= -90, latitude <= 90, longitude >= -180, longitude <= 180 else {
            throw ControlError(
                .invalidValue, "\(what) is at \(latitude), \(longitude); expected -90 to 90 and -180 to 180 degrees")
        }
    }

    private func check(_ policy: SessionPolicy, of id: SessionID) throws(ControlError) {
        let prices = [
            policy.movePrice, policy.latencyValue, policy.unservedPrice, policy.softCapPrice, policy.capRelaxation,
            policy.cooldown,
        ]
        guard prices.allSatisfy({ $0.isFinite && $0 >= 0 && $0 <= 1e9 }) else {
            throw ControlError(.invalidValue, "the policy of session \(id) has a price or time that is not 0 to 1e9")
        }
        let limits = [policy.siteLimit, policy.serverLimit, policy.moveBudget, policy.degreeLimit, policy.redundancy]
        guard limits.allSatisfy({ ($0 ?? 0) >= 0 }) else {
            throw ControlError(.invalidValue, "the policy of session \(id) has a negative limit; expected 0 or more")
        }
        if let limit = policy.serverLimit, limit > 0, limit <= policy.redundancy {
            throw ControlError(
                .invalidValue,
                "the policy of session \(id) allows \(limit) servers and wants \(policy.redundancy) spares; expected more servers than spares"
            )
        }
    }

    private func check(_ digest: MeasurementDigest) throws(ControlError) {
        for entry in digest.access {
            guard entry.latency >= 0, entry.latency <= Latency.longest.milliseconds else {
                throw ControlError(
                    .invalidValue,
                    "the latency of \(entry.participant) to \(entry.site) is \(entry.latency) ms; expected 0 to \(Latency.longest.milliseconds)"
                )
            }
        }
        for link in digest.links {
            guard (link.latency ?? 0) >= 0, (link.latency ?? 0) <= Latency.longest.milliseconds else {
                throw ControlError(
                    .invalidValue,
                    "the latency of link \(link.from) to \(link.to) is \(link.latency ?? 0) ms; expected 0 to \(Latency.longest.milliseconds)"
                )
            }
        }
        for link in digest.links {
            guard let bandwidth = link.bandwidth else { continue }
            guard bandwidth >= 0, bandwidth <= 1_000_000 else {
                throw ControlError(
                    .invalidValue,
                    "link \(link.from) to \(link.to) carries \(bandwidth) Mbit/s; expected 0 (not known any more) to 1000000"
                )
            }
        }
        for overload in digest.overloads {
            guard overload.capacity >= 0, overload.capacity <= 1 else {
                throw ControlError(
                    .invalidValue, "the capacity left at \(overload.site) is \(overload.capacity); expected 0 to 1")
            }
        }
    }
}
