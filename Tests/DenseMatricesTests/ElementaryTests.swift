import DenseMatrices
import Foundation
import TestSupport
import Testing

@Suite("Elementary functions of matrices")
struct ElementaryTests {
    @Test("logarithms agree with the library's over the whole range")
    func logarithms() {
        var random = SplitMix64(seed: 1)
        let values = (0..<1_000).map { _ in Float(exp(120 * random.fraction() - 60)) } + [1, 2, 0.5]
        let matrix = Matrix(elements: values, rowCount: 1, columnCount: values.count)
        let found = matrix.weightedLogarithms(means: values.map { _ in 0 }, weight: 1).logarithms
        for (value, found) in zip(values, found.elements) {
            let expected = log(Double(value))
            #expect(abs(Double(found) - expected) <= 2e-7 * max(1, abs(expected)), "\(value)")
        }
    }

    @Test("weighted logarithms are of what is known", arguments: [1, 8, 13])
    func weightedLogarithms(columns: Int) {
        var random = SplitMix64(seed: 6)
        let unusual: [Float] = [0, -1, .nan, .infinity, -.infinity]
        let entries = (0..<3 * columns).map { _ -> Float in
            random.chance(0.3) ? random.element(of: unusual) : Float(300 * random.fraction() + 0.01)
        }
        let means = (0..<columns).map { _ in Float(random.fraction()) }
        let found = Matrix(elements: entries, rowCount: 3, columnCount: columns)
            .weightedLogarithms(means: means, weight: 2.5)
        for (index, entry) in entries.enumerated() {
            let isKnown = entry > 0 && entry < .infinity
            let expected = isKnown ? 2.5 * (log(Double(entry)) - Double(means[index % columns])) : 0
            #expect(abs(Double(found.logarithms.elements[index]) - expected) < 1e-5)
            #expect(found.weights.elements[index] == (isKnown ? 2.5 : 0))
        }
    }

    @Test("exponentials of products agree with the library's, on any number of threads", arguments: [1, 2, 3])
    func exponentials(threads: Int) {
        var random = SplitMix64(seed: 2)
        let entries = { (count: Int, random: inout SplitMix64) in
            (0..<count).map { _ in Float(4 * random.fraction() - 2) }
        }
        for (rows, inner, columns) in [(1, 1, 1), (5, 3, 7), (130, 11, 401)] {
            let left = Matrix(elements: entries(rows * inner, &random), rowCount: rows, columnCount: inner)
            let right = Matrix(elements: entries(inner * columns, &random), rowCount: inner, columnCount: columns)
            let product = left.multiplied(by: right)
            var result = Matrix<Float>(repeating: -1, rowCount: rows, columnCount: columns)
            result.assignExponential(ofProduct: left, right, threads: threads)
            for index in 0..<rows * columns {
                let expected = exp(Double(product.elements[index]))
                #expect(abs(Double(result.elements[index]) / expected - 1) < 1e-5)
            }
        }
    }

    @Test("exponents beyond 116 ln 2 count as that")
    func bounds() {
        let left = Matrix<Float>(elements: [1_000, -1_000], rowCount: 2, columnCount: 1)
        var result = Matrix<Float>(repeating: 0, rowCount: 2, columnCount: 1)
        result.assignExponential(ofProduct: left, .identity(1), threads: 1)
        #expect(abs(Double(result[0, 0]) / exp2(116) - 1) < 1e-5 && abs(Double(result[1, 0]) / exp2(-116) - 1) < 1e-5)
    }

    @Test("every worker runs once", arguments: [0, 1, 2, 5])
    func workers(count: Int) {
        let counters = Counters()
        Workers.concurrently(count) { counters.add($0) }
        #expect(counters.values == Array(0..<max(1, count)))
    }

    private final class Counters: @unchecked Sendable {
        private let lock = NSLock()
        private var seen: [Int] = []
        func add(_ worker: Int) { lock.withLock { seen.append(worker) } }
        var values: [Int] { lock.withLock { seen.sorted() } }
    }

    @Test("violations are counted with their severity, and sampled to the same")
    func triangles() {
        // 0 to 2 takes 10, through 1 it takes 5: half is saved; the other way back the same.
        let small = Matrix<Double>(elements: [0, 2, 10, 2, 0, 3, 10, 3, 0], rowCount: 3, columnCount: 3)
        let exact = TriangleViolations(in: small)
        #expect(exact.triples == 6 && exact.violations == 2 && exact.severity == 0.5)
        var random = SplitMix64(seed: 3)
        var lengths = Matrix<Double>(repeating: 0, rowCount: 60, columnCount: 60)
        for row in 0..<60 {
            for column in 0..<60 where row != column {
                lengths[row, column] = random.chance(0.1) ? .infinity : 1 + 4 * random.fraction()
            }
        }
        let all = TriangleViolations(in: lengths)
        let some = TriangleViolations(in: lengths, samples: 40_000, seed: 5)
        #expect(abs(some.fraction - all.fraction) < 0.01 && abs(some.severity - all.severity) < 0.01)
        #expect(some.triples < 40_000 && some == TriangleViolations(in: lengths, samples: 40_000, seed: 5))
        #expect(TriangleViolations(in: .identity(2), samples: 9, seed: 1).triples == 0)
    }

    @Test("rows are added")
    func rows() {
        var target = Matrix<Double>(elements: [1, 2, 3, 4], rowCount: 2, columnCount: 2)
        let source = Matrix<Double>(elements: [10, 20, 30, 40], rowCount: 2, columnCount: 2)
        target.addRow(1, of: source, times: 0.5, to: 0)
        #expect(target.elements == [16, 22, 3, 4])
    }
}
