import MeshPlanning
public import MeshTypes

/// What a tick did.
public struct TickReport: Sendable, Hashable, Codable {
    /// Its number, from 1.
    public var tick = 0
    /// How far it came.
    public var stage = Stage.repair
    /// Wall-clock seconds of each stage, in order; not part of the controller's state.
    public var stages: [StageTime] = []
    /// The joint gap: the cost of all meshes over the bound on any meshes that share the pool, less 1. `nil` where the bound is 0 and the
    /// cost is not.
    public var gap: Double?
    /// The facility objective at the present loads over its bound, less 1. It says how near the meshes are to the best change that the
    /// tangent at them can see, and bounds nothing.
    public var tangentGap: Double?
    /// What all meshes cost.
    public var objective = 0.0
    /// The bound on what any meshes cost.
    public var bound = 0.0
    /// Participants who changed site.
    public var moves = 0
    /// Those of them whose old site could not serve them any more.
    public var forcedMoves = 0
    /// Participants.
    public var participants = 0
    /// Participants with a server.
    public var served = 0
    /// The least number of participants that any plan leaves out: those beyond every latency cap, and those for whom the pool has not
    /// enough whole servers.
    public var leastUnserved = 0
    /// What one more server at a site is worth beyond its price, where that is not 0: the prices at which sessions share the pool.
    public var poolPrices: [SiteID: Double] = [:]
    /// What the pool's master did.
    public var master = MasterReport()
    /// Sites that cannot carry what is rented there.
    public var overloads = 0
    /// Sessions that were planned anew; one that a first plan goes through several times counts each time.
    public var sessionsPlanned = 0
    /// Sessions that wait for the next tick.
    public var sessionsWaiting = 0
    /// Units of work.
    public var work = 0
    /// Whether the deadline ended the tick before all sessions were planned.
    public var wasCut = false
    /// What binds, at what price, and what it cost that meshes were kept.
    public var explanation = TickExplanation()

    /// How far a tick came.
    public enum Stage: String, Sendable, Hashable, Codable, CaseIterable {
        /// Everybody who can be served is; some sessions are not yet improved.
        case repair
        /// Every session with changes is improved and certified.
        case improved
        /// And some others were looked at too.
        case swept
    }

    /// How long a stage took.
    public struct StageTime: Sendable, Hashable, Codable {
        /// Its name.
        public var name: String
        /// Seconds.
        public var seconds: Double

        /// Creates an entry.
        public init(name: String, seconds: Double) {
            self.name = name
            self.seconds = seconds
        }
    }

    /// Creates an empty report.
    public init() {}

    /// Participants without a server.
    public var unserved: Int { participants - served }
}

/// What the pool's master did in a tick: the linear program in which the meshes of all sessions share the servers of the pool.
public struct MasterReport: Sendable, Hashable, Codable {
    /// Iterations of the simplex method.
    public var iterations = 0
    /// Meshes that it chose among.
    public var columns = 0
    /// Sites whose servers sessions contend for.
    public var rows = 0
    /// Exchange programs solved, each over some sessions.
    public var exchanges = 0
    /// Minimum-cost flows solved for the assignment within a session.
    public var flows = 0
    /// Processor seconds that GLPK took; no part of the controller's state.
    public var glpkSeconds = 0.0

    /// Calls of a solver that failed or were cut: the tick kept its prices and meshes then.
    public var failures = 0

    /// Creates a report of a master that did nothing.
    public init() {}

    init(_ counts: PoolMaster.Counts, flows: Int) {
        iterations = counts.iterations
        columns = counts.columns
        rows = counts.rows
        exchanges = counts.exchanges
        self.flows = flows
        glpkSeconds = counts.seconds
        failures = counts.failures
    }
}

/// What a tick wants done, and what it did.
public struct TickOutcome: Sendable, Hashable {
    /// What is to be done, in order.
    public var directives: [Directive]
    /// What it did.
    public var report: TickReport
    /// Units of work: logged with the tick as ``TickOrder/workLimit``, so that a replay takes the same steps.
    public var work: Int { report.work }

    /// Creates an outcome.
    public init(directives: [Directive], report: TickReport) {
        self.directives = directives
        self.report = report
    }
}
