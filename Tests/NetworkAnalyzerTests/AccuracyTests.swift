import DenseMatrices
import MeshInstances
import NetworkAnalyzer
import Testing

/// The bars of the product, on the frames that are shipped; the benchmarks hold the exact figures.
@Suite("Accuracy on measured networks")
struct AccuracyTests {
    private func evaluate(_ observed: Double, previous: Matrix<Float>? = nil) throws -> LatencyEvaluation.Outcome {
        LatencyEvaluation(
            frame: try BundledFrames.planetLab(9), observed: observed, seed: 2, previous: previous
        ).run()
    }

    @Test("PlanetLab, a tenth of the pairs seen")
    func tenth() throws {
        let outcome = try evaluate(0.1)
        #expect(outcome.errors.median < 0.07 && outcome.errors.p90 < 0.25, "\(outcome.errors)")
        #expect((0.87...0.93).contains(outcome.coverage), "\(outcome.coverage)")
    }

    @Test("PlanetLab, a twentieth of the pairs seen")
    func twentieth() throws {
        let outcome = try evaluate(0.05)
        #expect(outcome.errors.median < 0.09 && outcome.errors.p90 < 0.4, "\(outcome.errors)")
        #expect((0.87...0.93).contains(outcome.coverage), "\(outcome.coverage)")
        let vivaldi = outcome.peers.first { $0.name == "vivaldi" }
        #expect(outcome.errors.median < 0.8 * (vivaldi?.errors.median ?? 0))
    }

    @Test("PlanetLab, a twentieth seen and the previous frame known")
    func previous() throws {
        let outcome = try evaluate(0.05, previous: try BundledFrames.planetLab(8))
        #expect(outcome.errors.median < 0.03 && outcome.errors.p90 < 0.1, "\(outcome.errors)")
        #expect((0.87...0.93).contains(outcome.coverage), "\(outcome.coverage)")
    }

    @Test("PlanetLab, newcomers with eight probes")
    func newcomers() throws {
        let outcome = LatencyEvaluation(frame: try BundledFrames.planetLab(9), observed: 0.1, seed: 2)
            .runNewcomers(probes: 8)
        #expect(outcome.errors.median < 0.1 && outcome.errors.p90 < 0.4, "\(outcome.errors)")
    }

    @Test("WonderNetwork, asymmetric and with missing rows")
    func wonderNetwork() throws {
        let outcome = LatencyEvaluation(frame: try BundledFrames.wonderNetwork(), observed: 0.1, seed: 2).run()
        #expect(outcome.errors.median < 0.085 && outcome.errors.p90 < 0.34, "\(outcome.errors)")
        #expect((0.87...0.93).contains(outcome.coverage), "\(outcome.coverage)")
    }
}
