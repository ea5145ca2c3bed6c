import MeshTypes

extension FieldReader {
    /// The fields of a policy, as requests spell them.
    static let policyKeys = [
        "latencyCap", "siteLimit", "serverLimit", "moveBudget", "redundancy", "movePrice", "latencyValue",
        "unservedPrice",
    ]

    /// A policy: that of the session's type, with what the request says otherwise.
    mutating func policy(_ tree: JSONTree, _ pointer: String, type: String) -> SessionPolicy? {
        guard let fields = object(tree, pointer, keys: Self.policyKeys) else { return nil }
        let counts = 0...1_000_000
        let prices = 0.0...1e9
        var policy = SessionPolicy()
        if let cap = number(fields["latencyCap"], "\(pointer)/latencyCap", in: 0...60_000) {
            policy.latencyCap = Latency(milliseconds: cap)
        }
        if let limit = integer(fields["siteLimit"], "\(pointer)/siteLimit", in: 1...1_000_000) {
            policy.siteLimit = limit
        }
        if let limit = integer(fields["serverLimit"], "\(pointer)/serverLimit", in: 1...1_000_000) {
            policy.serverLimit = limit
        }
        if let budget = integer(fields["moveBudget"], "\(pointer)/moveBudget", in: counts) { policy.moveBudget = budget }
        if let spares = integer(fields["redundancy"], "\(pointer)/redundancy", in: counts) { policy.redundancy = spares }
        if let price = number(fields["movePrice"], "\(pointer)/movePrice", in: prices) { policy.movePrice = price }
        if let value = number(fields["latencyValue"], "\(pointer)/latencyValue", in: prices) {
            policy.latencyValue = value
        }
        if let price = number(fields["unservedPrice"], "\(pointer)/unservedPrice", in: prices) {
            policy.unservedPrice = price
        }
        return policy
    }
}
