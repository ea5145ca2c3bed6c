import MeshTypes

extension SessionKernel {
    /// The most classes of members for which the bound is computed within a tick: it takes the square of their number.
    static let boundClassLimit = 600

    /// The open path bound of a session: each pair at the best two sites of the pool for it, and the least rent, as
    /// ``MeshTypes/SessionPlan`` defines it, but for latencies rounded down to steps (``DepartureTable``); so it is a little lower.
    /// For sessions of too many classes it is the bound by access latencies. The rows of the members' nodes must be up to date.
    ///
    /// Members of one node and kind are a class; their paths are the same.
    ///
    /// - Complexity: O(classes^2), and O(changed nodes * classes * sites) for paths that are not known from before.
    func openPathBound(
        _ session: inout TickSession, _ world: TickSurroundings, _ departures: DepartureTable
    ) -> Double {
        guard memberCount > 0 else { return 0 }
        let classes = classes(of: session)
        guard classes.count <= Self.boundClassLimit else { return world.accessBound(of: session) }
        var half = [Double](repeating: 0, count: classes.count)
        var back = half
        if memberCount == 1 {
            half[0] = 2 * Double(nearest(classes[0].node, world.field))
            back[0] = 0
        } else {
            let rows = session.paths.refresh(classes.map(\.node), world.field, departures)
            for from in classes.indices { sumPaths(from, classes, rows, session.paths, &half, &back) }
        }
        let load = session.members.reduce(0) { $0 + Int($1.load) }
        let (rent, rate) = world.rent.least(carrying: load, redundancy: session.policy.redundancy)
        var (total, size) = (rent, rent)
        for (number, entry) in classes.enumerated() {
            let (half, full) = (scale * half[number], scale * (half[number] + back[number]))
            total += half * Double(entry.members)
            let charged = memberCount == 1 ? half : full
            total -= max(0, charged + Double(entry.load) * rate - unservedPrice) * Double(entry.members)
            size += (half + charged + Double(entry.load) * rate) * Double(entry.members)
        }
        // Rounded down by more than the sums err, whose terms may cancel.
        total -= Double(classes.count + 64) * 0x1p-52 * size
        return max(0, min(Double(memberCount) * unservedPrice, total))
    }

    /// Members of one node, kind and load.
    private struct MemberClass {
        var node: Int
        var kind: Int
        var load: Int32
        var members: Int
        /// Another class of the same node and kind.
        var next: Int?
    }

    private func classes(of session: TickSession) -> [MemberClass] {
        var numbers: [Int64: Int] = [:]
        var classes: [MemberClass] = []
        numbers.reserveCapacity(memberCount)
        classes.reserveCapacity(memberCount)
        for (number, member) in session.members.enumerated() {
            let key = Int64(member.node) << 32 | Int64(kind[number])
            let first = numbers[key]
            var known = first
            while let place = known, classes[place].load != member.load { known = classes[place].next }
            if let place = known {
                classes[place].members += 1
            } else {
                numbers[key] = classes.count
                classes.append(
                    MemberClass(
                        node: Int(member.node), kind: Int(kind[number]), load: member.load, members: 1, next: first))
            }
        }
        return classes
    }

    private func nearest(_ node: Int, _ field: LatencyField) -> Int32 {
        field.access[node * field.stride..<node * field.stride + field.siteCount].min() ?? 0
    }

    /// Adds the paths from one class to all others, to the sums of both ends.
    private func sumPaths(
        _ from: Int, _ classes: [MemberClass], _ rows: [Int], _ paths: PairPaths, _ half: inout [Double],
        _ back: inout [Double]
    ) {
        let start = classes[from]
        for (to, end) in classes.enumerated() {
            let others = Double(from == to ? end.members - 1 : end.members)
            let weight = weight[start.kind * kindCount + end.kind]
            guard others > 0, weight > 0 else { continue }
            let least = paths.path(from: rows[from], to: rows[to])
            // No way, or a second and more.
            guard least < DepartureTable.farthest else { continue }
            let path = Double(Int32(least) * DepartureTable.step)
            half[from] += weight * path * others
            back[to] += weight * path * Double(from == to ? start.members - 1 : start.members)
        }
    }
}
