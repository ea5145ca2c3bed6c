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
            guard case .receipt(let receipt) = try await call.once({ .receipt(try measure(call)) }) else {
                throw Problem(.defect, "the measurements were not taken in")
            }
            return try .json(receipt, status: .accepted)
        },
        Route(.get, "/v1/density", .roles([.operator])) { call in try await density(call) },
        Route(.get, "/v1/forecast", .roles([.operator])) { call in try await forecast(call) },
        Route(.post, "/v1/forecast/expectations", .roles([.operator])) { call in
            var demand = try RequestBodies.expectation(try call.tree())
            demand.from = call.service.clock.time(ofWall: demand.from)
            demand.to = call.service.clock.time(ofWall: demand.to)
            _ = try await call.change(.control(.demandExpected(demand)))
            return .nothing
        },
        Route(.get, "/v1/snapshot", .roles([.operator])) { call in
            let state = try await call.service.state(isHandedOut: true)
            let bytes = try await call.service.compute(from: state) { state in
                var snapshot = state.controller.snapshot()
                if snapshot.time == nil { snapshot.time = Timestamp.text(state.time) }
                return SnapshotWriter.text(snapshot)
            }
            return .bytes(bytes, "application/json")
        },
        Route(.get, "/v1/plan", .roles([.operator])) { call in
            // A snapshot and the plan asked for after it are of one moment, so that they can be checked together.
            let bytes = try await call.service.compute(from: call.service.handedOut) { state in
                PlanWriter.text(PlanWriter.sealed(try state.controller.plan()))
            }
            return .bytes(bytes, "application/json")
        },
        Route(.get, "/v1/tick", .roles([.operator])) { call in
            try .json(call.service.views.current.lastTick ?? TickReport())
        },
        Route(.get, "/v1/pool", .roles([.operator, .edge])) { call in
            let after: SiteID? = try call.queryIdentifier("after")
            let limit = try call.integer("limit", default: 100, in: 1...1000)
            let all = call.service.views.pool.values.filter { server in after.map { $0 < server.id } ?? true }
                .sorted { $0.id < $1.id }
            return try .json(
                Page(
                    items: all.prefix(limit).map { call.service.withRelay($0) },
                    next: all.count > limit ? all[limit - 1].id.description : nil))
        },
    ]

    // MARK: Measurements

    private static func measure(_ call: Call) throws -> MeasurementReceipt {
        guard !call.body.isEmpty else { throw Problem(.malformed, "the body is empty; expected lines of JSON") }
        let now = call.service.clock.now
        var reader = FieldReader()
        var lines: [(MeasurementLine, Double)] = []
        for (index, bytes) in call.body.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard bytes.contains(where: { $0 > 0x20 }) else { continue }
            let tree: JSONTree
            do {
                tree = try JSONTree.parse(Array(bytes))
            } catch {
                throw Problem(.malformed, "line \(index + 1) is no JSON; expected an object a line")
            }
            if let line = line(tree, "/\(index)", &reader, call.service.clock, now: now) { lines.append(line) }
        }
        reader.batch(lines.count, "")
        let all = try reader.finish(lines)
        for (line, _) in all { try mayReport(call.principal, line, call.service) }
        var receipt = MeasurementReceipt(accepted: 0, refused: [:])
        let views = call.service.views
        for (line, time) in all {
            let isSite = views.server(SiteID(line.from)) != nil
            guard isSite || views.session(of: ParticipantID(line.from)) != nil,
                views.server(SiteID(line.to)) != nil
            else {
                receipt.refused["unknownNode", default: 0] += 1
                continue
            }
            let seconds = Double(now.milliseconds) / 1000
            if let reason = call.service.desk.take(line, time: time, now: seconds, isSite: isSite) {
                receipt.refused[reason, default: 0] += 1
            } else {
                receipt.accepted += 1
            }
        }
        return receipt
    }

    private static func line(
        _ tree: JSONTree, _ pointer: String, _ reader: inout FieldReader, _ clock: ServiceClock, now: ControlTime
    ) -> (MeasurementLine, Double)? {
        guard let fields = reader.object(tree, pointer, keys: ["from", "to", "rtt", "loss", "bandwidth", "at"]) else {
            return nil
        }
        for key in ["from", "to"] where fields[key] == nil { reader.fault("\(pointer)/\(key)", "is missing") }
        let from: SiteID? = reader.identifier(fields["from"], "\(pointer)/from")
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
        return (
            MeasurementLine(from: from.description, to: to.description, rtt: rtt, loss: loss, bandwidth: bandwidth),
            Double((at ?? now).milliseconds) / 1000
        )
    }

    /// Participants report what they measured themselves; servers likewise.
    private static func mayReport(
        _ principal: Principal, _ line: MeasurementLine, _ service: MeshService
    ) throws(Problem) {
        switch principal.role {
        case .operator: return
        case .edge: try principal.mustRun(SiteID(line.from))
        case .participant:
            let id = ParticipantID(line.from)
            try principal.mustSpeak(for: id)
            guard let session = principal.session, service.views.session(of: id) == session else {
                throw Problem(.forbidden, "the token does not speak for \(line.from)")
            }
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
