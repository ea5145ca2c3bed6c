import Foundation
import MeshInstances
import MeshTypes
import Probing
import TestSupport
import Testing

@Suite("Probe runs over recorded paths")
struct RecordedTraceTests {
    /// Round-trip times between cities, ms; both directions, where both were measured.
    private func cityPairs() throws -> [(there: Double, back: Double)] {
        let file = try InputFile.read(
            SharedData.repositoryRoot.appending(path: "Models/Data/WonderNetwork2018/rtt_avg_ms_matrix.csv.xz").path)
        let rows = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).dropFirst().map { Double($0) } }
        return rows.indices.flatMap { row in
            rows.indices.compactMap { column in
                guard row < column, let there = rows[row][column], let back = rows[column][row] else { return nil }
                return (there, back)
            }
        }
    }

    /// Mbit/s second by second, as a moving receiver had them.
    private func throughput(_ name: String) throws -> [Double] {
        let url = try #require(SharedData.url("access/starlink_cellular/\(name).csv.xz"))
        return String(decoding: try InputFile.read(url.path).bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .dropFirst()
            .compactMap { line in line.split(separator: ",").dropFirst().first.flatMap { Double($0) } }
    }

    private func check(
        _ path: inout SimulatedPath, plan: ProbePlan, number: UInt64, name: String
    ) throws -> (report: ProbeReport, truth: SimulatedPath.Truth)? {
        let (outcome, truth, _) = path.run(plan, number: number)
        guard case .measured(let report) = outcome, let trips = report.roundTrips else { return nil }
        let sorted = truth.roundTrips.sorted()
        for (found, real) in [
            (trips.minimum, sorted[0]), (trips.median, sorted[(sorted.count - 1) / 2]),
        ] {
            let milliseconds = Double(real) / 1e6
            #expect(abs(found.milliseconds - milliseconds) <= max(0.05 * milliseconds, 1), "\(name)")
        }
        #expect(report.received == truth.roundTrips.count, "\(name)")
        return (report, truth)
    }

    @Test("Pings between cities of the world are found within 5 % or 1 ms")
    func cities() throws {
        var random = SplitMix64(seed: 21)
        let pairs = try cityPairs()
        try #require(pairs.count > 20_000)
        for step in 0..<500 {
            let pair = random.element(of: pairs)
            var path = SimulatedPath(
                forward: EmulatedLink(
                    delay: UInt64(pair.there * 5e5), meanJitter: pair.there * 1e4, loss: 0.01, seed: random.next()),
                backward: EmulatedLink(
                    delay: UInt64(pair.back * 5e5), meanJitter: pair.back * 1e4, loss: 0.01, seed: random.next()))
            let found = try #require(try check(&path, plan: ProbePlan(), number: random.next(), name: "pair \(step)"))
            let least = (pair.there + pair.back) / 2
            // Twenty probes nearly always find the queues nearly empty once.
            let minimum = try #require(found.report.roundTrips).minimum.milliseconds
            #expect(minimum >= least - 0.001 && minimum <= least + max(0.05 * least, 1))
        }
    }

    @Test(
        "Delay, loss and bandwidth hold on satellite and cellular links",
        .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"),
        arguments: ["udp_downlink_rm", "udp_downlink_mob", "udp_downlink_att", "udp_downlink_vz", "udp_downlink_tm"])
    func wireless(name: String) throws {
        var random = SplitMix64(seed: 22)
        let trace = try throughput(name)
        var plan = ProbePlan()
        plan.trainCount = 5
        var (measured, close) = (0, 0)
        for step in 0..<100 {
            let start = random.integer(0...(trace.count - 120))
            var path = SimulatedPath(
                forward: EmulatedLink(
                    delay: 20_000_000, meanJitter: 0, loss: 0.02, rates: Array(trace[start..<start + 120]),
                    seed: random.next()),
                backward: EmulatedLink(delay: 20_000_000, meanJitter: 1_000_000, loss: 0.02, seed: random.next()))
            guard let found = try check(&path, plan: plan, number: random.next(), name: "\(name) \(step)"),
                let bandwidth = found.report.forwardBandwidth
            else { continue }
            let rates = found.truth.ratesOfTrains.filter { $0 > 0 }.sorted()
            guard let least = rates.first, let most = rates.last else { continue }
            measured += 1
            // The rate changes from second to second: the estimate is one of those that held, or close to one.
            if bandwidth >= 0.95 * least, bandwidth <= 1.05 * most { close += 1 }
        }
        #expect(measured > 50)
        // A train that a change of rate falls into may show something between.
        #expect(close >= measured * 98 / 100)
    }
}
