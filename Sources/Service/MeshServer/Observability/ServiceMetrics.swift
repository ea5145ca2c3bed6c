import MeshControl
import Metrics

/// The service's own figures; README's table of metrics names them.
final class ServiceMetrics: Sendable {
    let registry: PrometheusRegistry
    let storeFailures: Counter
    let lagging: Counter
    private let measurementsAccepted: Counter
    private let measurementsRefused: Counter
    private let commits: Metrics.Timer
    private let commands: Counter
    private let tickSeconds: Metrics.Timer
    private let ticks: Counter
    private let deadlineMisses: Counter
    private let moves: Counter
    private let forcedMoves: Counter
    private let gap: Gauge
    private let tangentGap: Gauge
    private let leastUnserved: Gauge
    private let pricedSites: Gauge
    private let masterIterations: Counter
    private let masterExchanges: Counter
    private let masterFlows: Counter
    private let masterSeconds: Metrics.Timer
    private let regret: Gauge
    private let regretSum: Gauge
    private let soldOut: Gauge
    private let waitingSessions: Gauge
    private let interval: Gauge
    private let lateness: Metrics.Timer
    private let overloads: Gauge
    private let replanned: Counter
    private let estimateErrors: Recorder

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
        func counter(_ name: String) -> Counter { Counter(label: name, factory: registry) }
        func gauge(_ name: String) -> Gauge { Gauge(label: name, factory: registry) }
        func timer(_ name: String) -> Metrics.Timer { Metrics.Timer(label: name, factory: registry) }
        storeFailures = counter("rmc_store_failures_total")
        lagging = counter("rmc_event_subscribers_let_go_total")
        measurementsAccepted = counter("rmc_measurements_accepted_total")
        measurementsRefused = counter("rmc_measurements_refused_total")
        commits = timer("rmc_store_commit_seconds")
        commands = counter("rmc_commands_total")
        tickSeconds = timer("rmc_tick_seconds")
        ticks = counter("rmc_ticks_total")
        deadlineMisses = counter("rmc_tick_deadline_misses_total")
        moves = counter("rmc_moves_total")
        forcedMoves = counter("rmc_forced_moves_total")
        gap = gauge("rmc_gap_ratio")
        tangentGap = gauge("rmc_tangent_gap_ratio")
        leastUnserved = gauge("rmc_participants_waiting_at_least")
        pricedSites = gauge("rmc_priced_sites")
        masterIterations = counter("rmc_master_iterations_total")
        masterExchanges = counter("rmc_master_exchanges_total")
        masterFlows = counter("rmc_master_flows_total")
        masterSeconds = timer("rmc_master_glpk_seconds")
        regret = gauge("rmc_regret")
        regretSum = gauge("rmc_cumulative_regret")
        soldOut = gauge("rmc_sold_out_sites")
        waitingSessions = gauge("rmc_sessions_waiting_for_a_tick")
        interval = gauge("rmc_tick_interval_seconds")
        lateness = timer("rmc_tick_lateness_seconds")
        overloads = gauge("rmc_overloaded_sites")
        replanned = counter("rmc_sessions_replanned_total")
        estimateErrors = Recorder(label: "rmc_estimate_error_ratio", factory: registry)
    }

    func committed(_ count: Int, in duration: Duration) {
        commands.increment(by: count)
        commits.record(duration: duration)
    }

    func ticked(_ report: TickReport, seconds: Double, late: Double, interval: Double) {
        ticks.increment()
        tickSeconds.recordSeconds(seconds)
        lateness.recordSeconds(max(0, late))
        self.interval.record(interval)
        if report.wasCut { deadlineMisses.increment() }
        moves.increment(by: report.moves)
        forcedMoves.increment(by: report.forcedMoves)
        if let value = report.gap { gap.record(value) }
        if let value = report.tangentGap { tangentGap.record(value) }
        leastUnserved.record(report.leastUnserved)
        pricedSites.record(report.poolPrices.count)
        masterIterations.increment(by: report.master.iterations)
        masterExchanges.increment(by: report.master.exchanges)
        masterFlows.increment(by: report.master.flows)
        masterSeconds.recordSeconds(report.master.glpkSeconds)
        regret.record(report.explanation.regret)
        regretSum.record(report.explanation.cumulativeRegret)
        soldOut.record(report.explanation.soldOut.count)
        waitingSessions.record(report.sessionsWaiting)
        overloads.record(report.overloads)
        replanned.increment(by: report.sessionsPlanned)
        Counter(
            label: "rmc_tick_stage_reached_total", dimensions: [("stage", report.stage.rawValue)], factory: registry
        ).increment()
        for stage in report.stages {
            Metrics.Timer(
                label: "rmc_tick_stage_seconds", dimensions: [("stage", stage.name)], factory: registry
            ).recordSeconds(stage.seconds)
        }
    }

    /// A measurement came in.
    func tookMeasurement(isRefused: Bool) { (isRefused ? measurementsRefused : measurementsAccepted).increment() }

    /// A measurement came in where an estimate was held.
    func measured(error: Double) { estimateErrors.record(error) }

    func set(_ name: String, _ value: Double) { Gauge(label: name, factory: registry).record(value) }

    func count(_ name: String, _ dimensions: [(String, String)]) {
        Counter(label: name, dimensions: dimensions, factory: registry).increment()
    }

    func time(_ name: String, _ dimensions: [(String, String)], _ duration: Duration) {
        Metrics.Timer(label: name, dimensions: dimensions, factory: registry).record(duration: duration)
    }
}

extension ServiceMetrics {
    /// What each figure is, for `# HELP`.
    static let help: [String: String] = [
        "process_resident_memory_bytes": "Memory of the process that is in RAM.",
        "rmc_clock_lead_seconds": "How far the times of events are ahead of the wall clock.",
        "rmc_commands_total": "Changes put into the log.",
        "rmc_controller_queue_depth": "What waits for the controller's thread.",
        "rmc_cumulative_regret": "The regret of all ticks since the state began.",
        "rmc_estimate_error_ratio": "How far estimates were from what was measured then, as a part of the estimate.",
        "rmc_event_subscribers": "Streams of events that are open.",
        "rmc_event_subscribers_let_go_total": "Streams that were ended because they did not keep up.",
        "rmc_forced_moves_total": "Participants who were moved because their site failed or was emptied.",
        "rmc_gap_ratio": "The cost of all meshes over the bound on any meshes that share the pool, less 1.",
        "rmc_http_request_seconds": "Time from a request's head to its answer.",
        "rmc_http_requests_total": "Requests answered.",
        "rmc_log_position": "The number of the last command that was carried out.",
        "rmc_log_queue_depth": "Changes that wait for the log.",
        "rmc_measurements_accepted_total": "Measurements taken in.",
        "rmc_measurements_refused_total": "Measurements refused.",
        "rmc_moves_total": "Participants who were moved by ticks.",
        "rmc_overloaded_sites": "Sites that carry more than they should.",
        "rmc_tangent_gap_ratio": "The facility objective at the present loads over its bound, less 1; bounds nothing.",
        "rmc_participants": "Participants in all sessions.",
        "rmc_participants_served": "Those who are served.",
        "rmc_participants_waiting": "Those who wait for a place.",
        "rmc_participants_waiting_at_least": "The least number of participants that any plan leaves out.",
        "rmc_priced_sites": "Sites where one more server is worth more than its price.",
        "rmc_master_iterations_total": "Iterations of the linear program in which all sessions share the pool.",
        "rmc_master_exchanges_total": "Exchange programs solved.",
        "rmc_master_flows_total": "Minimum-cost flows solved.",
        "rmc_master_glpk_seconds": "Time of that linear program in GLPK.",
        "rmc_paths": "Paths that were measured.",
        "rmc_ready": "1 when what was kept is restored and changes can be kept.",
        "rmc_recovery_seconds": "Time that restoring took at the start.",
        "rmc_regret": "What the meshes that were kept cost above what the last tick would have planned.",
        "rmc_servers_draining": "Servers that are being emptied.",
        "rmc_servers_failed": "Servers that failed.",
        "rmc_servers_suspect": "Servers whose lease ran out a moment ago.",
        "rmc_servers_up": "Servers whose lease holds.",
        "rmc_sessions": "Sessions.",
        "rmc_sessions_replanned_total": "Sessions that ticks planned.",
        "rmc_sessions_waiting_for_a_tick": "Sessions in line after the last tick.",
        "rmc_snapshot_bytes": "Size of the last snapshot.",
        "rmc_snapshot_seconds": "Time that the last snapshot took.",
        "rmc_sold_out_sites": "Sites where nothing is free.",
        "rmc_store_commit_seconds": "Time of a commit.",
        "rmc_store_failures_total": "Commits that failed.",
        "rmc_tick_deadline_misses_total": "Ticks that were cut at their deadline.",
        "rmc_tick_interval_seconds": "Time between ticks that the load allows.",
        "rmc_tick_lateness_seconds": "How late ticks began.",
        "rmc_tick_seconds": "Time of a tick.",
        "rmc_tick_stage_reached_total": "Ticks by the stage that they reached.",
        "rmc_tick_stage_seconds": "Time of a tick by stage.",
        "rmc_ticks_total": "Ticks.",
    ]
}
