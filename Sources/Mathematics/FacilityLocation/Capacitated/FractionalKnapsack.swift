/// Finds what a knapsack loses by its capacity: the worst items, by weighted selection.
struct FractionalKnapsack {
    private var items: [(ratio: Double, weight: Double)] = []

    mutating func clear() { items.removeAll(keepingCapacity: true) }
    mutating func append(ratio: Double, weight: Double) { items.append((ratio, weight)) }

    /// The profit lost when `excess` of the weight must go, worst ratios first, and the ratio of the last to go.
    mutating func excess(_ excess: Double) -> (loss: Double, critical: Double) {
        var low = 0
        var high = items.count
        var left = excess
        var loss = 0.0
        while high - low > 1 {
            let pivot = median(items[low].ratio, items[(low + high) / 2].ratio, items[high - 1].ratio)
            // Three parts: below, equal to and above the pivot.
            var below = low
            var above = high
            var index = low
            var belowWeight = 0.0
            var belowValue = 0.0
            var equalWeight = 0.0
            while index < above {
                let item = items[index]
                if item.ratio < pivot {
                    belowWeight += item.weight
                    belowValue += item.weight * item.ratio
                    items.swapAt(index, below)
                    below += 1
                    index += 1
                } else if item.ratio > pivot {
                    above -= 1
                    items.swapAt(index, above)
                } else {
                    equalWeight += item.weight
                    index += 1
                }
            }
            if left <= belowWeight {
                high = below
            } else if left <= belowWeight + equalWeight {
                return (loss + belowValue + (left - belowWeight) * pivot, pivot)
            } else {
                left -= belowWeight + equalWeight
                loss += belowValue + equalWeight * pivot
                low = above
            }
        }
        guard low < high else { return (loss, items.last?.ratio ?? 0) }
        return (loss + left * items[low].ratio, items[low].ratio)
    }

    private func median(_ first: Double, _ second: Double, _ third: Double) -> Double {
        max(min(first, second), min(max(first, second), third))
    }
}
