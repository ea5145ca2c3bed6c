import Forecasting
import TestSupport
import Testing

@Suite("capacity at a stated risk")
struct CapacityTests {
    private static let key = DemandKey(sessionType: "conference", region: "us")

    @Test("never below the quantile, up at once, down late")
    func hysteresis() throws {
        let values = SyntheticDemand(level: 200, daily: 120).values(24 * 35, seed: 21)
        let policy = CapacityPolicy(risk: 0.1, leadTime: 3, holdTime: 8, slack: 0.1)
        var forecaster = DemandForecaster()
        var (current, eager) = (0.0, 0.0)
        var (changes, eagerChanges, short, steps) = (0, 0, 0, 0)
        for (hour, value) in values.enumerated() {
            if hour > 24 * 14 {
                steps += 1
                if value > current { short += 1 }
            }
            forecaster.observe([Self.key: value])
            guard hour >= 24 * 14 else { continue }
            let forecast = try #require(forecaster.forecast(Self.key))
            let required = forecaster.requiredCapacity(for: Self.key, risk: 0.1, leadTime: 3)
            let target = forecaster.targetCapacity(for: Self.key, current: current, policy: policy)
            #expect(target >= required)
            for step in 0..<3 { #expect(target >= forecast.quantile(0.9, at: step)) }
            if target < current { #expect(target >= forecast.peak(0.9, over: 8)) }
            if target != current { changes += 1 }
            if required != eager { eagerChanges += 1 }
            (current, eager) = (target, required)
        }
        #expect(changes * 2 < eagerChanges, "\(changes) against \(eagerChanges)")
        #expect(Double(short) / Double(steps) <= 0.1, "short in \(short) of \(steps) hours")
    }

    @Test("more risk never asks for more")
    func risk() {
        var forecaster = DemandForecaster()
        for value in SyntheticDemand().values(400, seed: 22) { forecaster.observe([Self.key: value]) }
        let capacities = [0.01, 0.05, 0.1, 0.2, 0.5, 0.9].map {
            forecaster.requiredCapacity(for: Self.key, risk: $0, leadTime: 6)
        }
        #expect(capacities == capacities.sorted(by: >))
        #expect(forecaster.requiredCapacity(for: DemandKey(sessionType: "unknown"), risk: 0.1, leadTime: 1) == 0)
        #expect(forecaster.targetCapacity(for: DemandKey(sessionType: "unknown"), current: 5) == 5)
    }

    @Test("an announced event raises demand for its time, and is not learned as usual")
    func events() throws {
        let values = SyntheticDemand(noise: 0.5).values(24 * 30, seed: 23)
        let event = DemandEvent(start: 24 * 20 + 5, rise: 2, length: 4, fall: 2, lift: 1, sessionType: "conference")
        var (plain, told) = (DemandForecaster(), DemandForecaster())
        told.announce(event)
        for hour in 0..<24 * 20 {
            plain.observe([Self.key: values[hour]])
            told.observe([Self.key: values[hour]])
        }
        let (before, with) = (try #require(plain.forecast(Self.key)), try #require(told.forecast(Self.key)))
        for step in 0..<48 {
            let height = event.height(at: 24 * 20 + step)
            #expect(abs(with.points[step] - before.points[step] * (1 + height)) < 1e-9)
        }
        #expect(with.quantile(0.9, at: 8) > 1.8 * before.quantile(0.9, at: 8))
        for hour in 24 * 20..<24 * 22 {
            plain.observe([Self.key: values[hour]])
            told.observe([Self.key: values[hour] * (1 + event.height(at: hour))])
        }
        #expect(told.events.isEmpty)
        let (after, later) = (try #require(plain.forecast(Self.key)), try #require(told.forecast(Self.key)))
        for step in 0..<48 { #expect(abs(after.points[step] - later.points[step]) < 1e-6) }
        #expect(!event.concerns(DemandKey(sessionType: "match")))
    }

    @Test("a flash crowd is noticed at its second value, asked for, and not expected next day")
    func flashCrowd() throws {
        let values = SyntheticDemand().values(24 * 21, seed: 24)
        var forecaster = DemandForecaster()
        for value in values.dropLast(24) { forecaster.observe([Self.key: value]) }
        #expect(!forecaster.isFlashCrowd(Self.key))
        let usual = try #require(forecaster.forecast(Self.key))
        for hour in 0..<3 {
            forecaster.observe([Self.key: values[24 * 20 + hour] + 400])
            #expect(forecaster.isFlashCrowd(Self.key) == (hour > 0))
        }
        #expect(forecaster.requiredCapacity(for: Self.key, risk: 0.1, leadTime: 2) > 400)
        for hour in 3..<24 { forecaster.observe([Self.key: values[24 * 20 + hour]]) }
        #expect(!forecaster.isFlashCrowd(Self.key))
        let next = try #require(forecaster.forecast(Self.key))
        for step in 0..<24 { #expect(abs(next.points[step] - usual.points[step + 24]) < 25) }
    }

    @Test("a crowd that stays becomes the usual; a single wild value does not")
    func newLevel() throws {
        let values = SyntheticDemand().values(24 * 30, seed: 25)
        var forecaster = DemandForecaster()
        for value in values.prefix(24 * 20) { forecaster.observe([Self.key: value]) }
        var spiked = forecaster
        spiked.observe([Self.key: values[24 * 20] + 400])
        forecaster.observe([Self.key: values[24 * 20]])
        let (with, without) = (try #require(spiked.forecast(Self.key)), try #require(forecaster.forecast(Self.key)))
        for step in 0..<48 { #expect(abs(with.points[step] - without.points[step]) < 15) }
        for hour in 24 * 20 + 1..<24 * 29 { forecaster.observe([Self.key: values[hour] + 400]) }
        #expect(!forecaster.isFlashCrowd(Self.key))
        let forecast = try #require(forecaster.forecast(Self.key))
        for step in 0..<24 { #expect(abs(forecast.points[step] - values[24 * 29 + step] - 400) < 60) }
    }
}
