import MeshTypes

/// Resolves what a study writes against its base: selections to sites, kinds to groups, values to alternatives.
struct AxisResolver {
    let study: Study
    let base: Snapshot
    let plan: Plan

    func axis(_ definition: AxisDefinition) throws(StudyError) -> Sweep.Axis {
        Sweep.Axis(name: definition.name, alternatives: try alternatives(definition))
    }

    private func alternatives(_ axis: AxisDefinition) throws(StudyError) -> [[Step]] {
        func step(_ label: String, _ change: Change) -> [Step] {
            [Step(axis: axis.name, label: label, change: change, line: axis.line)]
        }
        switch axis.kind {
        case .growth(let factors, let selection):
            try check(selection, axis)
            return factors.map { step(Figure.short($0), .growth($0, selection)) }
        case .hours(let hours, let curve): return hours.map { step(Figure.short($0), .hour($0, curve)) }
        case .times(let times):
            var alternatives: [[Step]] = []
            for time in times {
                alternatives.append(step(time, .factors(try SeriesFactors(base).factors(at: time, line: axis.line))))
            }
            return alternatives
        case .add(let sites, let each):
            return each
                ? sites.map { step($0.site.id.description, .add([$0])) }
                : [step(sites.map(\.site.id.description).joined(separator: "+"), .add(sites))]
        case .remove(let selection, let each):
            let sites = try resolve(selection, axis)
            return each
                ? sites.map { step($0.description, .remove([$0])) }
                : [step(label(selection, sites), .remove(sites))]
        case .resize(let selection, let amounts):
            let sites = try resolve(selection, axis)
            return amounts.map { step($0.label, .servers($0, sites)) }
        case .reprice(let selection, let amounts):
            let sites = try resolve(selection, axis)
            return amounts.map { step($0.label, .price($0, sites)) }
        case .links(let from, let to, let effects):
            let pairs = try pairs(from, to, axis)
            return effects.map { effect in
                switch effect {
                case .cut: step("cut", .links(effect, pairs))
                case .latency(let amount): step(amount.label, .links(effect, pairs))
                }
            }
        case .failures(let kind, let count, let only): return try failures(kind, count, only: only, axis)
        case .policy(let key, let values, let selection):
            try check(selection, axis)
            return try policies(key, values, selection, axis)
        case .repetitions(let count): return (1...max(1, count)).map { step(String($0), .repetition($0)) }
        case .fixedPlan:
            return [step("fixed", .only(plan.serversBySite)), step("free", .factors([]))]
        case .purchases(let count):
            let rented = plan.serversBySite
            let full = base.sites.filter { (rented[$0.id] ?? 0) >= $0.freeServers }
            let limited = plan.sessions.compactMap { session -> (SessionID, Int)? in
                let limit = base.sessions.first { $0.id == session.id }?.policy.siteLimit
                return limit.flatMap { session.sites.count >= $0 ? (session.id, $0) : nil }
            }
            return full.map {
                step("\(count)-more-at-\($0.id)", .servers(.more(Double(count)), [$0.id]))
            }
                + limited.prefix(100).map {
                    step(
                        "a-site-more-for-\($0.0)",
                        .policy(.siteLimit, Double($0.1 + 1), SessionSelection(session: $0.0)))
                }
        case .serverAtEachSite(let more, let onlyWhereFull):
            let rented = plan.serversBySite
            return base.sites.filter { site in
                let used = rented[site.id] ?? 0
                guard onlyWhereFull else { return more > 0 || site.freeServers + more >= 0 }
                return more > 0
                    ? used >= site.freeServers : used > site.freeServers + more && site.freeServers + more >= 0
            }.map { step($0.id.description, .servers(.more(Double(more)), [$0.id])) }
        }
    }

    private func policies(
        _ key: PolicyEntry, _ values: [Double?], _ selection: SessionSelection, _ axis: AxisDefinition
    ) throws(StudyError) -> [[Step]] {
        var alternatives: [[Step]] = []
        for value in values {
            if let value {
                let least = [.siteLimit, .serverLimit].contains(key) ? 1.0 : 0
                guard value >= least, value <= 1e9, !key.isWhole || value == value.rounded() else {
                    throw StudyError(
                        line: axis.line,
                        "'\(axis.name)' sets \(key.rawValue) to \(Figure.short(value)); expected a "
                            + "\(key.isWhole ? "whole number" : "number") of \(Figure.short(least)) or more")
                }
            } else if !key.isLimit {
                throw StudyError(line: axis.line, "'\(axis.name)' sets \(key.rawValue) to none; expected a number")
            }
            alternatives.append([
                Step(
                    axis: axis.name, label: value.map(Figure.short) ?? "none", change: .policy(key, value, selection),
                    line: axis.line)
            ])
        }
        return alternatives
    }

    private func failures(
        _ kind: RiskKind, _ count: FailureCount, only: [String], _ axis: AxisDefinition
    ) throws(StudyError) -> [[Step]] {
        var groups = try RiskGroups(study: study, base: base).groups(kind, line: axis.line)
        for name in only where !groups.contains(where: { $0.name == name }) {
            let hint = NearestWord.hint(name, among: groups.map(\.name))
            throw StudyError(
                line: axis.line,
                "'\(axis.name)' names the \(kind.rawValue) '\(name)'\(hint), which the base does not have")
        }
        if !only.isEmpty { groups = groups.filter { only.contains($0.name) } }
        func step(_ group: RiskGroup) -> Step {
            Step(axis: axis.name, label: group.name, change: .fail(group), lossKind: kind, line: axis.line)
        }
        switch count {
        case .one: return groups.map { [step($0)] }
        case .two:
            guard groups.count > 1 else {
                throw StudyError(
                    line: axis.line,
                    "'\(axis.name)' fails two of \(groups.count) \(kind.rawValue); expected two groups at least")
            }
            return groups.indices.flatMap { one in
                groups[(one + 1)...].map { [step(groups[one]), step($0)] }
            }
        case .all: return [groups.map(step)]
        }
    }

    private func label(_ selection: SiteSelection, _ sites: [SiteID]) -> String {
        selection.region ?? selection.provider
            ?? (sites.count <= 3 ? sites.map(\.description).joined(separator: "+") : "\(sites.count) sites")
    }

    private func pairs(
        _ from: SiteSelection, _ to: SiteSelection, _ axis: AxisDefinition
    ) throws(StudyError) -> [SitePair] {
        let (ends, others) = (try resolve(from, axis), try resolve(to, axis))
        let pairs = ends.flatMap { end in others.filter { $0 != end }.map { SitePair(from: end, to: $0) } }
        guard !pairs.isEmpty else {
            throw StudyError(line: axis.line, "'\(axis.name)' selects no link; expected two different sites at least")
        }
        return pairs
    }

    /// The sites of a selection, in the base's order.
    private func resolve(_ selection: SiteSelection, _ axis: AxisDefinition) throws(StudyError) -> [SiteID] {
        let known = base.sites.map(\.id.description)
        for site in selection.sites where !known.contains(site.description) {
            throw StudyError(
                line: axis.line,
                "'\(axis.name)' names the site '\(site)'\(NearestWord.hint(site.description, among: known)), which the base "
                    + "does not have")
        }
        try check(region: selection.region, axis)
        if let provider = selection.provider {
            let providers = Set(base.sites.compactMap(\.provider)).sorted()
            guard providers.contains(provider) else {
                throw StudyError(
                    line: axis.line,
                    "'\(axis.name)' names the provider '\(provider)'\(NearestWord.hint(provider, among: providers)), which no "
                        + "site of the base has")
            }
        }
        let wanted = Set(selection.sites)
        let sites = base.sites.filter { site in
            (wanted.isEmpty || wanted.contains(site.id)) && (selection.region.map { $0 == site.region } ?? true)
                && (selection.provider.map { $0 == site.provider } ?? true)
        }
        guard !sites.isEmpty else {
            throw StudyError(line: axis.line, "'\(axis.name)' selects no site of the base; expected one at least")
        }
        return sites.map(\.id)
    }

    private func check(region: String?, _ axis: AxisDefinition) throws(StudyError) {
        guard let region else { return }
        let regions = Set(base.sites.compactMap(\.region)).sorted()
        guard regions.contains(region) else {
            throw StudyError(
                line: axis.line,
                "'\(axis.name)' names the region '\(region)'\(NearestWord.hint(region, among: regions)), which no site of the "
                    + "base has")
        }
    }

    private func check(_ selection: ParticipantSelection, _ axis: AxisDefinition) throws(StudyError) {
        try check(region: selection.region, axis)
        try check(SessionSelection(type: selection.type, session: selection.session), axis)
    }

    private func check(_ selection: SessionSelection, _ axis: AxisDefinition) throws(StudyError) {
        if let type = selection.type, !base.sessions.contains(where: { $0.type == type }) {
            let types = Set(base.sessions.map(\.type)).sorted()
            throw StudyError(
                line: axis.line,
                "'\(axis.name)' names the session type '\(type)'\(NearestWord.hint(type, among: types)), which no session has"
            )
        }
        if let session = selection.session, !base.sessions.contains(where: { $0.id == session }) {
            throw StudyError(
                line: axis.line,
                "'\(axis.name)' names the session '\(session)'"
                    + "\(NearestWord.hint(session.description, among: base.sessions.map(\.id.description))), which the base "
                    + "does not have")
        }
    }
}
