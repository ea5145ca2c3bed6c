package import MeshTypes

/// The latencies that a tick plans by, in whole microseconds: from access nodes to sites, and between sites.
///
/// An *access node* stands for all participants who are given the same latencies: those of one cell and access class, or
/// one participant with measurements of its own. Rows are of equal length, with room for sites to come.
package struct LatencyField: Sendable, Codable {
    /// Stands for no way. Sums of three still fit an Int32.
    package static let unreachable: Int32 = 500_000_000

    /// The longest latency that a snapshot states: a minute.
    package static let longest: Int32 = 60_000_000

    /// Sites that there are, in use or not.
    package internal(set) var siteCount = 0
    /// Length of a row.
    package internal(set) var stride = 0
    /// Access latency, a row a node.
    package internal(set) var access: [Int32] = []
    /// One-hop latency from site to site.
    var direct: [Int32] = []
    /// Routed latency from site to site: shortest paths.
    package internal(set) var routed: [Int32] = []
    /// `routed` transposed: row `a` holds the latencies from every site to `a`.
    package internal(set) var arriving: [Int32] = []
    /// Where nodes are.
    package internal(set) var nodePlaces: [Place] = []
    var sitePlaces: [Place] = []
    /// Counts the changes of `routed`, so that what is derived from it knows its age.
    package internal(set) var routedVersion = 0
    /// Counts the changes of each node's row.
    package internal(set) var nodeVersions: [Int32] = []
    var isRoutedStale = false
    /// New sites that the routes, else up to date, do not know yet.
    var unroutedSites: [Int]?

    /// A place as it is stored.
    package struct Place: Sendable, Codable {
        package var latitude: Double
        package var longitude: Double

        var coordinate: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
    }

    package init() {}

    package var nodeCount: Int { nodePlaces.count }

    /// Adds a site at a place, `linked` to all others at geographic estimates or to none; its number.
    ///
    /// - Complexity: O(nodes + sites), and all rows are copied where they must grow.
    package mutating func addSite(at coordinate: GeoCoordinate, linked: Bool = true) -> Int {
        let site = siteCount
        if site == stride { grow(to: max(16, 2 * stride)) }
        siteCount += 1
        sitePlaces.append(Place(latitude: coordinate.latitude, longitude: coordinate.longitude))
        for node in nodePlaces.indices {
            access[node * stride + site] = Self.estimate(nodePlaces[node].coordinate, coordinate)
            nodeVersions[node] += 1
        }
        for other in 0...site {
            let latency =
                other == site
                ? 0 : linked ? Self.estimate(sitePlaces[other].coordinate, coordinate) : Self.unreachable
            direct[site * stride + other] = latency
            direct[other * stride + site] = latency
        }
        if !isRoutedStale { unroutedSites = (unroutedSites ?? []) + [site] }
        return site
    }

    /// Takes a site's place as changed: every latency to it is estimated anew.
    package mutating func placeSite(_ site: Int, at coordinate: GeoCoordinate) {
        sitePlaces[site] = Place(latitude: coordinate.latitude, longitude: coordinate.longitude)
        for node in nodePlaces.indices {
            setAccess(Latency(microseconds: Int64(Self.estimate(nodePlaces[node].coordinate, coordinate))), node, site)
        }
        for other in 0..<siteCount where other != site {
            let latency = Self.estimate(sitePlaces[other].coordinate, coordinate)
            setLink(from: site, to: other, latency)
            setLink(from: other, to: site, latency)
        }
    }

    /// Adds a node at a place, at geographic estimates; its number.
    package mutating func addNode(at coordinate: GeoCoordinate) -> Int {
        let node = nodePlaces.count
        nodePlaces.append(Place(latitude: coordinate.latitude, longitude: coordinate.longitude))
        nodeVersions.append(0)
        access.append(contentsOf: repeatElement(Self.unreachable, count: stride))
        for site in 0..<siteCount {
            access[node * stride + site] = Self.estimate(coordinate, sitePlaces[site].coordinate)
        }
        return node
    }

    /// Adds a node with the latencies of another; its number.
    package mutating func addNode(like other: Int) -> Int {
        let node = nodePlaces.count
        nodePlaces.append(nodePlaces[other])
        nodeVersions.append(0)
        access.append(contentsOf: access[other * stride..<(other + 1) * stride])
        return node
    }

    /// Makes a node the same as another.
    package mutating func copyNode(_ node: Int, to other: Int) {
        nodePlaces[other] = nodePlaces[node]
        for site in 0..<siteCount { access[other * stride + site] = access[node * stride + site] }
        nodeVersions[other] += 1
    }

    /// Sets an access latency; says whether that changed it.
    @discardableResult
    package mutating func setAccess(_ latency: Latency, _ node: Int, _ site: Int) -> Bool {
        let value = Int32(clamping: min(latency.microseconds, Int64(Self.unreachable)))
        guard access[node * stride + site] != value else { return false }
        access[node * stride + site] = value
        nodeVersions[node] += 1
        return true
    }

    /// Sets a node's row from another source; as many latencies as there are sites.
    package mutating func setAccess(row: [Int32], of node: Int) {
        for (site, value) in row.prefix(siteCount).enumerated() { access[node * stride + site] = value }
        nodeVersions[node] += 1
    }

    /// Sets a link's latency, ``unreachable`` for one that is cut; says whether that changed it.
    @discardableResult
    package mutating func setLink(from: Int, to: Int, _ latency: Int32) -> Bool {
        guard from != to, direct[from * stride + to] != latency else { return false }
        direct[from * stride + to] = latency
        isRoutedStale = true
        return true
    }

    /// A link's latency, ``unreachable`` where there is none.
    package func link(from: Int, to: Int) -> Int32 { direct[from * stride + to] }

    /// The latency of the quickest way from a site to another.
    package func routed(from: Int, to: Int) -> Int32 { routed[from * stride + to] }

    /// Recomputes the routes if a link has changed; says whether any route did.
    ///
    /// - Complexity: O(sites^3), in the manner of Floyd and Warshall; O(sites^2) a site that was added; O(1) when nothing changed.
    package mutating func refreshRoutes() -> Bool {
        let added = unroutedSites
        unroutedSites = nil
        guard isRoutedStale else {
            guard let added else { return false }
            for site in added { route(site, among: added) }
            routedVersion += 1
            return true
        }
        isRoutedStale = false
        let before = routed
        routed = direct
        let (count, stride) = (siteCount, stride)
        unsafe routed.withUnsafeMutableBufferPointer { distances in
            for via in 0..<count {
                for from in 0..<count {
                    let first = unsafe distances[from * stride + via]
                    guard first < Self.unreachable, from != via else { continue }
                    let row = unsafe UnsafeMutableBufferPointer(
                        rebasing: distances[from * stride..<from * stride + count])
                    let next = unsafe UnsafeMutableBufferPointer(
                        rebasing: distances[via * stride..<via * stride + count])
                    for to in 0..<count { unsafe row[to] = unsafe min(row[to], first &+ next[to]) }
                }
            }
            for index in distances.indices { unsafe distances[index] = unsafe min(distances[index], Self.unreachable) }
        }
        guard routed != before else { return false }
        routedVersion += 1
        arriving = routed
        for from in 0..<count {
            for to in 0..<count { arriving[to * stride + from] = routed[from * stride + to] }
        }
        return true
    }

    /// Joins a site to the routes: its own from one link more, and those of all others that are shorter through it.
    ///
    /// - Parameter added: sites that join together; those after this one are not on any route yet.
    private mutating func route(_ site: Int, among added: [Int]) {
        let (count, stride) = (siteCount, stride)
        let known = (0..<count).filter { other in !added.contains { $0 >= site && $0 == other } }
        var leaving = Array(repeating: Self.unreachable, count: count)
        var entering = leaving
        for other in known {
            let (out, back) = (direct[site * stride + other], direct[other * stride + site])
            for next in known {
                if out < Self.unreachable { leaving[next] = min(leaving[next], out &+ routed[other * stride + next]) }
                if back < Self.unreachable {
                    entering[next] = min(entering[next], arriving[other * stride + next] &+ back)
                }
            }
        }
        for other in known {
            routed[site * stride + other] = min(leaving[other], Self.unreachable)
            routed[other * stride + site] = min(entering[other], Self.unreachable)
            arriving[other * stride + site] = routed[site * stride + other]
            arriving[site * stride + other] = routed[other * stride + site]
        }
        routed[site * stride + site] = 0
        arriving[site * stride + site] = 0
        for from in known where entering[from] < Self.unreachable {
            for to in known {
                let through = min(entering[from] &+ leaving[to], Self.unreachable)
                guard through < routed[from * stride + to] else { continue }
                routed[from * stride + to] = through
                arriving[to * stride + from] = through
            }
        }
    }

    private mutating func grow(to wider: Int) {
        access = Self.widened(access, rows: nodePlaces.count, from: stride, to: wider)
        direct = Self.widened(direct, rows: siteCount, from: stride, to: wider)
        direct.append(contentsOf: repeatElement(Self.unreachable, count: (wider - siteCount) * wider))
        if isRoutedStale {
            (routed, arriving) = ([], [])
        } else {
            let none = repeatElement(Self.unreachable, count: (wider - siteCount) * wider)
            routed = Self.widened(routed, rows: siteCount, from: stride, to: wider) + none
            arriving = Self.widened(arriving, rows: siteCount, from: stride, to: wider) + none
        }
        stride = wider
    }

    private static func widened(_ rows: [Int32], rows count: Int, from old: Int, to new: Int) -> [Int32] {
        var wider: [Int32] = []
        wider.reserveCapacity(count * new)
        for row in 0..<count {
            wider.append(contentsOf: rows[row * old..<(row + 1) * old])
            wider.append(contentsOf: repeatElement(unreachable, count: new - old))
        }
        return wider
    }

    static func estimate(_ from: GeoCoordinate, _ to: GeoCoordinate) -> Int32 {
        Int32(clamping: GeographicLatency.estimate(from: from, to: to).microseconds)
    }
}
