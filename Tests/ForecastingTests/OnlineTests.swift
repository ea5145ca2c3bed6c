import Forecasting
import Foundation
import MeshTypes
import TestSupport
import Testing

@Suite("one observation after another")
struct OnlineTests {
    private static let key = DemandKey(sessionType: "match", region: "eu")

    private static func forecaster(_ values: [Double?], settings: ForecastSettings = .init()) -> DemandForecaster {
        var forecaster = DemandForecaster(settings: settings)
        for value in values { forecaster.observe(value.map { [key: $0] } ?? [:]) }
        return forecaster
    }

    @Test("learns seasons: errors near the noise, and quantiles hold what they promise")
    func calibration() throws {
        let values = SyntheticDemand().values(1_500, seed: 3)
        var forecaster = Self.forecaster(Array(values.prefix(800)))
        var error = 0.0
        var (below, within, count) = (0, 0, 0)
        for start in 800..<1_452 {
            let forecast = try #require(forecaster.forecast(Self.key))
            for step in [0, 5, 23, 47] {
                let truth = values[start + step]
                error += abs(truth - forecast.points[step])
                below += truth <= forecast.quantile(0.9, at: step) ? 1 : 0
                within += forecast.interval(0.8, at: step).contains(truth) ? 1 : 0
                count += 1
            }
            forecaster.observe([Self.key: values[start]])
        }
        // The noise alone misses by 4.
        #expect(error / Double(count) < 5.5, "\(error / Double(count))")
        #expect((0.86...0.94).contains(Double(below) / Double(count)), "\(Double(below) / Double(count))")
        #expect((0.75...0.86).contains(Double(within) / Double(count)), "\(Double(within) / Double(count))")
    }

    @Test("a state that was stored goes on to the same bytes")
    func persistence() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let values = SyntheticDemand().values(400, seed: 4)
        var whole = Self.forecaster(values.map { $0 })
        var stored = Self.forecaster(values.prefix(217).map { $0 })
        stored = try JSONDecoder().decode(DemandForecaster.self, from: try encoder.encode(stored))
        for value in values.dropFirst(217) { stored.observe([Self.key: value]) }
        #expect(stored == whole)
        var bytes = (try encoder.encode(stored), try encoder.encode(whole))
        #expect(bytes.0 == bytes.1)
        let other = DemandKey(sessionType: "world")
        for value in values {
            whole.observe([Self.key: value, other: value / 2])
            stored.observe([other: value / 2, Self.key: value])
        }
        bytes = (try encoder.encode(stored), try encoder.encode(whole))
        #expect(bytes.0 == bytes.1)
        #expect(whole.keys == [Self.key, other])
    }

    @Test("states that fit nothing are refused, never a crash")
    func tampering() throws {
        let settings = ForecastSettings(seasons: [3, 5], horizon: 5, memory: 20)
        let state = Self.forecaster(SyntheticDemand().values(60, seed: 5).map { $0 }, settings: settings)
        let data = try JSONEncoder().encode(state)
        var random = SplitMix64(seed: 6)
        var (refused, taken) = (0, 0)
        for _ in 0..<2_000 {
            var bytes = Array(data)
            for _ in 0..<random.integer(1...3) {
                let place = random.integer(0...(bytes.count - 1))
                switch random.integer(0...2) {
                case 0: bytes[place] = UInt8(random.integer(32...126))
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.element(of: Array("0123456789,-[]".utf8)), at: place)
                }
            }
            guard var changed = try? JSONDecoder().decode(DemandForecaster.self, from: Data(bytes)) else {
                refused += 1
                continue
            }
            taken += 1
            for step in 0..<8 { changed.observe([Self.key: Double(step)]) }
            if let forecast = changed.forecast(Self.key) { _ = forecast.peak(0.9, over: 5) }
        }
        #expect(refused > 500 && taken > 0)
    }

    @Test("follows scale; missing and odd values are borne")
    func robustness() throws {
        var random = SplitMix64(seed: 7)
        let values = SyntheticDemand().values(300, seed: 8).map { random.chance(0.2) ? nil : $0 }
        let plain = try #require(Self.forecaster(values).forecast(Self.key))
        let large = try #require(Self.forecaster(values.map { $0.map { $0 * 1_024 } }).forecast(Self.key))
        for step in 0..<48 {
            #expect(abs(large.points[step] / 1_024 - plain.points[step]) < 1e-6)
            #expect(abs(large.quantile(0.95, at: step) / 1_024 - plain.quantile(0.95, at: step)) < 1e-6)
        }
        var forecaster = DemandForecaster(settings: .init(seasons: [-1, 0, 2, 7], horizon: -5, memory: 0))
        #expect(forecaster.forecast(Self.key) == nil)
        for value in [Double.nan, 5, .infinity, -.greatestFiniteMagnitude, .greatestFiniteMagnitude, 0, 1e300] {
            forecaster.observe([Self.key: value])
            if let forecast = forecaster.forecast(Self.key) {
                #expect(forecast.points.allSatisfy { $0.isFinite })
                #expect(forecast.quantile(0.99, at: 100).isFinite)
            }
        }
    }

    @Test("less than a season is enough for a level")
    func shortSeries() throws {
        let forecast = try #require(Self.forecaster([40, 42, 41, 43, 42]).forecast(Self.key))
        #expect(forecast.points.count == 48)
        #expect(forecast.points.allSatisfy { (35...48).contains($0) })
    }

    @Test("a snapshot's history is what one would have observed")
    func history() {
        let values = SyntheticDemand().values(60, seed: 12)
        let long = DemandSeries(
            sessionType: "match", region: "eu", start: "2025-01-01T00:00:00Z", step: 3_600, values: values)
        let short = DemandSeries(
            sessionType: "world", start: "2025-01-02T00:00:00Z", step: 3_600, values: Array(values.suffix(20)))
        var observed = DemandForecaster()
        let other = DemandKey(sessionType: "world")
        for (hour, value) in values.enumerated() {
            observed.observe(hour < 40 ? [Self.key: value] : [Self.key: value, other: value])
        }
        #expect(DemandForecaster(history: [long, short]) == observed)
        #expect(DemandForecaster(history: []).steps == 0)
    }

    @Test("state and work do not grow with the past")
    func constantState() throws {
        let values = SyntheticDemand().values(5_000, seed: 9)
        let early = try JSONEncoder().encode(Self.forecaster(values.prefix(1_500).map { $0 })).count
        let late = try JSONEncoder().encode(Self.forecaster(values.map { $0 })).count
        #expect(late < early + early / 20)
    }

    @Test("the smoother is the same one by one and at once")
    func recursion() {
        let gains = SeasonalSmoother.Gains(level: 0.05, shortSeason: 0.2, longSeason: 0.2, memory: 0.5)
        let values = SyntheticDemand(noise: 0).values(24 * 63, seed: 10)
        var smoother = SeasonalSmoother(seasons: [24, 168], gains: gains)
        for value in values.dropLast(168) { smoother.observe(value) }
        let forecast = smoother.forecast(horizon: 168)
        for (step, value) in forecast.enumerated() { #expect(smoother.value(ahead: step + 1) == value) }
        // Without noise, seasons are found.
        let errors = zip(forecast, values.suffix(168)).map { abs($0 - $1) }
        #expect(errors.reduce(0, +) / 168 < 4, "\(errors)")
    }
}
