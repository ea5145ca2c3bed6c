public import Optimization

/// A routing problem as it was read: the problem, and what the file calls its nodes.
public struct MulticommodityInstance: Sendable, Hashable {
    /// The problem. A link that the file describes as undirected stands in it twice, there and back.
    public let problem: MulticommodityProblem
    /// The name of each node.
    public let nodeNames: [String]

    /// Creates an instance.
    public init(problem: MulticommodityProblem, nodeNames: [String]) {
        self.problem = problem
        self.nodeNames = nodeNames
    }
}

/// How to understand what a file of routing leaves open.
public struct MulticommodityReadingOptions: Sendable {
    /// The capacity of links that state none; `nil` for no limit.
    public var capacity: Double?
    /// The penalty for each unit of a demand that is not routed, where the demand states none; `nil` when all of it must
    /// be routed.
    public var dropPenalty: Double?
    /// What every volume is multiplied by.
    public var scale: Double
    /// Traffic matrices that take the place of the demands in the file: a matrix a line, row by row of sources, as many
    /// rows and columns as there are nodes. `nil` for the demands in the file.
    public var matrices: InputFile?
    /// Which line of `matrices` counts, from 1.
    public var matrix: Int

    /// Creates options.
    public init(
        capacity: Double? = nil, dropPenalty: Double? = nil, scale: Double = 1, matrices: InputFile? = nil,
        matrix: Int = 1
    ) {
        self.capacity = capacity
        self.dropPenalty = dropPenalty
        self.scale = scale
        self.matrices = matrices
        self.matrix = matrix
    }
}
