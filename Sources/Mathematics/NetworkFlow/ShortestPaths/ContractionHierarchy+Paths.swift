extension ContractionHierarchy {
    /// The arcs of a cheapest path from the source of the present search to a node, in order; empty when there is none,
    /// or when the node is the source.
    ///
    /// - Complexity: O(edges of the ancestors + arcs on the path).
    func path(to node: Int32, into path: inout [Int32]) {
        path.removeAll(keepingCapacity: true)
        searchBackwards(from: node)
        var (meeting, best) = (Int32(-1), Double.infinity)
        var place = ranks[node]
        while place >= 0 {
            let length = distances[place] + targetDistances[place]
            if length < best { (meeting, best) = (place, length) }
            place = parents[place]
        }
        guard meeting >= 0 else { return }
        // The climb from the source, last edge first.
        var climb: [Int32] = []
        place = meeting
        while sourceSlots[place] >= 0 && place != source {
            climb.append(sourceSlots[place])
            place = tails[sourceSlots[place]]
        }
        for slot in climb.reversed() { unpack(slot, isUp: true, into: &path) }
        place = meeting
        while targetSlots[place] >= 0 && place != ranks[node] {
            unpack(targetSlots[place], isUp: false, into: &path)
            place = tails[targetSlots[place]]
        }
        cutLoops(&path)
    }

    /// Appends the arcs that an edge stands for.
    private func unpack(_ slot: Int32, isUp: Bool, into path: inout [Int32]) {
        let via = isUp ? upVias[slot] : downVias[slot]
        guard via >= 0 else { return path.append(~via) }
        let (bottom, top) = (self.slot(from: via, to: tails[slot]), self.slot(from: via, to: heads[slot]))
        unpack(isUp ? bottom : top, isUp: false, into: &path)
        unpack(isUp ? top : bottom, isUp: true, into: &path)
    }

    private func slot(from low: Int32, to high: Int32) -> Int32 {
        var slot = starts[low]
        while heads[slot] != high { slot += 1 }
        return slot
    }

    /// Takes out what leads back to a node that was passed before: arcs that cost nothing can join to such loops.
    private func cutLoops(_ path: inout [Int32]) {
        guard let first = path.first else { return }
        lastMark += 1
        marks[graph.tails[Int(first)]] = lastMark
        var hasLoop = false
        for arc in path {
            let head = graph.heads[Int(arc)]
            if marks[head] == lastMark { hasLoop = true }
            marks[head] = lastMark
        }
        var position = 0
        while hasLoop && position < path.count {
            let tail = graph.tails[Int(path[position])]
            if let back = path[position...].lastIndex(where: { graph.heads[Int($0)] == tail }) {
                path.removeSubrange(position...back)
            } else {
                position += 1
            }
        }
    }
}
