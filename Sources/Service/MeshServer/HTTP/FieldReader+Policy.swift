import MeshTypes

extension FieldReader {
    /// The fields of a policy, as requests spell them. The spelling of snapshots (`latency-cap`) is understood too.
    static let policyKeys = [
        "latencyCap", "siteLimit", "serverLimit", "moveBudget", "redundancy", "movePrice", "latencyValue",
        "unservedPrice", "interaction", "reach", "softLatencyCap", "softCapPrice", "capRelaxation", "cooldown", "risk",
        "degreeLimit", "twoEdgeConnected", "media",
    ]

    /// A policy: that of the session's type, with what the request says otherwise. `null` lifts a limit.
    mutating func policy(_ tree: JSONTree, _ pointer: String, type: String) -> SessionPolicy? {
        guard let fields = object(Self.camelCased(tree), pointer, keys: Self.policyKeys) else { return nil }
        var policy = SessionPolicy.standard(for: type)
        let (counts, limits) = (0...1_000_000, 1...1_000_000)
        func at(_ name: String) -> String { "\(pointer)/\(name)" }
        func isNull(_ name: String) -> Bool { if case .null = fields[name] { true } else { false } }
        for (name, path) in [
            ("siteLimit", \SessionPolicy.siteLimit), ("serverLimit", \.serverLimit), ("moveBudget", \.moveBudget),
            ("degreeLimit", \.degreeLimit),
        ] {
            if isNull(name) {
                policy[keyPath: path] = nil
            } else if let limit = integer(fields[name], at(name), in: name == "moveBudget" ? counts : limits) {
                policy[keyPath: path] = limit
            }
        }
        for (name, path) in [("latencyCap", \SessionPolicy.latencyCap), ("softLatencyCap", \.softLatencyCap)] {
            if isNull(name) {
                policy[keyPath: path] = nil
            } else if let cap = number(fields[name], at(name), in: 0...Latency.longest.milliseconds) {
                policy[keyPath: path] = Latency(milliseconds: cap)
            }
        }
        for (name, path) in [
            ("movePrice", \SessionPolicy.movePrice), ("latencyValue", \.latencyValue),
            ("unservedPrice", \.unservedPrice), ("softCapPrice", \.softCapPrice),
            ("capRelaxation", \.capRelaxation), ("cooldown", \.cooldown),
        ] {
            if let value = number(fields[name], at(name), in: 0...1e9) { policy[keyPath: path] = value }
        }
        if let spares = integer(fields["redundancy"], at("redundancy"), in: counts) { policy.redundancy = spares }
        if let risk = number(fields["risk"], at("risk"), in: 0...1) { policy.risk = risk }
        if let isTwice = flag(fields["twoEdgeConnected"], at("twoEdgeConnected")) { policy.twoEdgeConnected = isTwice }
        interaction(fields, pointer, &policy)
        if let media = fields["media"] { policy.media = streams(media, at("media")) }
        if let limit = policy.serverLimit, limit <= policy.redundancy {
            fault(at("redundancy"), "is \(policy.redundancy) of at most \(limit) servers; expected fewer spares")
        }
        return policy
    }

    private mutating func interaction(
        _ fields: [String: JSONTree], _ pointer: String, _ policy: inout SessionPolicy
    ) {
        let reach = number(fields["reach"], "\(pointer)/reach", in: 1...1e9)
        guard let word = text(fields["interaction"], "\(pointer)/interaction") else {
            guard let reach else { return }
            if case .nearby = policy.interaction {
                policy.interaction = .nearby(reach: reach)
            } else {
                fault("\(pointer)/reach", "is there without the interaction nearby")
            }
            return
        }
        switch word {
        case "everyone": policy.interaction = .everyone
        case "audience": policy.interaction = .audience
        case "nearby": policy.interaction = .nearby(reach: reach ?? Interaction.standardReach)
        default:
            fault(
                "\(pointer)/interaction",
                "is \(Self.shortened(word).debugDescription); expected everyone, nearby or audience")
        }
        if reach != nil, word != "nearby" { fault("\(pointer)/reach", "is there without the interaction nearby") }
    }

    private mutating func streams(_ tree: JSONTree, _ pointer: String) -> [MediaStream] {
        guard case .array(let items) = tree else {
            fault(pointer, "is \(tree.kind); expected an array of streams")
            return []
        }
        if items.count > MediaClass.allCases.count {
            fault(pointer, "has \(items.count) streams; expected one a class")
        }
        return items.prefix(MediaClass.allCases.count).enumerated().compactMap { index, item in
            let place = "\(pointer)/\(index)"
            let keys = ["class", "rate", "latencyWeight", "lossTolerance"]
            guard let fields = object(Self.camelCased(item), place, keys: keys) else { return nil }
            for key in ["class", "rate"] where fields[key] == nil { fault("\(place)/\(key)", "is missing") }
            let word = text(fields["class"], "\(place)/class")
            let media = word.flatMap(MediaClass.init(rawValue:))
            if word != nil, media == nil {
                fault("\(place)/class", "is no media class; expected audio, video or content")
            }
            let rate = number(fields["rate"], "\(place)/rate", in: 0...1e9)
            let weight = number(fields["latencyWeight"], "\(place)/latencyWeight", in: 0...1e9)
            let tolerance = number(fields["lossTolerance"], "\(place)/lossTolerance", in: 0...1)
            guard let media, let rate else { return nil }
            return MediaStream(media: media, rate: rate, latencyWeight: weight ?? 1, lossTolerance: tolerance ?? 1)
        }
    }

    /// The same object with keys such as `latency-cap` as `latencyCap`.
    private static func camelCased(_ tree: JSONTree) -> JSONTree {
        guard case .object(let members) = tree else { return tree }
        return .object(
            members.map { member in
                let words = member.key.split(separator: "-", omittingEmptySubsequences: false)
                guard words.count > 1, words.allSatisfy({ !$0.isEmpty }) else { return member }
                let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }
                return .init(key: words[0] + rest.joined(), value: member.value)
            })
    }
}
