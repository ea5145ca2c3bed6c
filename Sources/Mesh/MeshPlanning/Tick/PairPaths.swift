/// The least latencies between the access nodes of one session's members, at the best two sites of the pool for each pair, kept
/// from one bound to the next: only the rows of nodes that are new or have changed are computed.
///
/// In steps of ``DepartureTable``. What is kept follows from the field alone, so it is no part of a session's state.
package struct PairPaths: Sendable {
    /// The row of a node, and the node of a row.
    private var rows: [Int32: Int] = [:]
    private var nodes: [Int32] = []
    /// The version of the node's latencies that a row stands for.
    private var versions: [Int32] = []
    private var routedVersion = -1
    private var siteCount = -1
    /// Rows that there is room for.
    private var capacity = 0
    private var steps: [Int16] = []

    package init() {}

    /// Brings the paths between nodes up to date and drops all others; the row of each.
    ///
    /// - Parameter wanted: nodes, some perhaps more than once. Their departures must be up to date.
    /// - Complexity: O(changed nodes * nodes * sites).
    mutating func refresh(_ wanted: [Int], _ field: LatencyField, _ departures: DepartureTable) -> [Int] {
        if routedVersion != field.routedVersion || siteCount != field.siteCount {
            self = PairPaths()
            (routedVersion, siteCount) = (field.routedVersion, field.siteCount)
        }
        var isKnown = Array(repeating: false, count: nodes.count)
        var missing: [Int] = []
        for node in wanted {
            if let row = rows[Int32(node)], versions[row] == field.nodeVersions[node] {
                isKnown[row] = true
            } else if !missing.contains(node) {
                missing.append(node)
            }
        }
        if !missing.isEmpty { add(missing, isKnown, field, departures) }
        return wanted.map { rows[Int32($0)] ?? 0 }
    }

    /// The path from the node of a row to that of another.
    @inline(__always)
    func path(from: Int, to: Int) -> Int16 { steps[from * capacity + to] }

    private mutating func add(
        _ missing: [Int], _ isKnown: [Bool], _ field: LatencyField, _ departures: DepartureTable
    ) {
        var known = isKnown.indices.filter { isKnown[$0] }
        var vacant = Array(isKnown.indices.filter { !isKnown[$0] }.reversed())
        // A row that stood for nobody may name a node that has another row by now.
        for row in vacant where rows[nodes[row]] == row { rows[nodes[row]] = nil }
        if known.count + missing.count > capacity { grow(to: known.count + missing.count + 8) }
        for node in missing {
            let row = vacant.popLast() ?? nodes.count
            if row == nodes.count {
                nodes.append(0)
                versions.append(0)
            }
            nodes[row] = Int32(node)
            versions[row] = field.nodeVersions[node]
            rows[Int32(node)] = row
            known.append(row)
            compute(row, towards: known, field, departures)
        }
        // Rows that are left over stand for nobody.
        for row in vacant { versions[row] = -1 }
    }

    private mutating func grow(to wider: Int) {
        var wide = Array(repeating: Int16(0), count: wider * wider)
        for row in nodes.indices {
            for other in nodes.indices { wide[row * wider + other] = steps[row * capacity + other] }
        }
        (steps, capacity) = (wide, wider)
    }

    private mutating func compute(
        _ row: Int, towards others: [Int], _ field: LatencyField, _ departures: DepartureTable
    ) {
        let (count, stride) = (field.siteCount, field.stride)
        unsafe departures.departures.withUnsafeBufferPointer { leaving in
            unsafe departures.arrivals.withUnsafeBufferPointer { access in
                let own = Int(nodes[row]) * stride
                for other in others {
                    let far = Int(nodes[other]) * stride
                    let (there, back) = unsafe (
                        UnsafeBufferPointer(rebasing: leaving[own..<own + count]),
                        UnsafeBufferPointer(rebasing: leaving[far..<far + count])
                    )
                    let (arrival, home) = unsafe (
                        UnsafeBufferPointer(rebasing: access[far..<far + count]),
                        UnsafeBufferPointer(rebasing: access[own..<own + count])
                    )
                    var (out, into) = (Int16.max, Int16.max)
                    for site in 0..<count {
                        out = unsafe min(out, there[site] &+ arrival[site])
                        into = unsafe min(into, back[site] &+ home[site])
                    }
                    steps[row * capacity + other] = out
                    steps[other * capacity + row] = into
                }
            }
        }
    }
}
