internal import DenseMatrices
import Synchronization

/// Sessions that are planned side by side on the pool as it is, each as if the others stood still; what they take is booked one
/// after the other afterwards, and who then finds no server any more is planned again alone. So the result does not depend on how
/// many threads there are.
package struct SessionBatch: Sendable {
    /// Sessions of a batch.
    package static let length = 32
    /// The most members of a session that is planned in a batch; a larger one is planned by itself, where a deadline can cut it.
    package static let memberLimit = 400

    /// Members at which a batch is full: no deadline can cut one, so it must take a few milliseconds only, and less than that
    /// in a tick that has just begun and may be a short one.
    ///
    /// - Parameter planned: sessions that the tick has planned before.
    package static func fullAt(planned: Int) -> Int { min(800, 100 + 25 * planned) }

    /// A session of the batch.
    package struct Entry: Sendable {
        package var number: Int32
        package var session: TickSession
        package var effort: TickPlanner.Effort
        package var change = TickChange()
        package var wishes: [(site: Int32, value: Double)] = []

        package init(number: Int32, session: TickSession, effort: TickPlanner.Effort) {
            self.number = number
            self.session = session
            self.effort = effort
        }
    }

    /// Plans and certifies the sessions; the departures of their members' nodes must be up to date.
    package static func plan(
        _ entries: [Entry], _ world: TickSurroundings, _ departures: DepartureTable, threads: Int
    ) -> [Entry] {
        guard threads > 1, entries.count > 1 else {
            let planner = TickPlanner()
            return entries.map { planned($0, planner, world, departures) }
        }
        // Whoever is done takes the next: sessions differ.
        let next = Atomic(0)
        let done = Mutex<[(place: Int, entry: Entry)]>([])
        Workers.concurrently(min(threads, entries.count)) { _ in
            let planner = TickPlanner()
            while true {
                let place = next.add(1, ordering: .relaxed).oldValue
                guard place < entries.count else { return }
                let entry = planned(entries[place], planner, world, departures)
                done.withLock { $0.append((place, entry)) }
            }
        }
        var result = entries
        done.withLock { for (place, entry) in $0 { result[place] = entry } }
        return result
    }

    private static func planned(
        _ entry: Entry, _ planner: TickPlanner, _ world: TickSurroundings, _ departures: DepartureTable
    ) -> Entry {
        var entry = entry
        var gauge = WorkGauge(limit: .max)
        entry.change = planner.plan(&entry.session, world, entry.effort, &gauge)
        entry.wishes = planner.wishes
        planner.certify(&entry.session, world, departures)
        return entry
    }
}
