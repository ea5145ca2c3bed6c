import MeshTypes

/// The groups that may fail, by kind.
struct RiskGroups {
    let study: Study
    let base: Snapshot

    /// The groups of a kind, by name.
    ///
    /// - Throws: ``StudyError`` when there is none, or when a group names what the base does not have.
    func groups(_ kind: RiskKind, line: Int) throws(StudyError) -> [RiskGroup] {
        let groups: [RiskGroup]
        switch kind {
        case .site: groups = base.sites.map { RiskGroup(name: $0.id.description, sites: [$0.id]) }
        case .provider: groups = gathered(by: \.provider)
        case .region: groups = gathered(by: \.region)
        case .group:
            groups = study.riskGroups
            for group in groups { try check(group) }
        }
        guard !groups.isEmpty else {
            let why =
                kind == .group ? "the study has no 'risk-groups'" : "no site of the base has a \(kind.rawValue)"
            throw StudyError(line: line, "failures of kind '\(kind.rawValue)' have nothing that can fail: \(why)")
        }
        return groups
    }

    private func gathered(by key: (Site) -> String?) -> [RiskGroup] {
        var sites: [String: [SiteID]] = [:]
        for site in base.sites { if let name = key(site) { sites[name, default: []].append(site.id) } }
        return sites.keys.sorted().map { RiskGroup(name: $0, sites: sites[$0] ?? []) }
    }

    private func check(_ group: RiskGroup) throws(StudyError) {
        let known = Set(base.sites.map(\.id))
        for site in group.sites + group.links.flatMap({ [$0.from, $0.to] }) where !known.contains(site) {
            let hint = NearestWord.hint(site.description, among: known.map(\.description).sorted())
            throw StudyError(
                line: group.line,
                "the risk group '\(group.name)' names the site '\(site)'\(hint), which the base does not have")
        }
    }
}
