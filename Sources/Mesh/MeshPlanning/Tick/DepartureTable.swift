/// The least latency from each access node to each site over any first site: `least over j of l[node, j] + d[j, h]`.
///
/// Rows are made when asked for, and made anew when the node's latencies or the routes have changed.
package struct DepartureTable: Sendable {
    private(set) var rows: [Int32] = []
    private(set) var stride = 0
    private var nodeVersions: [Int32] = []
    private var routedVersions: [Int] = []

    package init() {}

    /// Brings a node's row up to date.
    ///
    /// - Complexity: O(sites^2) when something has changed, else O(1).
    mutating func refresh(_ node: Int, _ field: LatencyField) {
        if stride != field.stride {
            self = DepartureTable()
            stride = field.stride
        }
        if node >= nodeVersions.count {
            let added = node + 1 - nodeVersions.count
            rows.append(contentsOf: repeatElement(LatencyField.unreachable, count: added * stride))
            nodeVersions.append(contentsOf: repeatElement(-1, count: added))
            routedVersions.append(contentsOf: repeatElement(-1, count: added))
        }
        guard nodeVersions[node] != field.nodeVersions[node] || routedVersions[node] != field.routedVersion else { return }
        nodeVersions[node] = field.nodeVersions[node]
        routedVersions[node] = field.routedVersion
        let (count, stride) = (field.siteCount, stride)
        unsafe rows.withUnsafeMutableBufferPointer { rows in
            unsafe field.access.withUnsafeBufferPointer { access in
                unsafe field.routed.withUnsafeBufferPointer { routed in
                    let row = unsafe UnsafeMutableBufferPointer(rebasing: rows[node * stride..<node * stride + count])
                    for site in 0..<count { unsafe row[site] = LatencyField.unreachable }
                    for first in 0..<count {
                        let there = unsafe access[node * stride + first]
                        guard there < LatencyField.unreachable else { continue }
                        let next = unsafe UnsafeBufferPointer(rebasing: routed[first * stride..<first * stride + count])
                        for site in 0..<count { unsafe row[site] = unsafe min(row[site], there &+ next[site]) }
                    }
                }
            }
        }
    }
}
