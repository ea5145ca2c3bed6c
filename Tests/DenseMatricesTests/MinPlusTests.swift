import DenseMatrices
import TestSupport
import Testing

@Suite("Min-plus algebra")
struct MinPlusTests {
    /// Whole numbers, some entries without a way.
    static func random(_ rows: Int, _ columns: Int, _ random: inout SplitMix64) -> Matrix<Double> {
        let elements = (0..<rows * columns).map { _ in
            random.chance(0.2) ? Double.infinity : Double(random.integer(0...1000))
        }
        return Matrix(elements: elements, rowCount: rows, columnCount: columns)
    }

    @Test("Products equal the triple loop, in both precisions", arguments: 0..<40)
    func product(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let (rows, inner, columns) = (random.integer(1...20), random.integer(0...20), random.integer(1...20))
        let left = Self.random(rows, inner, &random)
        let right = Self.random(inner, columns, &random)
        let product = MinPlus.product(left, right)
        for row in 0..<rows {
            for column in 0..<columns {
                let expected = (0..<inner).map { left[row, $0] + right[$0, column] }.min() ?? .infinity
                #expect(product[row, column] == expected)
            }
        }
        let single = MinPlus.product(left.converted(), right.converted())
        #expect(single.elements.map(Double.init) == product.elements)
    }

    @Test("Closures equal the textbook's, over several blocks, and next hops walk shortest paths", arguments: 0..<12)
    func closure(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let order = seed < 10 ? random.integer(1...40) : random.integer(130...180)
        let lengths = Self.random(order, order, &random)
        var expected = lengths
        for node in 0..<order { expected[node, node] = 0 }
        for via in 0..<order {
            for from in 0..<order {
                for to in 0..<order {
                    expected[from, to] = min(expected[from, to], expected[from, via] + expected[via, to])
                }
            }
        }
        #expect(MinPlus.closure(lengths) == expected)
        let (again, next) = MinPlus.closureWithNextHops(lengths)
        #expect(again == expected)
        for from in 0..<order {
            for to in 0..<order {
                guard expected[from, to] < .infinity else {
                    #expect(next[from * order + to] == -1)
                    continue
                }
                var (node, length, hops) = (from, 0.0, 0)
                while node != to && hops <= order {
                    let hop = Int(next[node * order + to])
                    length += lengths[node, hop]
                    node = hop
                    hops += 1
                }
                #expect(length == expected[from, to])
            }
        }
    }
}
