internal import MeshInstances
internal import MeshTypes
internal import Scenarios

/// Reads the variations of a scenario file.
enum AxisReader {
    private static let kinds = [
        "growth", "hours", "times", "add-sites", "remove-sites", "servers", "prices", "links", "failures", "policy",
    ]

    static func axes(_ value: YAMLValue) throws(InputError) -> [AxisDefinition] {
        var axes: [AxisDefinition] = []
        for item in try value.list(atMost: 1_000) {
            let keys = try item.mapping(["name"] + kinds)
            let chosen = kinds.filter { keys[$0] != nil }
            guard chosen.count == 1, let kind = chosen.first, let content = keys[kind] else {
                let found = chosen.isEmpty ? "none" : chosen.joined(separator: " and ")
                throw item.error("has \(found); expected exactly one of \(kinds.joined(separator: ", "))")
            }
            let name = try keys["name"]?.text() ?? kind
            guard !name.contains(where: { "=,+ ".contains($0) }) else {
                throw item.error("is named '\(name)'; expected a name without =, +, comma and blank")
            }
            guard !axes.contains(where: { $0.name == name }), name != "draw" else {
                throw item.error("has the name '\(name)', which another variation has; expected a 'name' of its own")
            }
            axes.append(AxisDefinition(name: name, kind: try self.kind(kind, content), line: item.line))
        }
        return axes
    }

    private static func kind(_ kind: String, _ value: YAMLValue) throws(InputError) -> AxisKind {
        switch kind {
        case "growth": return try growth(value)
        case "hours":
            guard value.isMapping else { return .hours(try value.numbers(in: 0...1_000), DailyCurve()) }
            let keys = try value.mapping(["at", "peak", "low", "weekend"])
            return .hours(try keys.required("at", of: value).numbers(in: 0...1_000), try curve(keys))
        case "times":
            var times: [String] = []
            for time in value.elements { times.append(try time.text()) }
            return .times(times)
        case "add-sites": return try addSites(value)
        case "remove-sites":
            let keys = try value.mapping(["each", "sites", "region", "provider"])
            return .remove(try sites(keys, of: value), each: try keys["each"]?.flag() ?? false)
        case "servers", "prices":
            let keys = try value.mapping(["to", "sites", "region", "provider"])
            var amounts: [Amount] = []
            for amount in try keys.required("to", of: value).elements { amounts.append(try self.amount(amount)) }
            let selection = try sites(keys, of: value, canBeAll: true)
            return kind == "servers" ? .resize(selection, amounts) : .reprice(selection, amounts)
        case "links": return try links(value)
        case "failures": return try failures(value)
        default: return try policy(value)
        }
    }

    private static func growth(_ value: YAMLValue) throws(InputError) -> AxisKind {
        let isSelective =
            value.isMapping && (try? value.mapping(["from", "to", "step"])) == nil
        guard isSelective else { return .growth(try value.numbers(in: 0...1_000), ParticipantSelection()) }
        let keys = try value.mapping(["factors", "region", "type", "session"])
        return .growth(
            try keys.required("factors", of: value).numbers(in: 0...1_000),
            ParticipantSelection(
                region: try keys["region"]?.text(), type: try keys["type"]?.text(),
                session: try keys["session"]?.text().identifier()))
    }

    /// The daily curve that keys beside others describe.
    static func curve(_ keys: [String: YAMLValue]) throws(InputError) -> DailyCurve {
        var curve = DailyCurve()
        if let peak = keys["peak"] { curve.peak = try peak.number(in: 0...24) }
        if let low = keys["low"] { curve.low = try low.number(in: 0...1) }
        if let weekend = keys["weekend"] { curve.weekend = try weekend.number(in: 0...10) }
        return curve
    }

    private static func sites(
        _ keys: [String: YAMLValue], of owner: YAMLValue, canBeAll: Bool = false
    ) throws(InputError) -> SiteSelection {
        var selection = SiteSelection(region: try keys["region"]?.text(), provider: try keys["provider"]?.text())
        for site in keys["sites"]?.elements ?? [] { selection.sites.append(SiteID(try site.text())) }
        guard canBeAll || selection != SiteSelection() else {
            throw owner.error("selects no sites; expected 'sites', 'region' or 'provider'")
        }
        return selection
    }

    private static func amount(_ value: YAMLValue) throws(InputError) -> Amount {
        let text = try value.text()
        let sign = text.first
        let number = Double(sign == "x" || sign == "+" ? String(text.dropFirst()) : text)
        guard let number, number.isFinite, abs(number) <= 1e9, sign != "x" || number >= 0 else {
            throw value.error(
                "is '\(text)'; expected a number such as 4, a change such as +2 or -1, or a factor such as x1.5")
        }
        switch sign {
        case "x": return .times(number)
        case "+", "-": return .more(number)
        default: return .exactly(number)
        }
    }

    private static func links(_ value: YAMLValue) throws(InputError) -> AxisKind {
        let keys = try value.mapping(["between", "and", "latency", "cut"])
        func end(_ key: String) throws(InputError) -> SiteSelection {
            let side = try keys.required(key, of: value)
            guard side.isMapping else {
                var selection = SiteSelection()
                for site in side.elements { selection.sites.append(SiteID(try site.text())) }
                return selection
            }
            return try sites(try side.mapping(["sites", "region", "provider"]), of: side)
        }
        var effects: [LinkEffect] = []
        for amount in keys["latency"]?.elements ?? [] { effects.append(.latency(try self.amount(amount))) }
        if try keys["cut"]?.flag() ?? false { effects.append(.cut) }
        guard !effects.isEmpty else {
            throw value.error("does nothing to the links; expected 'latency' or 'cut: true'")
        }
        return .links(try end("between"), try end("and"), effects)
    }

    private static func failures(_ value: YAMLValue) throws(InputError) -> AxisKind {
        let keys = try value.mapping(["of", "count", "only"])
        let of = try keys.required("of", of: value)
        let word = try of.text()
        guard let kind = RiskKind(rawValue: word) else {
            let known = RiskKind.allCases.map(\.rawValue)
            throw of.error(
                "is '\(word)'\(NearestWord.hint(word, among: known)); expected \(known.joined(separator: ", "))")
        }
        var count = FailureCount.one
        if let value = keys["count"] {
            switch try value.text() {
            case "1", "one": count = .one
            case "2", "two": count = .two
            case "all": count = .all
            case let other: throw value.error("is '\(other)'; expected one, two or all")
            }
        }
        var only: [String] = []
        for name in keys["only"]?.elements ?? [] { only.append(try name.text()) }
        return .failures(kind, count, only: only)
    }

    private static func policy(_ value: YAMLValue) throws(InputError) -> AxisKind {
        let names = PolicyEntry.allCases.map(\.rawValue)
        let keys = try value.mapping(names + ["type", "session"])
        let chosen = PolicyEntry.allCases.filter { keys[$0.rawValue] != nil }
        guard chosen.count == 1, let key = chosen.first, let content = keys[key.rawValue] else {
            throw value.error(
                "changes \(chosen.count) entries; expected exactly one of \(names.joined(separator: ", "))")
        }
        var values: [Double?] = []
        for element in content.elements {
            if try element.text() == "none" { values.append(nil) } else { values += try element.numbers(in: 0...1e9) }
        }
        return .policy(
            key, values,
            SessionSelection(type: try keys["type"]?.text(), session: try keys["session"]?.text().identifier()))
    }

    private static func addSites(_ value: YAMLValue) throws(InputError) -> AxisKind {
        let keys = try value.mapping(["each", "sites"])
        var sites: [NewSite] = []
        for item in try keys.required("sites", of: value).list() { sites.append(try newSite(item)) }
        return .add(sites, each: try keys["each"]?.flag() ?? false)
    }

    private static func newSite(_ value: YAMLValue) throws(InputError) -> NewSite {
        let keys = try value.mapping([
            "id", "name", "latitude", "longitude", "servers", "load-per-server", "price", "provider", "region", "like",
        ])
        let id = try keys.required("id", of: value).text()
        let servers = try keys.required("servers", of: value).integer(in: 0...1_000_000)
        let site = Site(
            id: SiteID(id), name: try keys["name"]?.text() ?? id,
            coordinate: GeoCoordinate(
                latitude: try keys.required("latitude", of: value).number(in: -90...90),
                longitude: try keys.required("longitude", of: value).number(in: -180...180)),
            freeServers: servers, totalServers: servers,
            loadPerServer: try keys["load-per-server"]?.integer(in: 1...1_000_000) ?? 50,
            price: try keys.required("price", of: value).number(in: 0...1e9), provider: try keys["provider"]?.text(),
            region: try keys["region"]?.text())
        return NewSite(site: site, like: try keys["like"]?.text().identifier())
    }
}

extension String {
    fileprivate func identifier<Entity>() -> Identifier<Entity> { Identifier(self) }
}
