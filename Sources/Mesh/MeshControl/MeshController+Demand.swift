import Forecasting
import Foundation
import MeshPlanning
public import MeshTypes

/// What is expected of demand, and what was bought ahead for it.
struct DemandOutlook: Sendable, Codable {
    /// Demand by session type, a step at a time.
    var forecaster = DemandForecaster()
    /// When the next step begins, milliseconds since 1970; 0 before the first.
    var nextStep: Int64 = 0
    /// Participants for whom servers are to be there, by session type.
    var targets: [String: Double] = [:]
    /// The last values that were seen, by session type, latest last.
    var recent: [String: [Double]] = [:]

    /// Values kept: four weeks of hours.
    private static let kept = 672

    mutating func observe(_ demand: [String: Double]) {
        forecaster.observe(
            Dictionary(uniqueKeysWithValues: demand.map { (DemandKey(sessionType: $0.key), $0.value) }))
        for type in Set(recent.keys).union(demand.keys) {
            recent[type, default: []].append(demand[type] ?? 0)
            if recent[type, default: []].count > Self.kept { recent[type]?.removeFirst() }
        }
        forgetTheSilent()
    }

    /// Types without any demand that are kept, beside those that have some.
    private static let silentKept = 256

    /// Forgets types of which nothing was seen for as long as values are kept, and of the others without demand those that were silent for
    /// longest, when there are many: a name that is used once must not stay for good.
    private mutating func forgetTheSilent() {
        var silent: [(steps: Int, type: String)] = []
        for (type, values) in recent where values.last == 0 {
            silent.append((values.reversed().prefix { $0 == 0 }.count, type))
        }
        silent.sort { ($1.steps, $0.type) < ($0.steps, $1.type) }
        let gone = silent.prefix(max(0, silent.count - Self.silentKept)) + silent.filter { $0.steps >= Self.kept }
        for (_, type) in gone {
            recent[type] = nil
            targets[type] = nil
            forecaster.forget(DemandKey(sessionType: type))
        }
    }
}

extension MeshController {
    /// What is expected of each session type that was ever seen, by type.
    ///
    /// - Parameter horizon: steps ahead, 1 and up; no more than the forecaster's own horizon are told.
    /// - Complexity: O(types * horizon).
    public func expectedDemand(horizon: Int = 24) -> [DemandView] {
        outlook.forecaster.keys.compactMap { key in
            guard let forecast = outlook.forecaster.forecast(key, horizon: max(1, horizon)) else { return nil }
            let steps = forecast.points.indices
            return DemandView(
                sessionType: key.sessionType, start: ControlTime(milliseconds: outlook.nextStep),
                step: configuration.demandStep, values: forecast.points,
                low: steps.map { forecast.quantile(0.05, at: $0) }, high: steps.map { forecast.quantile(0.95, at: $0) },
                target: outlook.targets[key.sessionType], isFlashCrowd: outlook.forecaster.isFlashCrowd(key))
        }
    }

    /// The demand that was seen at the last steps, by session type.
    public func observedDemand() -> [DemandSeries] {
        let step = Double(configuration.demandStep) / 1000
        return outlook.recent.sorted { $0.key < $1.key }.map { type, values in
            let start = Double(outlook.nextStep) / 1000 - step * Double(values.count)
            return DemandSeries(
                sessionType: type, start: Date(timeIntervalSince1970: start).formatted(.iso8601), step: step,
                values: values)
        }
    }

    /// How many steps it takes until a server that is bought ahead is needed.
    private static let leadTime = 1

    /// At each step, learns the demand of each session type and buys ahead for what is expected: up at once, down late.
    ///
    /// - Complexity: O(sessions) a step, else O(1).
    mutating func observeDemand() {
        guard now.milliseconds >= outlook.nextStep else { return }
        outlook.nextStep = now.milliseconds + configuration.demandStep
        var demand: [String: Double] = [:]
        for session in sessions.compactMap({ $0 }) { demand[session.type, default: 0] += Double(session.members.count) }
        outlook.observe(demand)
        for (number, session) in sessions.enumerated() {
            guard let session, let total = demand[session.type], total > 0 else { continue }
            let target = target(of: session.type, policy: session.policy, total: total)
            let share = Double(session.members.count) * max(0, target / total - 1)
            let headroom = Int(min(share, 4 * Double(session.members.count)).rounded(.up))
            guard headroom != session.headroom, headroom > 0 || session.expected <= session.members.count else {
                continue
            }
            sessions[number]?.headroom = max(headroom, session.expected - session.members.count)
            // What is bought ahead shows with the session's next plan; a large change asks for one.
            if abs(headroom - session.headroom) * 10 > session.members.count { queue.add(number) }
        }
        outlook.targets = outlook.targets.filter { demand[$0.key] != nil }
    }

    private mutating func target(of type: String, policy: SessionPolicy, total: Double) -> Double {
        let policy = CapacityPolicy(risk: policy.risk, leadTime: Self.leadTime)
        let target = outlook.forecaster.targetCapacity(
            for: DemandKey(sessionType: type), current: max(total, outlook.targets[type] ?? 0), policy: policy)
        outlook.targets[type] = target
        return target
    }

    /// Takes in a demand that is known ahead.
    mutating func expect(_ demand: ExpectedDemand) {
        let step = Double(configuration.demandStep)
        let (from, to) = (Double(demand.from.milliseconds), Double(demand.to.milliseconds))
        let start = outlook.forecaster.steps + Self.steps(((from - Double(now.milliseconds)) / step).rounded())
        let length = Self.steps(((to - from) / step).rounded(.up))
        outlook.forecaster.announce(
            DemandEvent(
                start: start, rise: 0, length: length, fall: 0, lift: demand.factor - 1, addition: 0,
                sessionType: demand.sessionType, region: demand.region))
    }

    /// Steps as a count; what is further off than anybody counts is as far as that.
    private static func steps(_ count: Double) -> Int { Int(max(-0x1p40, min(0x1p40, count))) }
}
