import MeshPlanning
import MeshTypes

/// Ways between sites in milliseconds.
struct SiteWays {
    private let routes: RoutedLatencies

    init(_ snapshot: Snapshot) throws(PlanningError) { routes = try RoutedLatencies(snapshot) }

    func way(_ from: Int, _ to: Int) -> Double { routes.isReachable(from, to) ? routes[from, to] / 1000 : 0 }
}
