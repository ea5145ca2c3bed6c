public import MeshPlanning
import MeshTypes

/// The Regional Mesh Controller as a value: events in, directives out.
///
/// It does no I/O, reads no clock and logs nothing; times come with the events. The same configuration and events give the same
/// directives and the same state, byte for byte; a tick that a deadline cut short says how many units of work it did, and a replay
/// that gives the number does the same.
///
/// Between ticks, people who join get a site at once and sessions that begin get a mesh at once; whoever is at a site that fails
/// is taken elsewhere at once. A tick then plans every session with changes anew on what the pool has, certifies it, and sweeps
/// through some of the others. Work is in proportion to what changed, not to how many there are.
public struct MeshController: Sendable {
    /// How it runs.
    public private(set) var configuration: ControlConfiguration
    var now: ControlTime
    var tickNumber = 0
    /// What planning took of late by the clock: no part of the state, as only deadlines ask for it.
    var pace = WorkPace()

    // The pool.
    var sites = SiteTable()
    var world: TickSurroundings
    var departures = DepartureTable()

    // Sessions by number; `nil` for a number that is free.
    var sessions: [TickSession?] = []
    var sessionNumbers: [SessionID: Int] = [:]
    var vacantSessions: [Int] = []
    var people = PeopleTable()
    var nodes = AccessNodes()
    var profiles = ProfileTable()

    /// Sessions with changes since they were planned, in order; those whose people lost their site come first.
    var queue = PlanningQueue()
    /// Sessions whose meshes changed since the last plan became what moves are counted against, and whether the next event is the
    /// first one after a tick.
    var unsettled: [Int32] = []
    var isTickOver = false
    /// Where the sweep through sessions without changes stands.
    var sweepPosition = 0
    /// Where the pricing of sessions without changes stands.
    var pricingPosition = 0
    /// Ticks since anything changed.
    var quietTicks = 0
    /// When the last tick was, milliseconds since 1970.
    var lastTickTime: Int64 = 0
    var totals = ControlTotals()
    /// What the tick has found so far: no part of the state, as each tick begins with an empty one.
    var tally = TickTally()
    /// The links whose capacity is known.
    var links = LinkLedger()
    /// Who lacks servers, and what sessions pay for that.
    var serving = ServingClasses()
    /// What sessions could have in this tick; no part of the state, as each tick begins with an empty one.
    var master = PoolMaster()
    /// Who solves linear programs and flows: no part of the state, but of what the same events lead to.
    let solvers: PlanningSolvers
    /// What a move is charged beyond its price right after a change; it falls while nothing changes, as what has stood still for long is
    /// likely to stand on. No part of the state: other values are for studies.
    package var restraint = 20.0
    /// Whether meshes are only planned: nobody carries out the steps between them.
    var isOffline = false
    /// Whether sessions exchange servers; no part of the state, off for comparisons only.
    package var exchangesServers = true
    /// The regret of all ticks so far.
    var cumulativeRegret = 0.0

    /// A controller with nothing to control.
    ///
    /// - Parameter solvers: who solves what the ticks pose; a replay needs the same.
    public init(
        configuration: ControlConfiguration = .init(), solvers: PlanningSolvers = .none, at time: ControlTime
    ) {
        self.configuration = configuration
        self.solvers = solvers
        now = time
        world = TickSurroundings(
            field: LatencyField(), nearest: NearestSites(), pool: TickPool(), now: time.milliseconds,
            moveBudget: Int.max / 4)
        profiles = ProfileTable(configuration.profiles)
    }

    /// Takes an event in.
    ///
    /// - Parameter time: when it happened; a time before the last event's counts as that one's.
    /// - Throws: ``ControlError`` when the event cannot be; the controller is then as it was.
    /// - Complexity: a join, move or leave O(sites of the session's mesh) and, for a new cell, O(sites); a session's beginning as a
    ///   search of its mesh; a failure of a site O(sessions) and a repair of each that it served; a tick as its work limit says.
    public mutating func handle(_ event: ControlEvent, at time: ControlTime) throws(ControlError) -> [Directive] {
        try check(event)
        advance(to: time)
        settle()
        defer { closeUp() }
        switch event {
        case .sessionCreated(let opening): return create(opening)
        case .sessionEnded(let id): return end(id)
        case .joined(let id, let reports): return join(id, reports)
        case .moved(let reports): return relocate(reports)
        case .left(let ids): return leave(ids)
        case .siteUp(let report): return bringUp(report)
        case .siteDown(let id): return takeDown(id)
        case .siteDraining(let id): return drain(id)
        case .siteSilent(let id): return hear(id, isSilent: true)
        case .siteHeard(let id): return hear(id, isSilent: false)
        case .siteRemoved(let id): return removeSite(id)
        case .renewed(let ids): return renew(ids)
        case .measured(let digest): return measure(digest)
        case .demandExpected(let demand):
            expect(demand)
            return []
        case .tickDue(let order):
            return tick(WorkGauge(limit: order.workLimit ?? .max)).directives
        }
    }

    var outlook = DemandOutlook()

    mutating func advance(to time: ControlTime) {
        now = max(now, time)
        world.now = now.milliseconds
    }
}

/// Sums over all sessions, kept as they change; of sessions that are not certified the facility bound counts 0, and the pair bound what is
/// known of it: ``SessionFigures/knownBound``.
struct ControlTotals: Sendable, Codable {
    var objective = 0.0
    var priced = 0.0
    var facilityBound = 0.0
    var pairBound = 0.0
    var served = 0

    mutating func add(_ figures: SessionFigures, served: Int, sign: Double) {
        objective += sign * figures.total
        priced += sign * figures.pricedTotal
        self.served += sign > 0 ? served : -served
        addBounds(figures, sign: sign)
    }

    /// Takes out the bounds of a session that are no more those of its members.
    mutating func uncertify(_ figures: inout SessionFigures) {
        addBounds(figures, sign: -1)
        figures.isCertified = false
        figures.accessBound = 0
    }

    /// Counts a bound by access latencies for a session of which nothing was known.
    mutating func bound(_ figures: inout SessionFigures, by accessBound: Double) {
        addBounds(figures, sign: -1)
        figures.accessBound = accessBound
        addBounds(figures, sign: 1)
    }

    private mutating func addBounds(_ figures: SessionFigures, sign: Double) {
        if figures.isCertified { facilityBound += sign * figures.facilityBound }
        pairBound += sign * figures.knownBound
    }
}
