internal import Optimization

extension FacilityReader {
    /// The most vertices of a p-median graph: the table of their distances takes 200 MB then.
    public static let vertexLimit = 5_000

    /// `vertices edges p`, then the edges: every vertex is a facility and a customer, distances are shortest paths.
    mutating func readMedianGraph() throws(InputError) -> FacilityProblem {
        let vertices = try count("number of vertices")
        guard vertices <= FacilityReader.vertexLimit else {
            throw scanner.error("number of vertices is \(vertices); expected at most \(FacilityReader.vertexLimit)")
        }
        let edgeCount = try scanner.integer("number of edges")
        // The shortest edge line, `1 2 0` with its end, has 6 bytes.
        guard edgeCount >= 0, edgeCount <= scanner.remaining / 6 + 1 else {
            throw scanner.error("number of edges is \(edgeCount); expected as many as the file holds, 0 or more")
        }
        let medians = try scanner.integer("number of medians")
        guard medians >= 1, medians <= vertices else {
            throw scanner.error("number of medians is \(medians); expected 1 to \(vertices)")
        }
        let graph = UndirectedGraph(vertexCount: vertices, edges: try readEdges(Int(edgeCount), vertices: vertices))
        var distances: [Double] = []
        distances.reserveCapacity(vertices * vertices)
        for customer in 0..<vertices { distances += graph.distances(from: customer) }
        do throws(ProblemError) {
            return try FacilityProblem(
                openingCosts: Array(repeating: 0, count: vertices), assignmentCosts: distances,
                customerCount: vertices, assignmentRule: options.assignmentRule,
                openCount: Int(medians)...Int(medians))
        } catch {
            throw scanner.error(error.description)
        }
    }

    /// The edges, each pair of vertices once, with the length that came last.
    private mutating func readEdges(_ count: Int, vertices: Int) throws(InputError) -> [UndirectedGraph.Edge] {
        var lengths: [Int: Double] = [:]
        lengths.reserveCapacity(count)
        for _ in 0..<count {
            let from = try readVertex(vertices)
            let to = try readVertex(vertices)
            lengths[min(from, to) * vertices + max(from, to)] = try amount("edge length")
        }
        return lengths.sorted { $0.key < $1.key }.map { pair, length in
            UndirectedGraph.Edge(from: pair / vertices, to: pair % vertices, length: length)
        }
    }

    private mutating func readVertex(_ vertices: Int) throws(InputError) -> Int {
        let vertex = try scanner.integer("vertex")
        guard vertex >= 1, vertex <= vertices else {
            throw scanner.error("vertex is \(vertex); expected 1 to \(vertices)")
        }
        return Int(vertex) - 1
    }
}
