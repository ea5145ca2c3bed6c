extension NetworkSimplexKernel {
    /// Replaces the star by a better starting tree where one is cheap to find: nodes without supply hang on the tree
    /// of shortest paths to the nodes with demand.
    ///
    /// Their arcs carry no flow and lead towards the root, so the tree stays feasible and strongly feasible. Negative
    /// costs count as zero here; the potentials are computed from the true costs afterwards. With a single sink only
    /// arcs that could take all of the demand are used (as LEMON does from a single source to a single sink), which
    /// makes the first pivots send it all on its way.
    ///
    /// Where most nodes have supply there is little to hang, and where arcs are many the search costs more than it
    /// saves; then nothing is done. The figures are in the kernel's guide.
    ///
    /// - Complexity: O(m + n log n).
    /// - Returns: whether the tree was replaced; it stays a star when the meter says to stop.
    mutating func crash(meter: inout WorkMeter) -> Bool {
        var sinks: [Int32] = []
        var idle = 0
        var demand: Int64 = 0
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) {
            if tree[node].pred == Self.artificialDown {
                sinks.append(node)
                demand += tree[node].up
            } else if tree[node].down == 0 {
                idle += 1
            }
        }
        guard !sinks.isEmpty, idle * 2 > nodeCount, arcCount <= 16 * nodeCount else { return false }
        let least = sinks.count == 1 ? demand : 1
        guard let exits = shortestExits(to: sinks, least: least, meter: &meter) else { return false }
        for node in 0..<Int32(truncatingIfNeeded: nodeCount) where exits[node] != Self.none && tree[node].down == 0 {
            let arc = exits[node]
            tree[node].parent = arcs[arc].head
            tree[node].pred = arc
            tree[node].up = capacities[arc]
            tree[node].down = 0
        }
        exits.deallocate()
        rebuildTree()
        return true
    }

    /// The first arc of a shortest path from each node to a sink over arcs of at least that capacity; ``none`` for
    /// sinks and for nodes that reach none. Dijkstra from the sinks backwards. `nil` when the meter says to stop.
    private func shortestExits(to sinks: [Int32], least: Int64, meter: inout WorkMeter) -> FlatStorage<Int32>? {
        guard let incoming = incomingArcs(meter: &meter) else { return nil }
        let distances = FlatStorage<Int64>(repeating: .max, count: nodeCount)
        let exits = FlatStorage<Int32>(repeating: Self.none, count: nodeCount)
        var heap = DistanceHeap(capacity: nodeCount)
        defer {
            incoming.starts.deallocate()
            incoming.entries.deallocate()
            distances.deallocate()
            heap.deallocate()
        }
        for sink in sinks {
            distances[sink] = 0
            heap.push(sink, at: 0)
        }
        while let (node, distance) = heap.pop() {
            guard distance == distances[node] else { continue }
            if meter.spend(256) != nil {
                exits.deallocate()
                return nil
            }
            for position in incoming.starts[node]..<incoming.starts[node + 1] {
                let arc = incoming.entries[position]
                guard capacities[arc] >= least else { continue }
                let tail = arcs[arc].tail
                let reached = distance &+ max(0, arcs[arc].cost)
                if reached < distances[tail] {
                    distances[tail] = reached
                    exits[tail] = arc
                    heap.push(tail, at: reached)
                }
            }
        }
        return exits
    }

    /// The arcs that enter each node, by counting sort: those of node `v` are `entries[starts[v]..<starts[v + 1]]`.
    /// Arcs to the root are left out. The caller frees both. `nil` when the meter says to stop.
    private func incomingArcs(
        meter: inout WorkMeter
    ) -> (starts: FlatStorage<Int32>, entries: FlatStorage<Int32>)? {
        let starts = FlatStorage<Int32>(repeating: 0, count: nodeCount + 1)
        let entries = FlatStorage<Int32>(uninitializedCount: arcCount)
        for block in Self.blocks(of: arcCount) {
            for index in block where arcs[index].head != root { starts[arcs[index].head] += 1 }
            guard meter.spend(2 * block.count) == nil else {
                starts.deallocate()
                entries.deallocate()
                return nil
            }
        }
        for node in 0..<nodeCount { starts[node + 1] += starts[node] }
        // Each entry holds its node's end; filling from the back turns it into the start.
        for block in Self.blocks(of: arcCount).reversed() {
            for index in block.reversed() where arcs[index].head != root {
                let head = arcs[index].head
                starts[head] -= 1
                entries[starts[head]] = Int32(truncatingIfNeeded: index)
            }
            guard meter.spend(4 * block.count) == nil else {
                starts.deallocate()
                entries.deallocate()
                return nil
            }
        }
        return (starts, entries)
    }
}
