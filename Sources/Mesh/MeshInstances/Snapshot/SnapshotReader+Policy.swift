internal import MeshTypes

extension JSONReader {
    /// Reads a policy; what it does not state keeps its default.
    mutating func policy() throws(InputError) -> SessionPolicy {
        let start = mark()
        let counts = 0...SnapshotLimits.count
        let prices = 0...SnapshotLimits.price
        let quantities = 0...SnapshotLimits.quantity
        var policy = SessionPolicy()
        var interaction = InteractionName.everyone
        var reach: Double?
        try object(PolicyKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .latencyCap: policy.latencyCap = try reader.null() ? nil : reader.latency()
            case .siteLimit: policy.siteLimit = try reader.null() ? nil : reader.integer(in: 1...SnapshotLimits.count)
            case .serverLimit:
                policy.serverLimit = try reader.null() ? nil : reader.integer(in: 1...SnapshotLimits.count)
            case .moveBudget: policy.moveBudget = try reader.null() ? nil : reader.integer(in: counts)
            case .redundancy: policy.redundancy = try reader.integer(in: counts)
            case .movePrice: policy.movePrice = try reader.number(in: prices)
            case .latencyValue: policy.latencyValue = try reader.number(in: prices)
            case .unservedPrice: policy.unservedPrice = try reader.number(in: prices)
            case .interaction: interaction = try reader.choice(InteractionName.self)
            case .reach: reach = try reader.null() ? nil : reader.number(in: 1...SnapshotLimits.quantity)
            case .softLatencyCap: policy.softLatencyCap = try reader.null() ? nil : reader.latency()
            case .softCapPrice: policy.softCapPrice = try reader.number(in: prices)
            case .capRelaxation: policy.capRelaxation = try reader.number(in: quantities)
            case .cooldown: policy.cooldown = try reader.number(in: quantities)
            case .risk: policy.risk = try reader.number(in: 0...1)
            case .degreeLimit:
                policy.degreeLimit = try reader.null() ? nil : reader.integer(in: 1...SnapshotLimits.count)
            case .twoEdgeConnected: policy.twoEdgeConnected = try reader.boolean()
            case .media:
                var media: [MediaStream] = []
                try reader.array { (reader, _) throws(InputError) in media.append(try reader.mediaStream()) }
                policy.media = media
            }
        }
        switch interaction {
        case .everyone: policy.interaction = .everyone
        case .audience: policy.interaction = .audience
        case .nearby: policy.interaction = .nearby(reach: reach ?? Interaction.standardReach)
        }
        guard reach == nil || interaction == .nearby else {
            throw error(
                "has a reach and the interaction \(interaction.rawValue); expected one with nearby only", at: start)
        }
        return policy
    }

    private mutating func mediaStream() throws(InputError) -> MediaStream {
        let start = mark()
        var (mediaClass, rate): (MediaClass?, Double?)
        var (latencyWeight, lossTolerance): (Double?, Double?)
        try object(MediaStreamKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .mediaClass: mediaClass = try reader.choice(MediaClass.self)
            case .rate: rate = try reader.number(in: 0...SnapshotLimits.quantity)
            case .latencyWeight: latencyWeight = try reader.number(in: 0...SnapshotLimits.price)
            case .lossTolerance: lossTolerance = try reader.number(in: 0...1)
            }
        }
        let stream = MediaStream(
            media: try required(mediaClass, MediaStreamKey.mediaClass, at: start),
            rate: try required(rate, MediaStreamKey.rate, at: start))
        return MediaStream(
            media: stream.media, rate: stream.rate, latencyWeight: latencyWeight ?? stream.latencyWeight,
            lossTolerance: lossTolerance ?? stream.lossTolerance)
    }
}
