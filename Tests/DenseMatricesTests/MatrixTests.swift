import DenseMatrices
import TestSupport
import Testing

@Suite("Dense linear algebra against plain loops")
struct MatrixTests {
    private func random(_ rows: Int, _ columns: Int, _ random: inout SplitMix64) -> Matrix<Double> {
        Matrix(
            elements: (0..<rows * columns).map { _ in random.fraction() * 2 - 1 }, rowCount: rows,
            columnCount: columns)
    }

    private func close(_ left: [Double], _ right: [Double], _ tolerance: Double = 1e-12) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    }

    private func naiveProduct(_ left: Matrix<Double>, _ right: Matrix<Double>) -> Matrix<Double> {
        var product = Matrix<Double>(repeating: 0, rowCount: left.rowCount, columnCount: right.columnCount)
        for row in 0..<left.rowCount {
            for column in 0..<right.columnCount {
                for inner in 0..<left.columnCount { product[row, column] += left[row, inner] * right[inner, column] }
            }
        }
        return product
    }

    @Test("Products, with and without transposes, in both precisions", arguments: 0..<30)
    func products(seed: Int) {
        var source = SplitMix64(seed: UInt64(seed))
        let (rows, inner, columns) = (source.integer(1...17), source.integer(1...17), source.integer(1...17))
        let left = random(rows, inner, &source)
        let right = random(inner, columns, &source)
        let expected = naiveProduct(left, right)
        #expect(close(left.multiplied(by: right).elements, expected.elements))
        #expect(close(left.transposed.multiplied(by: right, transposed: true).elements, expected.elements))
        #expect(close(left.multiplied(by: right.transposed, rightTransposed: true).elements, expected.elements))
        let scaled = left.multiplied(by: right, factor: -2.5).elements
        #expect(close(scaled, expected.elements.map { $0 * -2.5 }))
        let single = left.converted().multiplied(by: right.converted())
        #expect(close(single.elements.map(Double.init), expected.elements, 1e-5))
    }

    @Test("Matrix times vector, rank-one updates, axpy and Gram matrices", arguments: 0..<30)
    func vectors(seed: Int) {
        var source = SplitMix64(seed: UInt64(seed) + 100)
        let (rows, columns) = (source.integer(1...20), source.integer(1...20))
        let matrix = random(rows, columns, &source)
        let (row, column) = (random(1, columns, &source), random(rows, 1, &source))
        #expect(close(matrix.multiplied(by: row.elements), naiveProduct(matrix, row.transposed).elements))
        let transposed = matrix.multiplied(by: column.elements, transposed: true)
        #expect(close(transposed, naiveProduct(column.transposed, matrix).elements))
        let single = matrix.converted().multiplied(by: row.converted().elements)
        #expect(close(single.map(Double.init), naiveProduct(matrix, row.transposed).elements, 1e-5))

        var updated = matrix
        updated.addOuterProduct(1.5, column.elements, row.elements)
        let outer = naiveProduct(column, row).elements
        #expect(close(updated.elements, zip(matrix.elements, outer).map { $0 + 1.5 * $1 }))
        var singleUpdated = matrix.converted()
        singleUpdated.addOuterProduct(1.5, column.converted().elements, row.converted().elements)
        #expect(close(singleUpdated.elements.map(Double.init), updated.elements, 1e-5))

        #expect(close(matrix.gramMatrix.elements, naiveProduct(matrix.transposed, matrix).elements))
        #expect(close(matrix.converted().gramMatrix.elements.map(Double.init), matrix.gramMatrix.elements, 1e-5))
        var sum = row.elements
        BLAS.axpy(-0.5, matrix.elements, from: (rows - 1) * columns, to: &sum)
        #expect(close(sum, zip(row.elements, matrix.row(rows - 1)).map { $0 - 0.5 * $1 }))
    }

    @Test("Cholesky solves what is positive definite and refuses the rest", arguments: 0..<30)
    func cholesky(seed: Int) throws {
        var source = SplitMix64(seed: UInt64(seed) + 200)
        let order = source.integer(1...15)
        var definite = random(order + 3, order, &source).gramMatrix
        for place in 0..<order { definite[place, place] += 0.1 }
        let solution = random(order, 1, &source).elements
        let found = try #require(definite.choleskySolution(definite.multiplied(by: solution)))
        #expect(close(found, solution, 1e-8))
        definite[order - 1, order - 1] = -1
        #expect(definite.choleskySolution(solution) == nil)
    }

    @Test("Percentiles are nearest ranks")
    func percentiles() {
        let values = (1...20).map(Double.init).reversed() as [Double]
        #expect(Percentiles.nearestRank(values, [0, 5, 50, 51, 95, 100]) == [1, 1, 10, 11, 19, 20])
        #expect(Percentiles.nearestRank([Double](), [50]) == nil)
        #expect(Percentiles.nearestRank([Float(7)], [1, 99]) == [7, 7])
    }

    @Test("Triangle violations vanish under closure", arguments: 0..<10)
    func triangles(seed: Int) {
        var source = SplitMix64(seed: UInt64(seed) + 300)
        let order = source.integer(3...25)
        let lengths = MinPlusTests.random(order, order, &source)
        var expected = (triples: 0, violations: 0)
        for from in 0..<order {
            for via in 0..<order {
                for to in 0..<order where Set([from, via, to]).count == 3 {
                    let known = [lengths[from, to], lengths[from, via], lengths[via, to]]
                    guard known.allSatisfy(\.isFinite) else { continue }
                    expected.triples += 1
                    if known[1] + known[2] < known[0] { expected.violations += 1 }
                }
            }
        }
        let found = TriangleViolations(in: lengths)
        #expect(found.triples == expected.triples && found.violations == expected.violations)
        #expect(TriangleViolations(in: MinPlus.closure(lengths)).fraction == 0)
    }

    @Test("Threads are under control, and views change entries in place")
    func threads() {
        BLAS.threadCount = 1
        #expect(BLAS.threadCount == 1)
        var matrix = Matrix<Double>.identity(3)
        matrix.withMutableSpan { $0[1] = 5 }
        #expect(matrix.elements == [1, 5, 0, 0, 1, 0, 0, 0, 1])
    }
}
