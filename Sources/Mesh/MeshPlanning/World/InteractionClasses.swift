package import MeshTypes

/// Who of a session interacts with whom, as classes of participants between whom all pairs weigh the same.
///
/// Everyone with everyone is one class; an audience has two, those who publish and those who listen; neighbours have
/// one for each cell. `SessionPlan` defines the weights.
package struct InteractionClasses: Sendable {
    /// The class of each participant of the session.
    package let classOf: [Int]
    /// How many classes there are; 1 at least.
    package let count: Int
    /// The weight of an ordered pair by the classes of its first and second, row-major.
    package let weight: [Double]
    /// `weight` plus its transpose: both directions of a pair.
    let mutual: [Double]
    /// Whether both directions of every pair weigh the same.
    let isSymmetric: Bool
    /// Cost of one microsecond of weighted pair latency: `latencyValue / 1000 * N / S`.
    package let scale: Double
    /// Participants of each class.
    let sizes: [Double]

    /// The classes of participants by their places and by whether they publish.
    package init(_ policy: SessionPolicy, coordinates: [GeoCoordinate], publishes: [Bool]) {
        let people = coordinates.count
        switch policy.interaction {
        case .nearby(let reach) where people > 1:
            let cells = coordinates.map { InteractionCell($0) }
            let distinct = Set(cells).sorted()
            let numbers = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
            classOf = cells.map { numbers[$0] ?? 0 }
            count = distinct.count
            var weight = [Double](repeating: 1, count: distinct.count * distinct.count)
            for (row, from) in distinct.enumerated() {
                for (column, to) in distinct.enumerated() where column > row {
                    let value = Interaction.weight(from: from, to: to, reach: reach)
                    weight[row * distinct.count + column] = value
                    weight[column * distinct.count + row] = value
                }
            }
            self.weight = weight
            isSymmetric = true
        case .audience where publishes.contains(true) && publishes.contains(false):
            classOf = publishes.map { $0 ? 0 : 1 }
            count = 2
            weight = [1, 1, 0, 0]
            isSymmetric = false
        default:
            classOf = Array(repeating: 0, count: people)
            count = 1
            weight = [1]
            isSymmetric = true
        }
        var sizes = [Double](repeating: 0, count: count)
        for number in classOf { sizes[number] += 1 }
        self.sizes = sizes
        let (weight, count) = (weight, count)
        mutual = weight.indices.map { weight[$0] + weight[$0 % count * count + $0 / count] }
        var sum = 0.0
        for from in 0..<count {
            for to in 0..<count {
                let pairs = sizes[from] * (from == to ? sizes[to] - 1 : sizes[to])
                sum += weight[from * count + to] * pairs
            }
        }
        // With one class the weights sum to N (N - 1); the quotient is spelled out so that it is exact.
        let unit = count == 1 ? 1 / Double(max(1, people - 1)) : sum > 0 ? Double(people) / sum : 0
        scale = policy.latencyValue / 1000 * unit
    }

    /// What a participant's latency is multiplied by when all are served: its weights to and from all others.
    var fullMultipliers: [Double] {
        guard classOf.count > 1 else { return Array(repeating: 2, count: count) }
        return (0..<count).map { number in
            let all = (0..<count).reduce(0) { $0 + mutual[number * count + $1] * sizes[$1] }
            return all - mutual[number * count + number]
        }
    }
}
