internal import DenseMatrices

/// What hidden pairs taught: how much each voice counts, and how far off the estimates are.
struct Calibration {
    /// Of pairs with a history, in the order of `CompletedLatencies.weights`.
    var weightsWithHistory: [Float]
    /// Of pairs without.
    var weights: [Float]
    var errors: ErrorModel
    var errorsWithHistory: ErrorModel
    /// Half-width of pairs with a node that nobody measured.
    var strangerHalfWidth: Float
}

extension CompletionFit {
    /// One hidden pair: what each voice said, and what was true.
    struct Hidden {
        var voices: [Float]
        var features: [Double]
        var truth: Float

        var hasHistory: Bool { voices[4].isFinite }
    }

    /// Hides a part of the samples, fits the rest, and learns from what is wrong; again with another part while too few
    /// were hidden.
    func calibrate(_ samples: PairSamples, _ history: PairHistory?, seed: UInt64) -> Calibration {
        var hidden: [Hidden] = []
        let folds =
            samples.count < 20
            ? 0 : max(1, min(4, Int((2_400 / (Self.hiddenPart * Double(samples.count))).rounded(.up))))
        var random = DeterministicRandom(seed: seed ^ 0xCA11)
        let order = random.permutation(samples.count)
        let size = min(4_000, max(1, Int(Self.hiddenPart * Double(samples.count))))
        for fold in 0..<folds {
            var isApart = [Bool](repeating: false, count: samples.count)
            for position in fold * size..<min(samples.count, (fold + 1) * size) { isApart[order[position]] = true }
            let parts = samples.split { isApart[$0] }
            // From scratch: what `start` was fitted to may hold the very pairs that are hidden.
            let fitted = voices(parts.rest, history, from: [])
            for index in 0..<parts.apart.count {
                let (low, high) = (Int(parts.apart.first[index]), Int(parts.apart.second[index]))
                guard distrusted.isEmpty || !(distrusted[low] || distrusted[high]) else { continue }
                guard fitted.degrees[low] > 0, fitted.degrees[high] > 0 else { continue }
                // Each direction is a latency that somebody asks for.
                for side: Float in [-1, 1] {
                    hidden.append(
                        Hidden(
                            voices: fitted.logs.map { $0[low, high] }, features: features(fitted, low, high),
                            truth: parts.apart.logs[index] + side * parts.apart.halfRanges[index]))
                }
            }
        }
        return learn(hidden)
    }

    /// The part of the samples that is hidden at a time.
    static let hiddenPart = 0.15

    /// What tells how uncertain a pair is.
    ///
    /// - Parameter part: what a fit to as many samples as in calibration would have of degrees and supports: the error
    ///   of nodes with more samples falls faster than that of all nodes with more samples does.
    func features(_ voices: Voices, _ low: Int, _ high: Int, part: Double = 1) -> [Double] {
        let members = voices.members
        let degree = part * Double(min(voices.degrees[low], voices.degrees[high]))
        let disagreement = abs(members.voices[0][low, high] - members.voices[1][low, high])
        let earlier = voices.logs[4][low, high]
        let change = earlier.isFinite ? abs(earlier - members.voices[0][low, high]) : 0
        return [
            1, logarithm(Double(members.spread[low, high]) + 0.01),
            logarithm(part * Double(members.support[low, high]) + 0.1), Double(min(disagreement, 1.5)),
            logarithm(degree + 1),
            Double(members.voices[0][low, high]), Double(min(change, 1)),
            logarithm(Double(voices.restlessness[low] + voices.restlessness[high]) + 0.01),
        ]
    }

    private func learn(_ hidden: [Hidden]) -> Calibration {
        let plain = Blend.learn(hidden.filter { !$0.hasHistory }, voices: geography == nil ? [0, 1, 2] : [0, 1, 2, 3])
        let aged = Blend.learn(hidden.filter(\.hasHistory), voices: [0, 1, 4])
        let model = { (pairs: [Hidden], weights: [Float]) in
            ErrorModel(
                features: pairs.map(\.features),
                errors: pairs.map { Double(abs(Blend.value($0.voices, weights) - $0.truth)) })
        }
        let strangers = hidden.map { abs($0.voices[$0.voices[3].isFinite ? 3 : 2] - $0.truth) }
        return Calibration(
            weightsWithHistory: aged, weights: plain,
            errors: model(hidden.filter { !$0.hasHistory }, plain),
            errorsWithHistory: model(hidden.filter(\.hasHistory), aged),
            strangerHalfWidth: hidden.count < 20
                ? (geography == nil ? ErrorModel.ignorance : 1.1) : OrderStatistics.quantile(strangers, 0.9))
    }
}

/// Weighted means of voices.
enum Blend {
    /// The weighted mean of the voices that know something.
    static func value(_ voices: [Float], _ weights: [Float]) -> Float {
        var (sum, total): (Float, Float) = (0, 0)
        for (voice, weight) in zip(voices, weights) where weight > 0 && voice.isFinite {
            sum += weight * voice
            total += weight
        }
        return total > 0 ? sum / total : voices[2]
    }

    /// Without anything to learn from: mostly the embeddings.
    static let unlearned: [Float] = [0.7, 0.2, 0, 0.1, 0]

    /// The weights, in steps of a twentieth, that make the mean error least, by exchange between two voices at a time.
    ///
    /// An error of the logarithm beyond 1 counts as 1.
    static func learn(_ hidden: [CompletionFit.Hidden], voices: [Int]) -> [Float] {
        guard hidden.count >= 20, let first = voices.first else {
            return voices.contains(4) ? [0, 0, 0, 0, 1] : unlearned
        }
        let steps = 20
        var parts = [Int](repeating: 0, count: 5)
        parts[voices.contains(4) ? 4 : first] = steps
        let cost = { (parts: [Int]) -> Float in
            let weights = parts.map { Float($0) / Float(steps) }
            return hidden.reduce(0) { $0 + min(1, abs(value($1.voices, weights) - $1.truth)) }
        }
        var best = cost(parts)
        var isBetter = true
        while isBetter {
            isBetter = false
            for giver in voices {
                for taker in voices where taker != giver {
                    for amount in [8, 4, 2, 1] where parts[giver] >= amount {
                        var changed = parts
                        changed[giver] -= amount
                        changed[taker] += amount
                        let changedCost = cost(changed)
                        if changedCost < best * 0.9999 {
                            (parts, best, isBetter) = (changed, changedCost, true)
                        }
                    }
                }
            }
        }
        return parts.map { Float($0) / Float(steps) }
    }
}
