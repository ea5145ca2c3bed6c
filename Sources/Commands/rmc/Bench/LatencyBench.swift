internal import DenseMatrices
internal import MeshInstances
internal import NetworkAnalyzer

/// Measures the analyzer on a synthetic network, and keeps the times in milliseconds.
struct LatencyBench {
    private(set) var refresh: [Double] = []
    private(set) var update: [Double] = []
    private(set) var newcomer: [Double] = []
    private(set) var complete: [Double] = []
    private(set) var ingestSeconds = 0.0
    /// Paths that were measured.
    private(set) var paths = 0

    init(
        rows: Int, sites: Int, rank: Int, updates: Int, measurements: Int, threads: Int, runs: Int, seed: UInt64
    ) {
        var random = SeededRandom(seed: seed)
        measureIngestion(measurements, &random)
        measureCompletion(runs: runs, &random)
        measureFactors(
            rows: rows, sites: sites, rank: rank, updates: updates, threads: threads, runs: runs, &random)
    }

    /// Points in a square with access links: the latency of any two.
    private struct Plane {
        let places: [(x: Double, y: Double, height: Double)]

        init(_ count: Int, _ random: inout SeededRandom) {
            places = (0..<count).map { _ in
                (random.fraction() * 150, random.fraction() * 150, 2 + 20 * random.fraction())
            }
        }

        func latency(_ from: Int, _ to: Int) -> Double {
            let (dx, dy) = (places[from].x - places[to].x, places[from].y - places[to].y)
            return (dx * dx + dy * dy).squareRoot() + places[from].height + places[to].height
        }

        func samples(observed: Double, _ random: inout SeededRandom) -> [LatencySample] {
            var samples: [LatencySample] = []
            for from in places.indices {
                for to in 0..<from where random.chance(observed) {
                    samples.append(
                        LatencySample(
                            from: from, to: to, milliseconds: latency(from, to) * (0.97 + 0.06 * random.fraction())))
                }
            }
            return samples
        }
    }

    /// Each of 20,000 participants measures 16 of 1,000 servers, in random order.
    private mutating func measureIngestion(_ count: Int, _ random: inout SeededRandom) {
        let (participants, servers) = (20_000, 1_000)
        let stream = (0..<count).map { index in
            let from = random.integer(in: 0...(participants - 1))
            let to = participants + (from * 7 + random.integer(in: 0...15) * 61) % servers
            return PathMeasurement(
                from: Int32(from), to: Int32(to), roundTrip: 20 + 100 * random.fraction(),
                loss: 0.01 * random.fraction(), bandwidth: 50, time: Double(index) * 1e-3)
        }
        var table = PathTable(nodeCount: participants + servers)
        let now = Double(count) * 1e-3
        ingestSeconds =
            Stopwatch.measure {
                for measurement in stream { table.ingest(measurement, now: now, reporter: measurement.from) }
            }.seconds
        paths = table.count
    }

    private mutating func measureCompletion(runs: Int, _ random: inout SeededRandom) {
        let plane = Plane(490, &random)
        let samples = plane.samples(observed: 0.05, &random)
        let completion = LatencyCompletion(nodeCount: 490)
        var network = completion.complete(samples)
        for _ in 0..<max(1, min(3, runs)) {
            let timed = Stopwatch.measure { completion.complete(samples) }
            network = timed.value
            complete.append(1000 * timed.seconds)
        }
        let estimator = NewcomerEstimator(network, completion: completion, samples: samples)
        for _ in 0..<runs {
            let probes = (0..<8).map { _ in
                let to = random.integer(in: 0...489)
                return LatencySample(from: 0, to: to, milliseconds: plane.latency(0, to) + 5)
            }
            newcomer.append(1000 * Stopwatch.measure { estimator.estimate(probes) }.seconds)
        }
    }

    private mutating func measureFactors(
        rows: Int, sites: Int, rank: Int, updates: Int, threads: Int, runs: Int, _ random: inout SeededRandom
    ) {
        let plane = Plane(sites, &random)
        var completion = LatencyCompletion(nodeCount: sites)
        // How good the estimates are does not matter here.
        (completion.dimensions, completion.iterations) = ([3], 40)
        let network = completion.complete(plane.samples(observed: min(1, 30 / Double(sites)), &random))
        var factors = AccessFactors(network, sites: Array(0..<sites), rowCount: rows, rank: rank)
        var latencies = Matrix<Float>(repeating: 0, rowCount: rows, columnCount: sites)
        var measured = Matrix<Float>(repeating: 0, rowCount: updates, columnCount: sites)
        for run in 0..<runs {
            let changed = random.permutation(rows).prefix(updates).sorted()
            for number in 0..<updates {
                for site in 0..<sites {
                    measured[number, site] = Float(plane.latency(changed[number] % sites, site) + 1)
                }
            }
            let updated = Stopwatch.measure { factors.update(rows: changed, latencies: measured) }
            let refreshed = Stopwatch.measure { factors.refresh(into: &latencies, threads: threads) }
            // The first touches the memory for the first time.
            if run > 0 || runs == 1 {
                update.append(1000 * updated.seconds)
                refresh.append(1000 * refreshed.seconds)
            }
        }
    }
}
