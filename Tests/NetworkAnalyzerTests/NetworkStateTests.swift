import DenseMatrices
import MeshTypes
import NetworkAnalyzer
import TestSupport
import Testing

@Suite("State of a network")
struct NetworkStateTests {
    /// Rounds of measurements of a tenth of the pairs, the same ones each time.
    private func feed(
        _ state: inout NetworkState, _ network: SyntheticNetwork, rounds: Range<Int>, seed: UInt64
    ) {
        var random = SplitMix64(seed: seed)
        for round in rounds {
            var choice = SplitMix64(seed: 77)
            for from in 0..<network.nodeCount {
                for to in 0..<network.nodeCount where from != to && choice.chance(0.1) {
                    let value = Double(network.matrix[from, to]) * (1 + 0.02 * random.fraction())
                    let refusal = state.ingest(
                        PathMeasurement(from: Int32(from), to: Int32(to), roundTrip: value, time: Double(round)),
                        now: Double(round))
                    #expect(refusal == nil)
                }
            }
        }
    }

    @Test("measurements become estimates of all pairs; later ones refine them")
    func flow() throws {
        let network = SyntheticNetwork(nodes: 60, noise: 0, seed: 1)
        var state = NetworkState(nodeCount: 60)
        #expect(state.estimate(from: 0, to: 1, now: 0) == nil)
        feed(&state, network, rounds: 0..<5, seed: 2)
        let measured = try #require(state.paths.samples(now: 5).first)
        let alone = try #require(state.estimate(from: measured.from, to: measured.to, now: 5))
        #expect(alone.isMeasured && abs(alone.milliseconds / measured.milliseconds - 1) < 1e-6)
        state.refresh(now: 5)
        feed(&state, network, rounds: 5..<10, seed: 3)
        state.refresh(now: 10)
        var errors: [Double] = []
        for from in 0..<60 {
            for to in 0..<60 where from != to {
                let estimate = try #require(state.estimate(from: from, to: to, now: 10))
                #expect(estimate.lower <= estimate.milliseconds && estimate.milliseconds <= estimate.upper)
                errors.append(abs(estimate.milliseconds / Double(network.matrix[from, to]) - 1))
            }
        }
        #expect(ErrorSummary(errors).median < 0.06 && ErrorSummary(errors).p90 < 0.3, "\(ErrorSummary(errors))")
        #expect(state.look(now: 10).isEmpty)
    }

    @Test("probes go where it is uncertain and matters, and not where it is fresh")
    func candidates() throws {
        let network = SyntheticNetwork(nodes: 40, noise: 0, seed: 4)
        var state = NetworkState(nodeCount: 40)
        feed(&state, network, rounds: 0..<5, seed: 5)
        state.refresh(now: 5)
        let candidates = state.candidates(from: Array(0..<20), to: Array(20..<40), now: 5) { from, _ in
            from < 10 ? 1 : 0
        }
        #expect(candidates.count == 400)
        let plan = ProbePlanner(budget: 30).plan(candidates)
        #expect(plan.count == 30)
        for index in plan {
            let candidate = candidates[index]
            #expect(candidate.from < 10)
            #expect(state.paths.estimate(from: Int32(candidate.from), to: Int32(candidate.to), now: 5) == nil)
        }
    }
}
