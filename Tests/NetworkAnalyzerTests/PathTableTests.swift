import MeshTypes
import NetworkAnalyzer
import TestSupport
import Testing

@Suite("Filters of measured paths")
struct PathTableTests {
    private func table(_ nodes: Int = 10) -> PathTable { PathTable(nodeCount: nodes) }

    private func estimate(after values: [Double]) throws -> PathEstimate {
        var table = table()
        for (second, value) in values.enumerated() {
            let refusal = table.ingest(
                PathMeasurement(from: 1, to: 2, roundTrip: value, time: Double(second)), now: Double(second))
            #expect(refusal == nil)
        }
        return try #require(table.estimate(from: 1, to: 2, now: Double(values.count - 1)))
    }

    @Test("a steady path is averaged, and its error shrinks")
    func steady() throws {
        var random = SplitMix64(seed: 1)
        let values = (0..<200).map { _ in 50 + 2 * (random.fraction() + random.fraction() - 1) }
        let few = try estimate(after: Array(values.prefix(3)))
        let many = try estimate(after: values)
        #expect(abs(many.roundTrip - 50) < 0.7)
        #expect(many.standardError < few.standardError)
        #expect((0.3...1.2).contains(many.jitter))
        #expect(many.confidence > 0.95)
    }

    @Test("single outliers hardly move the level")
    func outliers() throws {
        var values = (0..<60).map { 40 + 0.2 * Double($0 % 5) }
        for index in stride(from: 10, to: 60, by: 10) { values[index] = 4_000 }
        #expect(abs(try estimate(after: values).roundTrip - 40.4) < 1.5)
    }

    @Test("three samples on a new level are a level shift, up and down", arguments: [90.0, 12.0])
    func shifts(level: Double) throws {
        let old = (0..<40).map { 40 + 0.2 * Double($0 % 5) }
        #expect(abs(try estimate(after: old + [level, level]).roundTrip - 40.4) < 2)
        #expect(abs(try estimate(after: old + [level, level + 0.1, level - 0.1]).roundTrip - level) < 0.2)
    }

    @Test("paths are directed")
    func directed() throws {
        var table = table()
        table.ingest(PathMeasurement(from: 1, to: 2, roundTrip: 10, time: 0), now: 0)
        table.ingest(PathMeasurement(from: 2, to: 1, roundTrip: 30, time: 0), now: 0)
        #expect(table.estimate(from: 1, to: 2, now: 0)?.roundTrip == 10)
        #expect(table.estimate(from: 2, to: 1, now: 0)?.roundTrip == 30)
        #expect(table.estimate(from: 1, to: 3, now: 0) == nil)
        #expect(table.count == 2)
    }

    @Test("age widens the error and lowers confidence")
    func ages() throws {
        var table = table()
        for second in 0..<20 {
            table.ingest(PathMeasurement(from: 0, to: 1, roundTrip: 80, time: Double(second)), now: Double(second))
        }
        let fresh = try #require(table.estimate(from: 0, to: 1, now: 20))
        let stale = try #require(table.estimate(from: 0, to: 1, now: 20 + 86_400))
        #expect(stale.age > 86_000 && stale.standardError > 3 * fresh.standardError)
        #expect(stale.confidence < fresh.confidence && stale.roundTrip == fresh.roundTrip)
    }

    @Test("loss and bandwidth are smoothed, and a probe that never returned is a loss")
    func lossAndBandwidth() throws {
        var table = table()
        for second in 0..<200 {
            let isLost = second % 10 == 0
            table.ingest(
                PathMeasurement(
                    from: 0, to: 1, roundTrip: isLost ? nil : 20, loss: isLost ? 1 : 0, bandwidth: isLost ? nil : 50,
                    time: Double(second)), now: Double(second))
        }
        let estimate = try #require(table.estimate(from: 0, to: 1, now: 200))
        #expect(abs(try #require(estimate.loss) - 0.1) < 0.06)
        #expect(estimate.bandwidth == 50)
    }

    @Test(
        "bad measurements are refused and counted, and change nothing",
        arguments: [
            (PathMeasurement(from: 1, to: 2, roundTrip: -1, time: 5), .notPositive),
            (PathMeasurement(from: 1, to: 2, roundTrip: 0, time: 5), .notPositive),
            (PathMeasurement(from: 1, to: 2, roundTrip: .nan, time: 5), .notFinite),
            (PathMeasurement(from: 1, to: 2, roundTrip: .infinity, time: 5), .notFinite),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10_000.1, time: 5), .absurd),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, time: 99), .future),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, time: .nan), .notFinite),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, time: 1), .replayed),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, time: 0), .replayed),
            (PathMeasurement(from: 1, to: 1, roundTrip: 10, time: 5), .forged),
            (PathMeasurement(from: 1, to: 10, roundTrip: 10, time: 5), .unknownNode),
            (PathMeasurement(from: -1, to: 2, roundTrip: 10, time: 5), .unknownNode),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, loss: 1.5, time: 5), .outOfRange),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, loss: .nan, time: 5), .notFinite),
            (PathMeasurement(from: 1, to: 2, roundTrip: 10, bandwidth: 0, time: 5), .outOfRange),
            (PathMeasurement(from: 1, to: 2, roundTrip: nil, time: 5), .empty),
        ] as [(PathMeasurement, MeasurementRefusal)])
    func refusals(measurement: PathMeasurement, reason: MeasurementRefusal) {
        var table = table()
        table.ingest(PathMeasurement(from: 1, to: 2, roundTrip: 33, time: 1), now: 1)
        #expect(table.ingest(measurement, now: 6) == reason)
        #expect(table.refused(reason) == 1 && table.refusals.reduce(0, +) == 1 && table.accepted == 1)
        #expect(table.estimate(from: 1, to: 2, now: 6)?.roundTrip == 33 && table.count == 1)
    }

    @Test("who did not measure cannot report, and nothing is faster than light")
    func forged() {
        let places = [
            GeoCoordinate(latitude: 52, longitude: 13), GeoCoordinate(latitude: -34, longitude: 151), nil,
        ]
        var table = PathTable(nodeCount: 3, coordinates: places)
        let honest = PathMeasurement(from: 0, to: 1, roundTrip: 280, time: 0)
        #expect(table.ingest(honest, now: 0, reporter: 2) == .forged)
        #expect(table.ingest(honest, now: 0, reporter: 0) == nil)
        #expect(table.ingest(PathMeasurement(from: 1, to: 0, roundTrip: 3, time: 0), now: 0) == .forged)
        #expect(table.ingest(PathMeasurement(from: 2, to: 0, roundTrip: 3, time: 0), now: 0) == nil)
        #expect(table.refused(.forged) == 2)
    }

    @Test("the table is bounded")
    func capacity() {
        var table = PathTable(nodeCount: 1_000, capacity: 50)
        for node in 1..<100 { table.ingest(PathMeasurement(from: 0, to: Int32(node), roundTrip: 9, time: 0), now: 0) }
        #expect(table.count == 50 && table.refused(.full) == 49)
        #expect(table.ingest(PathMeasurement(from: 0, to: 7, roundTrip: 9, time: 1), now: 1) == nil)
    }

    @Test("thousands of paths are each found again")
    func manyPaths() {
        var table = PathTable(nodeCount: 300)
        for from in 0..<300 as Range<Int32> {
            for to in 0..<60 as Range<Int32> where to != from {
                let value = Double(from) + Double(to) / 100 + 1
                table.ingest(PathMeasurement(from: from, to: to, roundTrip: value, time: 0), now: 0)
            }
        }
        for from in 0..<300 as Range<Int32> {
            for to in 0..<60 as Range<Int32> where to != from {
                let value = Float(Double(from) + Double(to) / 100 + 1)
                #expect(table.estimate(from: from, to: to, now: 0)?.roundTrip == Double(value))
            }
        }
        #expect(table.samples(now: 0).count == table.count)
    }
}
