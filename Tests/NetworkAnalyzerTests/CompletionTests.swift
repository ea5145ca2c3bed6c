import DenseMatrices
import NetworkAnalyzer
import TestSupport
import Testing

@Suite("Completion of latency matrices")
struct CompletionTests {
    @Test("a plane with access links is found from a fifth of its pairs", arguments: [1, 2, 3] as [UInt64])
    func plane(seed: UInt64) {
        let network = SyntheticNetwork(nodes: 80, seed: seed)
        let outcome = LatencyEvaluation(frame: network.matrix, observed: 0.2, seed: seed).run()
        #expect(outcome.errors.median < 0.04, "\(outcome.errors)")
        #expect(outcome.errors.p90 < 0.15, "\(outcome.errors)")
    }

    @Test("the same samples and seed give the same matrix, whatever their order")
    func determinism() {
        let network = SyntheticNetwork(nodes: 40, seed: 4)
        let samples = network.samples(observed: 0.3, seed: 4)
        let completion = LatencyCompletion(nodeCount: 40, seed: 9)
        let first = completion.complete(samples)
        let second = completion.complete(samples.reversed())
        #expect(first.logarithms == second.logarithms && first.halfWidths == second.halfWidths)
    }

    @Test("the unit does not matter")
    func units() {
        let network = SyntheticNetwork(nodes: 40, seed: 5)
        let samples = network.samples(observed: 0.3, seed: 5)
        let completion = LatencyCompletion(nodeCount: 40, seed: 9)
        let milliseconds = completion.complete(samples)
        let seconds = completion.complete(
            samples.map { LatencySample(from: $0.from, to: $0.to, milliseconds: $0.milliseconds / 1000) })
        for from in 0..<40 {
            for to in 0..<from {
                let ratio = milliseconds[from, to].milliseconds / seconds[from, to].milliseconds
                #expect(abs(ratio / 1000 - 1) < 0.03)
            }
        }
    }

    @Test("intervals hold about nine of ten hidden latencies", arguments: [6, 7] as [UInt64])
    func coverage(seed: UInt64) {
        let network = SyntheticNetwork(nodes: 100, noise: 0.2, seed: seed)
        let outcome = LatencyEvaluation(frame: network.matrix, observed: 0.2, seed: seed).run()
        #expect((0.85...0.95).contains(outcome.coverage), "\(outcome.coverage)")
    }

    @Test("without any sample there is an estimate, and its interval is wide")
    func nothing() {
        let estimate = LatencyCompletion(nodeCount: 5).complete([])[1, 3]
        #expect(estimate.milliseconds.isFinite && estimate.milliseconds > 0)
        #expect(estimate.upper / estimate.lower > 50)
        #expect(!estimate.isMeasured)
        #expect(LatencyCompletion(nodeCount: 0).complete([]).nodeCount == 0)
        let single = LatencyCompletion(nodeCount: 1).complete([])
        #expect(single[0, 0].milliseconds == 0)
    }

    @Test("a node that nobody measured gets a typical latency and a wide interval")
    func stranger() {
        let network = SyntheticNetwork(nodes: 60, seed: 8)
        let samples = network.samples(observed: 0.3, seed: 8).filter { $0.from != 7 && $0.to != 7 }
        let completed = LatencyCompletion(nodeCount: 60).complete(samples)
        for node in 0..<60 where node != 7 {
            let estimate = completed[7, node]
            #expect((20...250).contains(estimate.milliseconds))
            #expect(estimate.upper / estimate.lower > 2)
        }
    }

    @Test("samples that are no latencies are passed over")
    func unusable() {
        let network = SyntheticNetwork(nodes: 30, seed: 9)
        let samples = network.samples(observed: 0.4, seed: 9)
        let bad = [
            LatencySample(from: 0, to: 1, milliseconds: .nan), LatencySample(from: 0, to: 1, milliseconds: -4),
            LatencySample(from: 2, to: 2, milliseconds: 5), LatencySample(from: 0, to: 99, milliseconds: 5),
            LatencySample(from: -1, to: 0, milliseconds: 5), LatencySample(from: 0, to: 3, milliseconds: .infinity),
            LatencySample(from: 0, to: 3, milliseconds: 5, weight: 0),
        ]
        let completion = LatencyCompletion(nodeCount: 30)
        #expect(completion.complete(samples).logarithms == completion.complete(samples + bad).logarithms)
    }

    @Test("what was measured stands, and asymmetric paths keep their direction")
    func asymmetry() {
        var network = SyntheticNetwork(nodes: 50, noise: 0, seed: 10)
        for other in 0..<50 where other != 3 { network.matrix[3, other] *= 1.3 }
        let samples = network.samples(observed: 0.4, seed: 10)
        let completed = LatencyCompletion(nodeCount: 50).complete(samples)
        var right = 0
        for other in 0..<50 where other != 3 {
            if completed[3, other].milliseconds > completed[other, 3].milliseconds { right += 1 }
        }
        #expect(right == 49)
    }

    @Test("a pair's own history beats the model, and shifts of nodes are followed")
    func history() {
        let network = SyntheticNetwork(nodes: 60, noise: 0.3, seed: 11)
        var later = network.matrix
        // Node 5 moved behind a slower access link.
        for other in 0..<60 where other != 5 {
            later[5, other] *= 1.5
            later[other, 5] *= 1.5
        }
        let outcome = LatencyEvaluation(frame: later, observed: 0.2, seed: 11, previous: network.matrix).run()
        #expect(outcome.errors.p90 < 0.05, "\(outcome.errors)")
        let alone = outcome.peers.first { $0.name == "previous" }
        #expect(outcome.errors.mean < alone?.errors.mean ?? 0)
    }
}
