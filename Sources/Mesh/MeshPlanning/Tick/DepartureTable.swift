/// The least latency from each access node to each site over any first site, `least over j of l[node, j] + d[j, h]`, and the access
/// latencies themselves, both in whole steps of ``step`` microseconds, rounded down: what the open path bound is summed from.
///
/// Sixteen bits a latency make the bound's inner loop a few instructions for eight sites; rounding down keeps it a bound, at the
/// price of at most two steps a pair. Rows are made when asked for, and made anew when the node's latencies or the routes have changed.
package struct DepartureTable: Sendable {
    /// Microseconds of a step.
    static let step: Int32 = 64
    /// What stands for a second or more, and for no way; two of them still fit.
    static let farthest: Int16 = 16_383

    private(set) var departures: [Int16] = []
    private(set) var arrivals: [Int16] = []
    private(set) var stride = 0
    private var nodeVersions: [Int32] = []
    private var routedVersions: [Int] = []
    private var scratch: [Int32] = []

    package init() {}

    /// Brings a node's row up to date.
    ///
    /// - Complexity: O(sites * sites that are nearest to some place) when something has changed, else O(1).
    package mutating func refresh(_ node: Int, _ field: LatencyField) {
        if stride != field.stride {
            self = DepartureTable()
            stride = field.stride
            scratch = Array(repeating: 0, count: stride)
        }
        if node >= nodeVersions.count {
            let added = max(node + 1, field.nodeCount) - nodeVersions.count
            departures.append(contentsOf: repeatElement(Self.farthest, count: added * stride))
            arrivals.append(contentsOf: repeatElement(Self.farthest, count: added * stride))
            nodeVersions.append(contentsOf: repeatElement(-1, count: added))
            routedVersions.append(contentsOf: repeatElement(-1, count: added))
        }
        guard nodeVersions[node] != field.nodeVersions[node] || routedVersions[node] != field.routedVersion else {
            return
        }
        nodeVersions[node] = field.nodeVersions[node]
        routedVersions[node] = field.routedVersion
        let (count, start) = (field.siteCount, node * stride)
        leastThrough(start, field)
        for site in 0..<count {
            departures[start + site] = Self.steps(scratch[site])
            arrivals[start + site] = Self.steps(field.access[start + site])
        }
    }

    private mutating func leastThrough(_ start: Int, _ field: LatencyField) {
        let (count, stride) = (field.siteCount, stride)
        unsafe scratch.withUnsafeMutableBufferPointer { row in
            unsafe field.access.withUnsafeBufferPointer { access in
                unsafe field.routed.withUnsafeBufferPointer { routed in
                    var nearest = 0
                    for site in 0..<count {
                        unsafe row[site] = LatencyField.unreachable
                        if unsafe access[start + site] < access[start + nearest] { nearest = site }
                    }
                    // A site that is reached as quickly by way of others adds nothing: routes are shortest. So the nearest comes first.
                    for place in 0...count {
                        let first = place == 0 ? nearest : place - 1
                        guard first < count else { continue }
                        let there = unsafe access[start + first]
                        guard there < LatencyField.unreachable, unsafe there < row[first] else { continue }
                        let next = unsafe UnsafeBufferPointer(rebasing: routed[first * stride..<first * stride + count])
                        for site in 0..<count { unsafe row[site] = unsafe min(row[site], there &+ next[site]) }
                    }
                }
            }
        }
    }

    private static func steps(_ microseconds: Int32) -> Int16 {
        Int16(clamping: min(Int32(farthest), microseconds / step))
    }
}
