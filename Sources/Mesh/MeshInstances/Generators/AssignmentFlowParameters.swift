public import Optimization

/// Networks shaped like the mesh's own question: clusters of participants, the sites near each, and a sink.
///
/// Sites and clusters lie at random in a square of 100 ms. Each cluster supplies its participants and may go to its
/// `degree` nearest sites, at the distance in microseconds with some noise; each site passes on what its capacity allows,
/// and all sites together can take more than there is by the slack. An arc from each cluster straight to the sink, dearer
/// than any site, leaves people unserved where the near sites are full, so that every problem is feasible.
///
/// Nodes: clusters, then sites, then the sink. Arcs: by cluster its sites and its way out, then the sites.
public struct AssignmentFlowParameters: FlowGenerator, Hashable {
    /// Clusters.
    public var clusters: Int
    /// Sites.
    public var sites: Int
    /// Sites that a cluster may go to.
    public var degree: Int
    /// Participants in a cluster.
    public var weights: ClosedRange<Int>
    /// Capacity of all sites together, as a multiple of the participants.
    public var slack: Double

    /// Creates parameters.
    public init(
        clusters: Int, sites: Int, degree: Int, weights: ClosedRange<Int> = 1...20, slack: Double = 1.25
    ) {
        self.clusters = clusters
        self.sites = sites
        self.degree = degree
        self.weights = weights
        self.slack = slack
    }

    /// The side of the square, in microseconds.
    private static let side = 100_000.0
    /// The cost of leaving a participant unserved, in microseconds: more than the square's diagonal with noise.
    public static let unservedCost = 1_000_000

    /// Makes the problem of a seed. O(clusters * sites).
    ///
    /// - Throws: ``ParameterError`` when a number is out of range.
    public func generate(seed: UInt64) throws(ParameterError) -> FlowProblem {
        try check()
        var random = SeededRandom(seed: seed)
        let places = (0..<sites).map { _ in (x: random.fraction(), y: random.fraction()) }
        let sink = clusters + sites
        var supplies = Array(repeating: Int64(0), count: sink + 1)
        var arcs: [FlowProblem.Arc] = []
        arcs.reserveCapacity(clusters * (degree + 1) + sites)
        var total: Int64 = 0
        for cluster in 0..<clusters {
            let weight = Int64(random.integer(in: weights))
            supplies[cluster] = weight
            total += weight
            let (x, y) = (random.fraction(), random.fraction())
            let distances = places.map { ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) }
            for site in AssignmentFlowParameters.nearest(degree, distances) {
                let latency = AssignmentFlowParameters.side * distances[site].squareRoot()
                let cost = 1 + Int64((latency * (0.9 + 0.2 * random.fraction())).rounded())
                arcs.append(.init(tail: cluster, head: clusters + site, upper: weight, cost: cost))
            }
            let out = Int64(AssignmentFlowParameters.unservedCost)
            arcs.append(.init(tail: cluster, head: sink, upper: weight, cost: out))
        }
        supplies[sink] = -total
        let share = Double(total) * slack / Double(sites)
        for site in 0..<sites {
            let capacity = Int64((share * (0.5 + random.fraction())).rounded(.up))
            arcs.append(.init(tail: clusters + site, head: sink, upper: capacity, cost: 0))
        }
        return try FlowProblem(generated: arcs, supplies: supplies)
    }

    /// The numbers of the `count` least distances, nearest first; the earlier site goes first where they are equal.
    private static func nearest(_ count: Int, _ distances: [Double]) -> [Int] {
        var nearest: [Int] = []
        nearest.reserveCapacity(count + 1)
        for site in distances.indices {
            if nearest.count == count, let last = nearest.last, distances[last] <= distances[site] { continue }
            var place = nearest.count
            while place > 0, distances[nearest[place - 1]] > distances[site] { place -= 1 }
            nearest.insert(site, at: place)
            if nearest.count > count { nearest.removeLast() }
        }
        return nearest
    }

    private func check() throws(ParameterError) {
        try ParameterError.check("clusters", clusters, in: 1...GeneratorLimits.nodes / 2)
        try ParameterError.check("sites", sites, in: 1...GeneratorLimits.nodes / 2)
        try ParameterError.check("degree", degree, in: 1...sites)
        try ParameterError.check("clusters", clusters, in: 1...GeneratorLimits.arcs / (degree + 1))
        // Every cluster looks at every site.
        try ParameterError.check("sites", sites, in: 1...(1 << 32) / clusters)
        try ParameterError.check("weights", weights, in: 1...1_000_000)
        try ParameterError.check("slack", slack, in: 0...1_000)
    }
}
