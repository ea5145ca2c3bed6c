import Foundation
import HTTPTypes
import MeshAPI
import MeshControl
import MeshInstances
import MeshTypes

/// What the controller sees: measurements come in; density, forecast, snapshot, plan, the last tick and pool go out.
enum ObservationRoutes {
    static let all: [Route] = [
        Route(.post, "/v1/measurements", .roles([.operator, .edge, .participant])) { call in
            guard case .receipt(let receipt) = try await call.once({ .receipt(try await measure(call)) }) else {
                throw Problem(.defect, "the measurements were not taken in")
            }
            return try .json(receipt, status: .accepted)
        },
        Route(.get, "/v1/density", .roles([.operator])) { call in try await density(call) },
        Route(.get, "/v1/forecast", .roles([.operator])) { call in try await forecast(call) },
        Route(.post, "/v1/forecast/expectations", .roles([.operator])) { call in
            var demand = try await call.decode(RequestBodies.expectation)
            demand.from = call.service.clock.time(ofWall: demand.from)
            demand.to = call.service.clock.time(ofWall: demand.to)
            let expected = demand
            _ = try await call.change { .control(.demandExpected(expected)) }
            return .nothing
        },
        Route(.get, "/v1/snapshot", .roles([.operator])) { call in
            let state = try await call.service.state(isHandedOut: true)
            let bytes = try await call.service.compute(from: state) { state in
                let whole = state.controller.snapshot()
                var snapshot = whole.renamed(whole.outerNames())
                if snapshot.time == nil { snapshot.time = Timestamp.text(state.time) }
                return SnapshotWriter.text(snapshot)
            }
            return .bytes(bytes, "application/json")
        },
        Route(.get, "/v1/plan", .roles([.operator])) { call in
            // A snapshot and the plan asked for after it are of one moment, so that they can be checked together.
            let bytes = try await call.service.compute(from: call.service.handedOut) { state in
                let snapshot = state.controller.snapshot()
                let plan = try state.controller.plan(for: snapshot)
                return PlanWriter.text(PlanWriter.sealed(plan.renamed(snapshot.outerNames())))
            }
            return .bytes(bytes, "application/json")
        },
        Route(.get, "/v1/tick", .roles([.operator])) { call in
            try .json(call.service.views.current.lastTick ?? TickReport())
        },
        Route(.get, "/v1/pool", .roles([.operator, .edge])) { call in try servers(call) },
        Route(.get, "/v1/servers", .roles([.operator, .edge])) { call in try servers(call) },
    ]

    private static func servers(_ call: Call) throws -> Reply {
        let after: SiteID? = try call.queryIdentifier("after")
        let limit = try call.integer("limit", default: 100, in: 1...1000)
        let all = call.service.views.pool.values.filter { server in after.map { $0 < server.id } ?? true }
            .sorted { $0.id < $1.id }
        return try .json(
            Page(
                items: all.prefix(limit).map { call.service.withRelay($0) },
                next: all.count > limit ? all[limit - 1].id.description : nil))
    }

    // MARK: Measurements

    private struct Reported: Sendable {
        var line: MeasurementLine
        var session: SessionID?
        /// Seconds since 1970.
        var time: Double
    }

    private static func measure(_ call: Call) async throws -> MeasurementReceipt {
        guard !call.body.isEmpty else { throw Problem(.malformed, "the body is empty; expected lines of JSON") }
        let now = call.service.clock.now
        let (body, clock) = (call.body, call.service.clock)
        let reports = try await call.service.apart(body.count) { () throws(Problem) in try lines(body, clock, now) }
        let all = try reports.map { report throws(Problem) in (report, try source(of: report, call)) }
        var receipt = MeasurementReceipt(accepted: 0, refused: [:])
        let seconds = Double(now.milliseconds) / 1000
        for (report, source) in all {
            guard let source, call.service.views.server(SiteID(report.line.to)) != nil else {
                receipt.refused["unknownNode", default: 0] += 1
                continue
            }
            var line = report.line
            line.from = source.name
            let refusal = call.service.desk.take(line, time: report.time, now: seconds, isSite: source.isSite)
            if let refusal {
                receipt.refused[refusal, default: 0] += 1
            } else {
                receipt.accepted += 1
            }
        }
        return receipt
    }

    private static func lines(_ body: [UInt8], _ clock: ServiceClock, _ now: ControlTime) throws(Problem) -> [Reported]
    {
        var reader = FieldReader()
        var lines: [Reported] = []
        var count = 0
        for (index, bytes) in body.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard bytes.contains(where: { $0 > 0x20 }) else { continue }
            count += 1
            // What is too much is not read.
            guard count <= RequestBodies.batchLimit else { continue }
            let tree: JSONTree
            do {
                tree = try JSONTree.parse(Array(bytes))
            } catch {
                throw Problem(.malformed, "line \(index + 1) is no JSON; expected an object a line")
            }
            if let line = line(tree, "/\(index)", &reader, clock, now: now) { lines.append(line) }
        }
        reader.batch(count, "")
        return try reader.finish(lines)
    }

    private static func line(
        _ tree: JSONTree, _ pointer: String, _ reader: inout FieldReader, _ clock: ServiceClock, now: ControlTime
    ) -> Reported? {
        let keys = ["from", "session", "to", "rtt", "loss", "bandwidth", "at"]
        guard let fields = reader.object(tree, pointer, keys: keys) else { return nil }
        for key in ["from", "to"] where fields[key] == nil { reader.fault("\(pointer)/\(key)", "is missing") }
        let from: SiteID? = reader.identifier(fields["from"], "\(pointer)/from")
        let session: SessionID? = reader.identifier(fields["session"], "\(pointer)/session")
        let to: SiteID? = reader.identifier(fields["to"], "\(pointer)/to")
        func figure(_ name: String, _ range: ClosedRange<Double>) -> Double? {
            if case .null = fields[name] { return nil }
            return reader.number(fields[name], "\(pointer)/\(name)", in: range)
        }
        let rtt = figure("rtt", 0...60_000)
        let loss = figure("loss", 0...1)
        let bandwidth = figure("bandwidth", 0...1e9)
        let at = reader.time(fields["at"], "\(pointer)/at").map { clock.time(ofWall: $0) }
        guard let from, let to else { return nil }
        let line = MeasurementLine(
            from: from.description, to: to.description, rtt: rtt, loss: loss, bandwidth: bandwidth)
        return Reported(line: line, session: session, time: Double((at ?? now).milliseconds) / 1000)
    }

    /// Who measured, as the log names them; `nil` for somebody who is not there.
    ///
    /// Participants report what they measured themselves, servers likewise: who reports says what they are, whatever they
    /// are called. An operator reports for a participant by its session, or by a name that is no server's and of one
    /// session alone.
    private static func source(
        of report: Reported, _ call: Call
    ) throws(Problem) -> (name: String, isSite: Bool)? {
        let (views, name) = (call.service.views, report.line.from)
        func participant(_ session: SessionID) -> (name: String, isSite: Bool)? {
            guard let view = views.session(session) else { return nil }
            let id = view.qualified(ParticipantID(name))
            return views.session(of: id) == session ? (id.description, false) : nil
        }
        switch call.principal.role {
        case .edge:
            try call.principal.mustRun(SiteID(name))
            guard report.session == nil else { throw Problem(.forbidden, "the token does not speak for \(name)") }
            return views.server(SiteID(name)) == nil ? nil : (name, true)
        case .participant:
            try call.principal.mustSpeak(for: ParticipantID(name))
            guard let session = call.principal.session, report.session ?? session == session,
                let known = participant(session)
            else { throw Problem(.forbidden, "the token does not speak for \(name)") }
            return known
        case .operator:
            if let session = report.session { return participant(session) }
            if views.server(SiteID(name)) != nil { return (name, true) }
            let homes = views.sessions(ofAny: ParticipantID(name))
            return homes.count == 1 ? participant(homes[0]) : nil
        }
    }

    // MARK: What is seen

    private static func density(_ call: Call) async throws -> Reply {
        let least = try call.integer("atLeast", default: 5, in: 1...1_000_000)
        let level = try call.integer("level", default: 2, in: 0...DensityGrid.finest)
        return try .json(
            try await call.service.compute { state in
                DensityResponse(
                    atLeast: least,
                    cells: DensityGrid.cells(
                        of: state.controller.coordinates, level: level, atLeast: least))
            })
    }

    private struct Forecast: Codable {
        struct Series: Codable {
            var sessionType: String
            var region: String?
            var start: String
            var step: Double
            var values: [Double]
        }

        var history: [Series]
        var expected: [DemandView]
    }

    private static func forecast(_ call: Call) async throws -> Reply {
        try .json(
            try await call.service.compute { state in
                Forecast(
                    history: state.controller.observedDemand().map {
                        .init(
                            sessionType: $0.sessionType, region: $0.region, start: $0.start, step: $0.step,
                            values: Array($0.values.suffix(168)))
                    },
                    expected: state.controller.expectedDemand())
            })
    }
}
