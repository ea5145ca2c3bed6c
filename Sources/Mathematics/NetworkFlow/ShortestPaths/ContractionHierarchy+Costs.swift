extension ContractionHierarchy {
    /// Takes over the costs of all arcs, 0 or more or infinite, and carries them through the shortcuts.
    ///
    /// The edges of a place are final once all places below it were passed: so each pair of its upper neighbours may be
    /// offered the way through it.
    ///
    /// - Complexity: O(arcs + edges + triangles).
    func load(costs: [Double]) {
        for slot in 0..<heads.count {
            upCosts[slot] = .infinity
            downCosts[slot] = .infinity
        }
        let (tails, ends) = (graph.tails, graph.heads)
        for arc in costs.indices where slots[arc] >= 0 {
            let slot = slots[arc]
            if ranks[tails[arc]] < ranks[ends[arc]] {
                if costs[arc] < upCosts[slot] { (upCosts[slot], upVias[slot]) = (costs[arc], ~Int32(arc)) }
            } else {
                if costs[arc] < downCosts[slot] { (downCosts[slot], downVias[slot]) = (costs[arc], ~Int32(arc)) }
            }
        }
        var triangle = 0
        for place in 0..<Int32(graph.nodeCount) {
            let slots = upperSlots(of: place)
            for low in slots {
                for high in (low + 1)..<max(low + 1, slots.upperBound) {
                    let joint = triangles[triangle]
                    triangle += 1
                    let up = downCosts[low] + upCosts[high]
                    if up < upCosts[joint] { (upCosts[joint], upVias[joint]) = (up, place) }
                    let down = downCosts[high] + upCosts[low]
                    if down < downCosts[joint] { (downCosts[joint], downVias[joint]) = (down, place) }
                }
            }
        }
        edgesScanned += heads.count + triangles.count
    }

    /// Searches from a node: the cost to each of its ancestors.
    ///
    /// - Complexity: O(edges of the ancestors).
    func search(from node: Int32) {
        // What the last search left.
        var place = source
        while place >= 0 {
            distances[place] = .infinity
            place = parents[place]
        }
        source = ranks[node]
        distances[source] = 0
        sourceSlots[source] = -1
        place = source
        while place >= 0 {
            let distance = distances[place]
            let slots = upperSlots(of: place)
            edgesScanned += slots.count
            for slot in slots {
                let length = distance + upCosts[slot]
                if length < distances[heads[slot]] {
                    distances[heads[slot]] = length
                    sourceSlots[heads[slot]] = slot
                }
            }
            place = parents[place]
        }
    }

    /// Fills `targetDistances` with the cost from each ancestor of a node to it.
    func searchBackwards(from node: Int32) {
        let target = ranks[node]
        var place = target
        while place >= 0 {
            targetDistances[place] = .infinity
            place = parents[place]
        }
        targetDistances[target] = 0
        targetSlots[target] = -1
        place = target
        while place >= 0 {
            let distance = targetDistances[place]
            let slots = upperSlots(of: place)
            edgesScanned += slots.count
            for slot in slots {
                let length = distance + downCosts[slot]
                if length < targetDistances[heads[slot]] {
                    targetDistances[heads[slot]] = length
                    targetSlots[heads[slot]] = slot
                }
            }
            place = parents[place]
        }
    }

    /// Fills `remaining` with the cost from every place to a node.
    ///
    /// - Complexity: O(nodes + edges).
    func searchAll(to node: Int32) {
        searchBackwards(from: node)
        for place in 0..<remaining.count { remaining[place] = .infinity }
        var ancestor = ranks[node]
        while ancestor >= 0 {
            remaining[ancestor] = targetDistances[ancestor]
            ancestor = parents[ancestor]
        }
        // What is above is final.
        for place in (0..<Int32(remaining.count)).reversed() {
            var best = remaining[place]
            for slot in upperSlots(of: place) { best = min(best, upCosts[slot] + remaining[heads[slot]]) }
            remaining[place] = best
        }
        edgesScanned += heads.count
    }
}

/// The costs from the ancestors of some nodes to these nodes, so that distances between many pairs are read off.
final class TargetLabels {
    private let hierarchy: ContractionHierarchy
    private let targets: [Int32]
    /// Where the label of each node begins, in the order of its ancestors; -1 for nodes that are no targets.
    private let starts: FlatStorage<Int32>
    private let costs: FlatStorage<Double>

    /// Makes room for the labels of distinct targets; `nil` when that would be more than `limit` numbers.
    init?(_ hierarchy: ContractionHierarchy, targets: [Int32], limit: Int = 1 << 24) {
        var count = 0
        var starts = Array(repeating: Int32(-1), count: hierarchy.graph.nodeCount)
        for target in targets {
            starts[Int(target)] = Int32(count)
            var place = hierarchy.ranks[target]
            while place >= 0 {
                count += 1
                place = hierarchy.parents[place]
            }
            if count > limit { return nil }
        }
        self.hierarchy = hierarchy
        self.targets = targets
        self.starts = FlatStorage(starts)
        costs = FlatStorage(repeating: .infinity, count: count)
    }

    deinit {
        starts.deallocate()
        costs.deallocate()
    }

    /// Computes all labels at the costs that the hierarchy has loaded; `false` when it has to stop on the way.
    func refresh(meter: inout SearchMeter) -> Bool {
        for target in targets {
            let before = hierarchy.edgesScanned
            hierarchy.searchBackwards(from: target)
            if meter.isStopped(after: hierarchy.edgesScanned - before) { return false }
            var label = starts[target]
            var place = hierarchy.ranks[target]
            while place >= 0 {
                costs[label] = hierarchy.targetDistances[place]
                label += 1
                place = hierarchy.parents[place]
            }
        }
        return true
    }

    /// The cost from the source of the hierarchy's present search to a target; infinite when there is no path.
    ///
    /// - Complexity: O(ancestors of the target).
    @inline(__always)
    func distance(to target: Int32) -> Double {
        var best = Double.infinity
        var label = starts[target]
        var place = hierarchy.ranks[target]
        while place >= 0 {
            let length = hierarchy.distances[place] + costs[label]
            if length < best { best = length }
            label += 1
            place = hierarchy.parents[place]
        }
        return best
    }
}
