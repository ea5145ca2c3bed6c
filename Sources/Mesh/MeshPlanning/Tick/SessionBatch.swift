internal import DenseMatrices
import Synchronization

/// Sessions that are planned side by side on the pool as it is, each as if the others stood still; what they take is booked one
/// after the other afterwards, and who then finds no server any more is planned again alone. So the result does not depend on how
/// many threads there are.
package struct SessionBatch: Sendable {
    /// Sessions of a batch.
    package static let length = 64
    /// The most members of a session that is planned in a batch; a larger one is planned by itself, where a deadline can cut it.
    package static let memberLimit = 400

    /// Members at which a batch is full: no deadline can cut one, so it must take a few milliseconds only, and less than that
    /// in a tick that has just begun and may be a short one.
    ///
    /// - Parameter planned: sessions that the tick has planned before.
    package static func fullAt(planned: Int) -> Int { min(3200, 100 + 25 * planned) }

    /// A session of the batch. Whoever makes it keeps no other copy of the session, or planning begins with one more.
    package struct Entry: Sendable {
        package var number: Int32
        package var session: TickSession
        package var effort: TickPlanner.Effort
        package var change = TickChange()
        /// What the session would choose if it could have the servers of others; `nil` where that is the same.
        package var wider: MeshColumn?

        package init(number: Int32, session: TickSession, effort: TickPlanner.Effort) {
            self.number = number
            self.session = session
            self.effort = effort
        }
    }

    /// Plans and certifies the sessions where they are; the departures of their members' nodes must be up to date.
    ///
    /// - Parameter planners: one for each thread that may be used, the first for the caller's.
    package static func plan(
        _ entries: inout [Entry], _ world: TickSurroundings, _ departures: DepartureTable, _ planners: [TickPlanner]
    ) {
        let count = entries.count
        unsafe entries.withUnsafeMutableBufferPointer { buffer in
            guard planners.count > 1, count > 1 else {
                for place in 0..<count { unsafe plan(&buffer[place], planners[0], world, departures) }
                return
            }
            // Whoever is done takes the next, as sessions differ; so each entry and each planner has one thread.
            nonisolated(unsafe) let (all, planners) = unsafe (buffer, planners)
            let next = Atomic(0)
            unsafe Workers.concurrently(min(planners.count, count)) { worker in
                while true {
                    let place = next.add(1, ordering: .relaxed).oldValue
                    guard place < count else { return }
                    unsafe plan(&all[place], planners[worker], world, departures)
                }
            }
        }
    }

    private static func plan(
        _ entry: inout Entry, _ planner: TickPlanner, _ world: TickSurroundings, _ departures: DepartureTable
    ) {
        var gauge = WorkGauge(limit: .max)
        entry.change = planner.plan(&entry.session, world, entry.effort, &gauge)
        planner.certify(&entry.session, world, departures)
        entry.wider = planner.widerColumn(entry.session, world)
    }
}
