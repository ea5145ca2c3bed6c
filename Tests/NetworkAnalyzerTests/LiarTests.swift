import DenseMatrices
import MeshInstances
import NetworkAnalyzer
import TestSupport
import Testing

/// One lying participant or server cannot move the estimates of pairs that it is no part of by more than 5 %.
@Suite("Liars")
struct LiarTests {
    enum Lie: CaseIterable, Sendable {
        case tenfold, tenth, random, slightlyMore, everywhereNear
    }

    private static let liar = 17

    private func told(_ samples: [LatencySample], _ lie: Lie) -> [LatencySample] {
        var random = SplitMix64(seed: 99)
        return samples.map { sample in
            guard sample.from == Self.liar || sample.to == Self.liar else { return sample }
            var sample = sample
            switch lie {
            case .tenfold: sample.milliseconds *= 10
            case .tenth: sample.milliseconds *= 0.1
            case .random: sample.milliseconds = 1 + 900 * random.fraction()
            case .slightlyMore: sample.milliseconds *= 1.25
            case .everywhereNear: sample.milliseconds = 1
            }
            return sample
        }
    }

    /// Relative changes of pairs that the liar is no part of, sorted.
    private func changes(_ first: CompletedLatencies, _ second: CompletedLatencies) -> [Double] {
        var changes: [Double] = []
        for from in 0..<first.nodeCount where from != Self.liar {
            for to in 0..<from where to != Self.liar {
                changes.append(abs(second[from, to].milliseconds / first[from, to].milliseconds - 1))
            }
        }
        return changes.sorted()
    }

    @Test("among known nodes", arguments: Lie.allCases)
    func inOperation(lie: Lie) throws {
        let frame = BundledFrames.corner(try BundledFrames.planetLab(9), nodes: 160)
        let samples = LatencyEvaluation(frame: frame, observed: 0.2, seed: 5).split().shown
        let completion = LatencyCompletion(nodeCount: 160)
        let before = completion.complete(samples)
        let honest = completion.complete(samples, start: before)
        let lied = completion.complete(told(samples, lie), start: before)
        let moved = changes(honest, lied)
        #expect(moved.last ?? 1 <= 0.05, "\(lie): the most that any of \(moved.count) estimates moved")
        // A quarter more is no lie that can be told from a slower access link.
        if lie != .slightlyMore { #expect(lied.distrusted == [Self.liar], "\(lie)") }
    }

    @Test("with a previous matrix", arguments: Lie.allCases)
    func withHistory(lie: Lie) throws {
        let previous = BundledFrames.corner(try BundledFrames.planetLab(8), nodes: 160)
        let frame = BundledFrames.corner(try BundledFrames.planetLab(9), nodes: 160)
        let samples = LatencyEvaluation(frame: frame, observed: 0.2, seed: 5).split().shown
        let completion = LatencyCompletion(nodeCount: 160)
        let honest = completion.complete(samples, previous: previous)
        let lied = completion.complete(told(samples, lie), previous: previous)
        let moved = changes(honest, lied)
        #expect(moved.last ?? 1 <= 0.05, "\(lie): the most that any of \(moved.count) estimates moved")
    }
}
