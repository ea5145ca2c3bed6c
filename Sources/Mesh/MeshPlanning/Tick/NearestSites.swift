/// The sites nearest to each access node, nearest first.
package struct NearestSites: Sendable {
    /// Sites kept a node.
    package static let width = 12

    /// ``width`` sites a node; -1 where there are fewer.
    package private(set) var sites: [Int32] = []
    private var versions: [Int32] = []

    package init() {}

    /// Brings a node's list up to its row.
    ///
    /// - Complexity: O(sites) when the row has changed, else O(1).
    package mutating func refresh(_ node: Int, _ field: LatencyField) {
        while versions.count <= node {
            versions.append(-1)
            sites.append(contentsOf: repeatElement(-1, count: Self.width))
        }
        guard versions[node] != field.nodeVersions[node] else { return }
        versions[node] = field.nodeVersions[node]
        let (row, list) = (node * field.stride, node * Self.width)
        for place in 0..<Self.width { sites[list + place] = -1 }
        var found = 0
        for site in 0..<field.siteCount {
            let latency = field.access[row + site]
            guard latency < LatencyField.unreachable else { continue }
            if found == Self.width, latency >= field.access[row + Int(sites[list + found - 1])] { continue }
            var place = min(found, Self.width - 1)
            while place > 0, latency < field.access[row + Int(sites[list + place - 1])] {
                sites[list + place] = sites[list + place - 1]
                place -= 1
            }
            sites[list + place] = Int32(site)
            found = min(found + 1, Self.width)
        }
    }
}
