public import Optimization

/// Networks like NETGEN's: a random skeleton that carries all supply, and random arcs beside it.
///
/// Sources come first, sinks last, transshipment nodes between them. The supply is dealt to the sources at random. Every
/// source starts a chain; the transshipment nodes are dealt to the chains in random order, and every chain leads on to
/// some sinks, so that each sink hangs on a chain at least and a feasible flow exists. Of these skeleton arcs a percentage
/// costs the maximum. The other arcs are drawn with each tail about as often as the next and no two with the same ends.
/// Arcs without a capacity of their own can carry all supply. Assignment and transport problems come out when there are
/// no transshipment nodes.
///
/// Written from the description in Klingman, Napier, Stutz, "NETGEN: a program for generating large scale capacitated
/// assignment, transportation, and minimum cost flow network problems", Management Science 20 (1974); presets after
/// Kiraly, Kovacs, "Efficient implementations of minimum-cost flow algorithms" (2012). It is not that program: the same
/// parameters and seed give another network of the same family.
public struct NETGENParameters: FlowGenerator, Hashable {
    /// Nodes.
    public var nodes: Int
    /// Sources, pure and transshipment.
    public var sources: Int
    /// Sinks, pure and transshipment.
    public var sinks: Int
    /// Arcs, the skeleton's included.
    public var arcs: Int
    /// Costs of arcs.
    public var costs: ClosedRange<Int>
    /// Supply of all sources together.
    public var supply: Int
    /// Sources that arcs may also enter.
    public var transshipmentSources: Int
    /// Sinks that arcs may also leave.
    public var transshipmentSinks: Int
    /// How many in a hundred skeleton arcs cost the maximum.
    public var highCostPercent: Int
    /// How many in a hundred arcs have a capacity of their own.
    public var capacitatedPercent: Int
    /// Capacities of arcs.
    public var capacities: ClosedRange<Int>

    /// Creates parameters.
    public init(
        nodes: Int, sources: Int, sinks: Int, arcs: Int, costs: ClosedRange<Int>, supply: Int,
        transshipmentSources: Int = 0, transshipmentSinks: Int = 0, highCostPercent: Int = 100,
        capacitatedPercent: Int = 100, capacities: ClosedRange<Int>
    ) {
        self.nodes = nodes
        self.sources = sources
        self.sinks = sinks
        self.arcs = arcs
        self.costs = costs
        self.supply = supply
        self.transshipmentSources = transshipmentSources
        self.transshipmentSinks = transshipmentSinks
        self.highCostPercent = highCostPercent
        self.capacitatedPercent = capacitatedPercent
        self.capacities = capacities
    }

    /// NETGEN-8: sparse, eight arcs a node; about sqrt(n) sources and sinks of 1,000 units each.
    public static func sparse(nodes: Int) -> NETGENParameters {
        family(nodes: nodes, arcs: nodes.multipliedReportingOverflow(by: 8).partialValue, supply: 1_000)
    }

    /// NETGEN-SR: dense, about sqrt(n) arcs a node.
    public static func dense(nodes: Int) -> NETGENParameters {
        let root = Double(max(nodes, 0)).squareRoot()
        return family(nodes: nodes, arcs: Int(min(Double(max(nodes, 0)) * root, 1e15)), supply: 1_000)
    }

    /// NETGEN-LO-8: as ``sparse(nodes:)`` with a hundredth of the supply, so that most capacities do not bind.
    public static func sparseWithLowSupply(nodes: Int) -> NETGENParameters {
        family(nodes: nodes, arcs: nodes.multipliedReportingOverflow(by: 8).partialValue, supply: 10)
    }

    private static func family(nodes: Int, arcs: Int, supply: Int) -> NETGENParameters {
        let root = max(1, Int(Double(max(nodes, 0)).squareRoot().rounded()))
        return NETGENParameters(
            nodes: nodes, sources: root, sinks: root, arcs: arcs, costs: 1...10_000, supply: supply * root,
            capacities: 1...1_000)
    }

    /// Makes the problem of a seed. O(nodes + arcs).
    ///
    /// - Throws: ``ParameterError`` when the numbers do not fit each other, such as too few arcs for the skeleton.
    public func generate(seed: UInt64) throws(ParameterError) -> FlowProblem {
        try check()
        var builder = NETGENBuilder(self, seed: seed)
        builder.dealSupply()
        builder.buildSkeleton()
        try builder.addArcs()
        return try FlowProblem(generated: builder.arcs, supplies: builder.supplies)
    }

    private func check() throws(ParameterError) {
        try ParameterError.check("nodes", nodes, in: 2...GeneratorLimits.nodes)
        try ParameterError.check("arcs", arcs, in: 1...GeneratorLimits.arcs)
        try ParameterError.check("sources", sources, in: 1...nodes - 1)
        try ParameterError.check("sinks", sinks, in: 1...nodes - sources)
        try ParameterError.check("supply", supply, in: max(sources, sinks)...GeneratorLimits.amount)
        try ParameterError.check("transshipment-sources", transshipmentSources, in: 0...sources)
        try ParameterError.check("transshipment-sinks", transshipmentSinks, in: 0...sinks)
        try ParameterError.check("high-cost-percent", highCostPercent, in: 0...100)
        try ParameterError.check("capacitated-percent", capacitatedPercent, in: 0...100)
        try ParameterError.check("costs", costs, in: -GeneratorLimits.amount...GeneratorLimits.amount)
        try ParameterError.check("capacities", capacities, in: 1...GeneratorLimits.amount)
    }
}
