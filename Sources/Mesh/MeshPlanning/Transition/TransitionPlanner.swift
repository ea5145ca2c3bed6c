public import MeshTypes

/// Orders what changes between two plans into steps, make before break.
///
/// ``MeshTypes/Transition`` says what holds after every step. The method is a simulation: whatever can be done is done,
/// moves that gain most first; what waits for servers of the pool or for room at a site is woken when some come free.
/// So chains of any length are ordered in time proportional to the changes. When all that is left waits for each
/// other, a cycle is broken by a temporary server where the pool has one; else by detaching whom the fewest, as far as
/// a greedy choice finds them, wait for (break before make), which the transition reports. What waits
/// even then stays where it is and is reported as postponed.
public struct TransitionPlanner: Sendable {
    /// The sites that the changes name.
    public var supply: [SiteID: SiteSupply]
    /// What the transition may do.
    public var limits: TransitionLimits

    /// A planner.
    public init(supply: [SiteID: SiteSupply], limits: TransitionLimits = .init()) {
        self.supply = supply
        self.limits = limits
    }

    /// The steps for the changes, in the order of sessions' identifiers where nothing else decides.
    ///
    /// A site that ``supply`` does not name has no servers.
    /// - Complexity: O(changes log changes); with deadlocks O(changes) more for each one.
    public func transition(_ changes: [SessionChange]) -> Transition {
        var run = TransitionRun(changes.sorted { $0.session < $1.session }, supply: supply, limits: limits)
        run.selectMoves()
        run.start()
        while true {
            run.drain()
            guard run.takeDownAll() || run.breakDeadlock() || run.takeDownRest() else { break }
        }
        run.finish()
        return run.transition
    }
}
