import MeshTypes

/// The sites of the pool as a tick sees them: what may be rented, what is, and what a server is worth beyond its price.
package struct TickPool: Sendable, Codable {
    /// One site.
    package struct Entry: Sendable, Codable {
        /// Servers that stand there.
        package var servers: Int
        /// Load units that one carries.
        package var loadPerServer: Int
        /// Price of one for one tick.
        package var price: Double
        /// Whether it answers.
        package var isUp = true
        /// Whether it is to be emptied.
        package var isDraining = false
        /// The part of its servers that an overload leaves, 0 to 1.
        package var capacityFactor = 1.0
        /// Whether nothing was heard of it for a while: whoever is there stays, and nobody comes.
        package var isSilent = false
        /// Servers rented by all sessions.
        package var rented = 0
        /// What one more server there is worth to those who did not get one, beyond its price.
        package var scarcity = 0.0
        /// The sites with which there is a way there and back bear the same number.
        package var component = 0

        package init(servers: Int, loadPerServer: Int, price: Double) {
            self.servers = servers
            self.loadPerServer = loadPerServer
            self.price = price
        }

        /// Servers that may be rented, whether they are or not.
        package var usable: Int {
            isUp && !isDraining ? Int((Double(servers) * capacityFactor).rounded(.down)) : 0
        }
        /// Servers that may be rented now.
        package var free: Int { isSilent ? 0 : max(0, usable - rented) }

        private enum CodingKeys: String, CodingKey {
            case servers, loadPerServer, price, isUp, isDraining, capacityFactor, isSilent, rented, scarcity, component
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            servers = try container.decode(Int.self, forKey: .servers)
            loadPerServer = try container.decode(Int.self, forKey: .loadPerServer)
            price = try container.decode(Double.self, forKey: .price)
            isUp = try container.decode(Bool.self, forKey: .isUp)
            isDraining = try container.decode(Bool.self, forKey: .isDraining)
            capacityFactor = try container.decode(Double.self, forKey: .capacityFactor)
            // Absent from older states.
            isSilent = try container.decodeIfPresent(Bool.self, forKey: .isSilent) ?? false
            rented = try container.decode(Int.self, forKey: .rented)
            scarcity = try container.decode(Double.self, forKey: .scarcity)
            component = try container.decode(Int.self, forKey: .component)
        }
    }

    /// The sites, by number.
    package var entries: [Entry] = []
    /// What a move is charged beyond its price while the world changes, since it pins people where they are for a while.
    package var restraint = Restraint()

    private enum CodingKeys: String, CodingKey {
        case entries
    }

    package init() {}

    /// What a move is charged beyond its price: all of ``charge`` where the cool-down is as long as ``cooldown``, else as much of it.
    package struct Restraint: Sendable {
        package var charge = 0.0
        /// Seconds.
        package var cooldown = 1.0

        package init() {}

        package init(charge: Double, cooldown: Double) {
            self.charge = charge
            self.cooldown = cooldown
        }

        func charge(_ policy: SessionPolicy) -> Double { charge * min(1, policy.cooldown / cooldown) }
    }

    /// Whether the pool has the servers that a change takes, or the change takes none that the session did not have.
    package func admits(_ change: TickChange) -> Bool {
        change.after.allSatisfy { holding in
            let held = change.before.first { $0.site == holding.site }?.servers ?? 0
            return holding.servers <= held || Int(holding.servers - held) <= entries[Int(holding.site)].free
        }
    }

    /// Books the servers of a change.
    package mutating func commit(_ change: TickChange) {
        for holding in change.before { entries[Int(holding.site)].rented -= Int(holding.servers) }
        for holding in change.after { entries[Int(holding.site)].rented += Int(holding.servers) }
    }

    /// Numbers the sites by "there is a way there and back".
    ///
    /// - Complexity: O(sites * components).
    package mutating func numberComponents(_ field: LatencyField) {
        var first: [Int] = []
        for site in entries.indices {
            let home = first.firstIndex { other in
                field.routed[other * field.stride + site] < LatencyField.unreachable
                    && field.routed[site * field.stride + other] < LatencyField.unreachable
            }
            if let home {
                entries[site].component = home
            } else {
                entries[site].component = first.count
                first.append(site)
            }
        }
    }

    /// The rent that is the least for a load on fractions of usable servers, as ``MeshTypes/SessionPlan`` defines it: a
    /// table from which each session reads its own.
    package func rentTable() -> RentTable { RentTable(self) }
}

/// The usable servers of the pool, cheapest load unit first.
package struct RentTable: Sendable, Equatable {
    private var capacities: [Int] = []
    private var rates: [Double] = []
    /// The price of the cheapest usable server.
    package let cheapest: Double

    init(_ pool: TickPool) {
        let usable = pool.entries.filter { $0.usable > 0 }
        cheapest = usable.map(\.price).min() ?? 0
        let order = usable.sorted { $0.price * Double($1.loadPerServer) < $1.price * Double($0.loadPerServer) }
        for entry in order {
            capacities.append(entry.usable * entry.loadPerServer)
            rates.append(entry.price / Double(entry.loadPerServer))
        }
    }

    /// The least rent that carries a load, `redundancy` spares included, and the price of its last load unit.
    ///
    /// - Complexity: O(sites that the load fills).
    package func least(carrying load: Int, redundancy: Int) -> (rent: Double, rate: Double) {
        var (left, rent, rate, place) = (load, 0.0, 0.0, 0)
        while left > 0 && place < capacities.count {
            let carried = min(left, capacities[place])
            rate = rates[place]
            rent += Double(carried) * rate
            left -= carried
            place += 1
        }
        return (max(rent, cheapest) + Double(redundancy) * cheapest, rate)
    }
}
