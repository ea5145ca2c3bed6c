package import MeshTypes

/// What goes again: nodes that stand for nobody, sites that left the pool.
extension LatencyField {
    /// Takes a node that stands for nobody for another place, at geographic estimates.
    ///
    /// - Complexity: O(sites).
    package mutating func placeNode(_ node: Int, at coordinate: GeoCoordinate) {
        nodePlaces[node] = Place(latitude: coordinate.latitude, longitude: coordinate.longitude)
        for site in 0..<siteCount {
            access[node * stride + site] = Self.estimate(coordinate, sitePlaces[site].coordinate)
        }
        nodeVersions[node] += 1
    }

    /// Keeps some nodes and numbers them anew, in their order; whatever is derived from nodes by number is to be made anew.
    ///
    /// - Complexity: O(kept nodes * sites).
    package mutating func keepNodes(_ kept: [Int]) {
        var rows: [Int32] = []
        rows.reserveCapacity(kept.count * stride)
        for node in kept { rows.append(contentsOf: access[node * stride..<(node + 1) * stride]) }
        access = rows
        nodePlaces = kept.map { nodePlaces[$0] }
        nodeVersions = kept.map { nodeVersions[$0] }
    }

    /// Takes a site out; the last one gets its number. Routes that led through it are found anew by ``refreshRoutes()``.
    ///
    /// - Complexity: O(nodes + sites^2); all rows are copied where many fewer sites are left than rows have room for.
    package mutating func removeSite(_ site: Int) {
        let last = siteCount - 1
        // New sites that the routes do not know yet would be counted under their old numbers.
        if unroutedSites != nil { isRoutedStale = true }
        unroutedSites = nil
        if !isRoutedStale { isRoutedStale = isOnSomeWay(site) }
        for node in nodePlaces.indices {
            access[node * stride + site] = access[node * stride + last]
            access[node * stride + last] = Self.unreachable
            nodeVersions[node] += 1
        }
        Self.move(last, to: site, &direct, stride: stride, count: siteCount)
        if !routed.isEmpty {
            Self.move(last, to: site, &routed, stride: stride, count: siteCount)
            Self.move(last, to: site, &arriving, stride: stride, count: siteCount)
        }
        sitePlaces[site] = sitePlaces[last]
        sitePlaces.removeLast()
        siteCount = last
        routedVersion += 1
        if stride > 16, 4 * siteCount <= stride { shrink(to: max(16, stride / 2)) }
    }

    /// Whether the quickest way between any two others leads through a site.
    private func isOnSomeWay(_ site: Int) -> Bool {
        for from in 0..<siteCount where from != site {
            let there = routed[from * stride + site]
            guard there < Self.unreachable else { continue }
            for to in 0..<siteCount where to != site && to != from {
                let through = Int64(there) + Int64(routed[site * stride + to])
                if through == Int64(routed[from * stride + to]), through < Int64(direct[from * stride + to]) {
                    return true
                }
            }
        }
        return false
    }

    /// Moves the row and the column of one site to the place of another, and leaves none behind.
    private static func move(_ last: Int, to site: Int, _ table: inout [Int32], stride: Int, count: Int) {
        if site != last {
            for other in 0..<count {
                table[site * stride + other] = table[last * stride + other]
                table[other * stride + site] = table[other * stride + last]
            }
            table[site * stride + site] = 0
        }
        for other in 0..<count {
            table[last * stride + other] = unreachable
            table[other * stride + last] = unreachable
        }
    }

    private mutating func shrink(to narrower: Int) {
        access = Self.narrowed(access, rows: nodePlaces.count, from: stride, to: narrower)
        direct = Self.narrowed(direct, rows: narrower, from: stride, to: narrower)
        if !routed.isEmpty {
            routed = Self.narrowed(routed, rows: narrower, from: stride, to: narrower)
            arriving = Self.narrowed(arriving, rows: narrower, from: stride, to: narrower)
        }
        stride = narrower
    }

    private static func narrowed(_ rows: [Int32], rows count: Int, from old: Int, to new: Int) -> [Int32] {
        var narrower: [Int32] = []
        narrower.reserveCapacity(count * new)
        for row in 0..<count { narrower.append(contentsOf: rows[row * old..<row * old + new]) }
        return narrower
    }
}
