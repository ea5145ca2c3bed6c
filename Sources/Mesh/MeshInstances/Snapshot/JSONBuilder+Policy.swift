internal import MeshTypes

extension JSONBuilder {
    /// Writes a session with its policy: what a policy always had in full, the rest where it differs from the default.
    mutating func session(_ session: Session) {
        object { output in
            output.key(SessionKey.id)
            output.string(session.id.description)
            output.key(SessionKey.type)
            output.string(session.type)
            output.key(SessionKey.policy)
            output.policy(session.policy)
        }
    }

    private mutating func policy(_ policy: SessionPolicy) {
        let standard = SessionPolicy()
        object { output in
            output.milliseconds(policy.latencyCap, PolicyKey.latencyCap)
            output.limit(policy.siteLimit, PolicyKey.siteLimit)
            output.limit(policy.serverLimit, PolicyKey.serverLimit)
            output.limit(policy.moveBudget, PolicyKey.moveBudget)
            output.limit(policy.redundancy, PolicyKey.redundancy)
            output.number(policy.movePrice, PolicyKey.movePrice, unless: nil)
            output.number(policy.latencyValue, PolicyKey.latencyValue, unless: nil)
            output.number(policy.unservedPrice, PolicyKey.unservedPrice, unless: nil)
            output.interaction(policy.interaction)
            output.milliseconds(policy.softLatencyCap, PolicyKey.softLatencyCap)
            output.number(policy.softCapPrice, PolicyKey.softCapPrice, unless: standard.softCapPrice)
            output.number(policy.capRelaxation, PolicyKey.capRelaxation, unless: standard.capRelaxation)
            output.number(policy.cooldown, PolicyKey.cooldown, unless: standard.cooldown)
            output.number(policy.risk, PolicyKey.risk, unless: standard.risk)
            output.limit(policy.degreeLimit, PolicyKey.degreeLimit)
            if policy.twoEdgeConnected { output.boolean(true, PolicyKey.twoEdgeConnected) }
            if !policy.media.isEmpty {
                output.key(PolicyKey.media)
                output.array { output in
                    for stream in policy.media { output.mediaStream(stream) }
                }
            }
        }
    }

    private mutating func interaction(_ interaction: Interaction) {
        guard interaction != .everyone else { return }
        key(PolicyKey.interaction)
        switch interaction {
        case .everyone: string(InteractionName.everyone.rawValue)
        case .audience: string(InteractionName.audience.rawValue)
        case .nearby(let reach):
            string(InteractionName.nearby.rawValue)
            key(PolicyKey.reach)
            number(reach)
        }
    }

    private mutating func mediaStream(_ stream: MediaStream) {
        object { output in
            output.key(MediaStreamKey.mediaClass)
            output.string(stream.media.rawValue)
            output.number(stream.rate, MediaStreamKey.rate, unless: nil)
            output.number(stream.latencyWeight, MediaStreamKey.latencyWeight, unless: nil)
            output.number(stream.lossTolerance, MediaStreamKey.lossTolerance, unless: nil)
        }
    }

    private mutating func milliseconds(_ latency: Latency?, _ key: PolicyKey) {
        guard let latency else { return }
        self.key(key)
        milliseconds(latency.microseconds)
    }

    private mutating func limit(_ limit: Int?, _ key: PolicyKey) {
        guard let limit else { return }
        self.key(key)
        integer(limit)
    }

    private mutating func number(_ value: Double, _ key: some JSONKey, unless standard: Double?) {
        guard value != standard else { return }
        self.key(key)
        number(value)
    }

    /// Writes a truth value under a key.
    mutating func boolean(_ value: Bool, _ key: some JSONKey) {
        self.key(key)
        boolean(value)
    }
}
