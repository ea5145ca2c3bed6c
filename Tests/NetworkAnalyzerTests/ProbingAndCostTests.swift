import NetworkAnalyzer
import TestSupport
import Testing

@Suite("Probing plans")
struct ProbePlannerTests {
    private func candidates(_ count: Int, seed: UInt64) -> [ProbeCandidate] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            ProbeCandidate(
                from: random.integer(0...19), to: 20 + random.integer(0...9), uncertainty: random.fraction(),
                sensitivity: random.fraction(), age: random.chance(0.2) ? 3 : 100)
        }
    }

    @Test("limits hold, and the plan is what plain greedy choice gives", arguments: 1...20 as ClosedRange<UInt64>)
    func greedy(seed: UInt64) {
        let candidates = candidates(300, seed: seed)
        var planner = ProbePlanner(budget: 40)
        (planner.mostFromOneNode, planner.mostToOneNode) = (4, 6)
        let plan = planner.plan(candidates)
        #expect(plan.count == 40 && Set(plan).count == 40)
        var (sent, answered) = ([Int](repeating: 0, count: 30), [Int](repeating: 0, count: 30))
        var chosen: [Int] = []
        for _ in 0..<40 {
            var best: (worth: Double, index: Int)?
            for (index, candidate) in candidates.enumerated() where candidate.age >= 10 && !chosen.contains(index) {
                guard sent[candidate.from] < 4, answered[candidate.to] < 6 else { continue }
                var worth = candidate.uncertainty * candidate.sensitivity
                for _ in 0..<sent[candidate.from] + answered[candidate.to] { worth *= 0.9 }
                if worth > best?.worth ?? 0 { best = (worth, index) }
            }
            guard let best else { break }
            chosen.append(best.index)
            sent[candidates[best.index].from] += 1
            answered[candidates[best.index].to] += 1
        }
        #expect(plan == chosen)
        #expect(plan.allSatisfy { candidates[$0].age >= 10 })
    }

    @Test("nothing is probed for nothing")
    func worthless() {
        let useless = [
            ProbeCandidate(from: 0, to: 1, uncertainty: 1, sensitivity: 0),
            ProbeCandidate(from: 0, to: 1, uncertainty: .nan, sensitivity: 1),
            ProbeCandidate(from: 0, to: 1, uncertainty: .infinity, sensitivity: 1),
            ProbeCandidate(from: 2, to: 2, uncertainty: 1, sensitivity: 1),
            ProbeCandidate(from: 0, to: 1, uncertainty: 1, sensitivity: 1, age: 1),
        ]
        #expect(ProbePlanner(budget: 9).plan(useless).isEmpty)
        #expect(ProbePlanner(budget: 0).plan(candidates(10, seed: 1)).isEmpty)
        #expect(ProbePlanner(budget: -3).plan(candidates(10, seed: 1)).isEmpty)
    }

    @Test("a choice is sensitive to what could change it")
    func sensitivity() {
        let doubts = DecisionSensitivity.choice(costs: [10, 11, 40], errors: [2, 2, 2])
        #expect(doubts[0] == doubts[1] && doubts[1] > 0.3 && doubts[2] < 1e-6)
        #expect(DecisionSensitivity.choice(costs: [10, 11], errors: [0, 0]) == [0, 0])
        #expect(DecisionSensitivity.choice(costs: [10, 10], errors: [0, 0]) == [0.5, 0.5])
        #expect(DecisionSensitivity.choice(costs: [3], errors: [1]) == [0])
    }
}

@Suite("Costs of paths")
struct PathCostTests {
    @Test("no cost falls when a figure gets worse", arguments: StreamKind.allCases)
    func monotone(kind: StreamKind) {
        let cost = PathCost(kind)
        var random = SplitMix64(seed: 7)
        for _ in 0..<2_000 {
            let (rtt, jitter) = (300 * random.fraction(), 30 * random.fraction())
            let (loss, bandwidth) = (0.3 * random.fraction(), 0.01 + 8 * random.fraction())
            let base = cost.milliseconds(roundTrip: rtt, jitter: jitter, loss: loss, bandwidth: bandwidth)
            #expect(base >= rtt && base <= PathCost.ceiling)
            let worse = 1 + random.fraction()
            let changed = [
                cost.milliseconds(roundTrip: rtt * worse, jitter: jitter, loss: loss, bandwidth: bandwidth),
                cost.milliseconds(roundTrip: rtt, jitter: jitter * worse, loss: loss, bandwidth: bandwidth),
                cost.milliseconds(roundTrip: rtt, jitter: jitter, loss: min(1, loss * worse), bandwidth: bandwidth),
                cost.milliseconds(roundTrip: rtt, jitter: jitter, loss: loss, bandwidth: bandwidth / worse),
            ]
            for value in changed { #expect(value >= base) }
        }
    }

    @Test("a clean wide path costs its round trip; what carries nothing costs the most", arguments: StreamKind.allCases)
    func ends(kind: StreamKind) {
        let cost = PathCost(kind)
        #expect(cost.milliseconds(roundTrip: 42) == 42)
        #expect(cost.milliseconds(roundTrip: 42, loss: 1) == PathCost.ceiling)
        #expect(cost.milliseconds(roundTrip: 42, bandwidth: 1e-9) == PathCost.ceiling)
    }

    @Test("loss hurts speech more than game state, narrow paths hurt pictures alone")
    func classes() {
        let lossy = { PathCost($0).milliseconds(roundTrip: 60, loss: 0.05) }
        #expect(lossy(.voice) > lossy(.state) && lossy(.state) > 60)
        let narrow = { PathCost($0).milliseconds(roundTrip: 60, bandwidth: 1.5) }
        #expect(narrow(.video) == 1060 && narrow(.voice) == 60 && narrow(.reliable) == 60)
        // 1 % loss at 100 ms: TCP reaches 1.22 * 1460 * 8 / (0.1 * 0.1) = 1.42 Mbit/s, enough for 1 Mbit/s.
        #expect(abs(PathCost(.reliable).milliseconds(roundTrip: 100, loss: 0.01) - 101.01) < 0.01)
    }
}
