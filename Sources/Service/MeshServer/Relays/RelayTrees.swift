import MeshAPI
import MeshTypes

/// A session's trees as the tables of relays hold them.
enum RelayTrees {
    /// The routes of one session by the number of the site whose table they belong to; every site on a tree has an entry for it.
    ///
    /// Of the classes of one origin that share a tree, one route of all classes is made, so that a class that the policy does not name has a way too. A
    /// branch's spares are those that its neighbour would have sent on to.
    ///
    /// - Complexity: O(trees * sites).
    static func routes(_ trees: [MediaRoute], numbers: [SiteID: UInt16]) -> [UInt16: [RelayTable.Route]] {
        var routes: [UInt16: [RelayTable.Route]] = [:]
        for (_, ofOrigin) in Dictionary(grouping: trees, by: \.source).sorted(by: { $0.key < $1.key }) {
            let sorted = ofOrigin.sorted { $0.media < $1.media }
            guard let common = sorted.first else { continue }
            for tree in sorted where tree.media == common.media || Set(tree.hops) != Set(common.hops) {
                add(tree, ofAll: tree.media == common.media, numbers, to: &routes)
            }
        }
        return routes
    }

    private static func add(
        _ tree: MediaRoute, ofAll isCommon: Bool, _ numbers: [SiteID: UInt16],
        to routes: inout [UInt16: [RelayTable.Route]]
    ) {
        guard let origin = numbers[tree.source] else { return }
        var children: [UInt16: [UInt16]] = [origin: []]
        for hop in tree.hops {
            guard let from = numbers[hop.from], let to = numbers[hop.to] else { continue }
            children[from, default: []].append(to)
            children[to, default: []] += []
        }
        let trafficClass = isCommon ? nil : UInt8(tree.media.number)
        for (site, next) in children {
            let branches = next.sorted().map { RelayTable.Branch(to: $0, spares: (children[$0] ?? []).sorted()) }
            routes[site, default: []].append(.init(origin: origin, trafficClass: trafficClass, branches: branches))
        }
    }
}
