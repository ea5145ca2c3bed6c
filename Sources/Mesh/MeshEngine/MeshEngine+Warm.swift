public import MeshPlanning
public import MeshTypes
public import Optimization

extension MeshEngine {
    /// Keeps a plan as the start for planning neighbours of its snapshot.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself.
    public func keep(_ snapshot: Snapshot, plan: Plan) throws(PlanningError) -> PlannedWorld {
        try planner.keep(snapshot, plan: plan)
    }

    /// Plans a neighbour of a planned snapshot, keeping what the change does not touch; see
    /// ``MeshPlanning/MeshPlanner/replan(_:near:interrupter:)``.
    ///
    /// - Throws: ``PlanningError`` when the snapshot contradicts itself or a solver fails.
    public func replan(
        _ snapshot: Snapshot, near neighbour: PlannedWorld, interrupter: Interrupter? = nil
    ) throws(PlanningError) -> PlannedWorld {
        try planner.replan(snapshot, near: neighbour, interrupter: interrupter)
    }
}
