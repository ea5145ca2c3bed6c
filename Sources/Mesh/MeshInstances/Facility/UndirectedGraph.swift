/// An undirected graph with lengths, neighbours of a vertex beside each other, and its shortest paths.
struct UndirectedGraph {
    /// An edge between two vertices, numbered from 0.
    struct Edge {
        let from: Int
        let to: Int
        let length: Double
    }

    private var firstNeighbour: [Int]
    private var neighbours: [(vertex: Int, length: Double)]

    /// Builds the adjacency lists. O(vertices + edges).
    init(vertexCount: Int, edges: [Edge]) {
        var degrees = [Int](repeating: 0, count: vertexCount + 1)
        for edge in edges {
            degrees[edge.from] += 1
            degrees[edge.to] += 1
        }
        firstNeighbour = [0]
        for vertex in 0..<vertexCount { firstNeighbour.append(firstNeighbour[vertex] + degrees[vertex]) }
        neighbours = Array(repeating: (0, 0), count: 2 * edges.count)
        var next = firstNeighbour
        for edge in edges {
            neighbours[next[edge.from]] = (edge.to, edge.length)
            next[edge.from] += 1
            neighbours[next[edge.to]] = (edge.from, edge.length)
            next[edge.to] += 1
        }
    }

    /// The lengths of the shortest paths from a vertex; infinity where there is none. Lengths must not be negative.
    ///
    /// Dijkstra (1959) with a binary heap whose outdated entries are skipped: O(edges * log edges).
    func distances(from source: Int) -> [Double] {
        var distances = [Double](repeating: .infinity, count: firstNeighbour.count - 1)
        distances[source] = 0
        var heap = [(distance: 0.0, vertex: source)]
        while let nearest = UndirectedGraph.popLeast(&heap) {
            guard nearest.distance == distances[nearest.vertex] else { continue }
            for index in firstNeighbour[nearest.vertex]..<firstNeighbour[nearest.vertex + 1] {
                let neighbour = neighbours[index]
                let distance = nearest.distance + neighbour.length
                guard distance < distances[neighbour.vertex] else { continue }
                distances[neighbour.vertex] = distance
                UndirectedGraph.push((distance, neighbour.vertex), onto: &heap)
            }
        }
        return distances
    }

    private static func push(
        _ entry: (distance: Double, vertex: Int), onto heap: inout [(distance: Double, vertex: Int)]
    ) {
        var child = heap.count
        heap.append(entry)
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].distance > heap[child].distance else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private static func popLeast(_ heap: inout [(distance: Double, vertex: Int)]) -> (distance: Double, vertex: Int)? {
        guard let least = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return least }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { return least }
            if child + 1 < heap.count, heap[child + 1].distance < heap[child].distance { child += 1 }
            guard heap[child].distance < heap[parent].distance else { return least }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
