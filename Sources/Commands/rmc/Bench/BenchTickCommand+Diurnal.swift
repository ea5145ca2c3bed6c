internal import MeshRendering
internal import MeshSimulation
internal import Optimization

extension BenchTickCommand {
    /// A day of demand that follows the sun.
    func compareDay() throws {
        let world = DiurnalWorld(participants: participants, sessions: sessions, sites: sites, seed: seed)
        let study = try Cancellation.onSignal { interrupter in
            try ProgressLine.during("comparing") {
                try DiurnalStudy.run(world, threads: threads, interrupter: interrupter)
            }
        }
        let (planned, single) = (study.planned, study.single)
        let saved = { (rent: Double) in Numerals.percent(planned.peak / max(rent, 1e-9) - 1) }
        let number = { (value: Double) in Numerals.fixed(value, decimals: 1) }
        try output.print(
            text: """
                \(Numerals.grouped(participants)) participants, \(Numerals.grouped(sessions)) sessions, \(Numerals.grouped(sites)) sites, a day of 24 ticks

                peak rent \(number(planned.peak)), pair latency p95 \(number(planned.latency(0.95))) ms, \(planned.unserved) not served; a millisecond worth \(study.latencyValue)
                one server site a session, provisioned for its fullest hour: rent \(number(study.provisioned)), p95 \(number(single.latency(0.95))) ms: \(saved(study.provisioned))
                one server site a session, servers by the hour: peak rent \(number(single.peak)): \(saved(single.peak))

                """,
            json: .object([
                ("peak-rent", .number(planned.peak)), ("p95", .number(planned.latency(0.95))),
                ("unserved", .integer(Int64(planned.unserved))), ("latency-value", .number(study.latencyValue)),
                ("provisioned-rent", .number(study.provisioned)), ("single-peak-rent", .number(single.peak)),
                ("single-p95", .number(single.latency(0.95))),
            ]))
    }
}
