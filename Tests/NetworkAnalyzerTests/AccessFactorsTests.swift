import DenseMatrices
import MeshInstances
import NetworkAnalyzer
import TestSupport
import Testing

@Suite("Factors of access latencies")
struct AccessFactorsTests {
    /// A network, and latencies from others to its sites that were not part of it.
    private func world() throws -> (network: CompletedLatencies, sites: [Int], truth: Matrix<Float>) {
        let frame = try BundledFrames.planetLab(9)
        let network = BundledFrames.corner(frame, nodes: 200)
        let completed = LatencyCompletion(nodeCount: 200).complete(
            LatencyEvaluation(frame: network, observed: 0.5, seed: 1).split().shown)
        let sites = Array(0..<80)
        var truth = Matrix<Float>(repeating: 0, rowCount: 200, columnCount: 80)
        for row in 0..<200 {
            for site in sites { truth[row, site] = frame[200 + row, site] }
        }
        return (completed, sites, truth)
    }

    private func medianError(_ estimates: Matrix<Float>, _ truth: Matrix<Float>, hiding shown: Matrix<Float>) -> Double
    {
        var errors: [Double] = []
        for index in truth.elements.indices where shown.elements[index] == 0 {
            errors.append(Double(abs(estimates.elements[index] - truth.elements[index]) / truth.elements[index]))
        }
        return ErrorSummary(errors).median
    }

    @Test("eight probes a row are enough; aged rows fall back to the population")
    func learning() throws {
        let (network, sites, truth) = try world()
        var random = SplitMix64(seed: 4)
        var shown = Matrix<Float>(repeating: 0, rowCount: 200, columnCount: 80)
        for row in 0..<200 {
            for _ in 0..<8 {
                let site = random.integer(0...79)
                shown[row, site] = truth[row, site]
            }
        }
        var factors = AccessFactors(network, sites: sites, rowCount: 200)
        var estimates = shown
        factors.refresh(into: &estimates, threads: 2)
        let before = medianError(estimates, truth, hiding: shown)
        let population = estimates
        factors.update(rows: Array(0..<200), latencies: shown)
        factors.refresh(into: &estimates, threads: 2)
        let after = medianError(estimates, truth, hiding: shown)
        #expect(after < 0.15 && after < before / 2, "\(before) \(after)")
        var covered = 0
        for row in 0..<200 {
            for site in 0..<80 {
                let estimate = factors.estimate(row: row, site: site)
                #expect(abs(estimate.milliseconds / Double(estimates[row, site]) - 1) < 1e-4)
                if (estimate.lower...estimate.upper).contains(Double(truth[row, site])) { covered += 1 }
            }
        }
        #expect((0.75...0.99).contains(Double(covered) / 16_000), "\(covered)")
        factors.age(keeping: 0)
        factors.update(rows: Array(0..<200), latencies: Matrix(repeating: 0, rowCount: 200, columnCount: 80))
        factors.refresh(into: &estimates, threads: 1)
        for index in estimates.elements.indices {
            #expect(abs(estimates.elements[index] / population.elements[index] - 1) < 1e-4)
        }
    }

    @Test("updates in parts are updates at once, and other rows stay")
    func parts() throws {
        let (network, sites, truth) = try world()
        var whole = AccessFactors(network, sites: sites, rowCount: 30)
        var parts = whole
        var (first, second) = (
            Matrix<Float>(repeating: 0, rowCount: 1, columnCount: 80),
            Matrix<Float>(repeating: .nan, rowCount: 1, columnCount: 80)
        )
        var both = first
        for site in 0..<80 {
            if site % 2 == 0 { first[0, site] = truth[7, site] } else { second[0, site] = truth[7, site] }
            both[0, site] = truth[7, site]
        }
        whole.update(rows: [7], latencies: both)
        parts.update(rows: [7], latencies: first)
        parts.update(rows: [7], latencies: second)
        let untouched = AccessFactors(network, sites: sites, rowCount: 30)
        for site in 0..<80 {
            let (one, two) = (whole.estimate(row: 7, site: site), parts.estimate(row: 7, site: site))
            #expect(abs(one.milliseconds / two.milliseconds - 1) < 1e-3)
            #expect(whole.estimate(row: 8, site: site) == untouched.estimate(row: 8, site: site))
            #expect(
                one.upper / one.lower < untouched.estimate(row: 7, site: site).upper
                    / untouched.estimate(row: 7, site: site).lower)
        }
    }

    @Test("measurements that count nothing change nothing")
    func weights() throws {
        let (network, sites, truth) = try world()
        var factors = AccessFactors(network, sites: sites, rowCount: 200)
        let before = factors.estimate(row: 3, site: 5)
        factors.update(
            rows: Array(0..<200), latencies: truth,
            weights: Matrix(repeating: 0, rowCount: 200, columnCount: 80))
        #expect(abs(factors.estimate(row: 3, site: 5).milliseconds / before.milliseconds - 1) < 1e-5)
    }
}
