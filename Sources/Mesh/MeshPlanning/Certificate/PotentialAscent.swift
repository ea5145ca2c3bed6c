import DenseMatrices
import MeshTypes
import Optimization

/// Searches for potentials and values that give a high bound: ascent along subgradients with steps scaled coordinate by
/// coordinate.
///
/// The bound is a concave, piecewise linear function of tables and values. What the relaxation does, whom
/// it serves where, is a subgradient. The start is exact for the mesh in hand: with `g_p(j) = -d[a(p), j] / 2` all pairs
/// of the mesh cost what they cost.
///
/// Source: Kingma, Ba, "Adam" (2015), for the scaling of the steps; Held, Wolfe, Crowder (1974) for subgradients.
struct PotentialAscent {
    private(set) var problem: PotentialProblem
    let monitor: StopMonitor
    private var point: PotentialBound
    private var tableStep: Steps
    private var valueStep: Steps
    private var serverStep = Steps(count: 1)
    private var rounds = 0
    /// The mean pair latency of the mesh in hand, microseconds, which is the scale of steps; and what a microsecond of it is worth to somebody.
    private let latency: Double
    private let unit: Double

    /// The most rounds: small sessions may have more, as far as that takes about as long as a large one.
    static let fewestRounds = 600
    static let mostRounds = 4_000
    static let quickEffort = 80_000_000
    /// The first step as a part of the latency, and the last one as a part of the first.
    static let firstStep = 0.0133
    static let lastStep = 0.02

    var roundLimit: Int { min(Self.mostRounds, max(Self.fewestRounds, Self.quickEffort / max(1, roundEffort))) }

    /// How often tables are replaced by the potentials that they give, so that no value loses touch.
    private static let refreshing = 50

    /// An ascent that starts from the mesh in hand.
    init(problem: PotentialProblem, monitor: StopMonitor, latency: Double) {
        self.problem = problem
        self.monitor = monitor
        self.latency = latency
        point = Self.start(problem, latency)
        unit = problem.scale * (problem.weight.reduce(0, +) / Double(max(1, problem.weight.count)))
        tableStep = Steps(count: point.tables.count)
        valueStep = Steps(count: point.values.count)
    }

    /// Elementary steps of one round.
    var roundEffort: Int {
        let columns = problem.sites.count
        return columns
            * (problem.groupCount * problem.support.count / 3 + 3 * problem.people.count
                + problem.classCount * problem.classCount)
    }

    /// How far a step of a size moves the value of serving somebody.
    func valueStep(_ size: Double) -> Double { size * latency * unit / 2 }

    /// Goes on at other prices of servers, by place in the problem's sites.
    mutating func price(_ prices: [Double], spares: Double) { problem.price(prices, spares: spares) }

    /// Evaluates the bound at the point, and takes a step up from there; its size is a part of the latency.
    mutating func step(_ size: Double) -> PotentialBound.Evaluation {
        rounds += 1
        let found = point.evaluate(problem)
        let slopes = slopes(of: found, at: point)
        if rounds.isMultiple(of: Self.refreshing) { refresh(&point, found.potentials) }
        tableStep.take(&point.tables, slopes.tables, size: size * latency)
        valueStep.take(&point.values, slopes.values, size: valueStep(size))
        var server = [point.serverValue]
        serverStep.take(&server, [slopes.serverValue], size: valueStep(size) * Double(problem.perServer.first ?? 1))
        point.serverValue = max(0, server[0])
        return found
    }

    /// The best potentials found within a number of rounds, their figures rounded; `nil` without any.
    ///
    /// - Parameters:
    ///   - count: the most rounds.
    ///   - objective: the cost of the mesh in hand; the bound cannot exceed it.
    ///   - size: the first step, as a part of the latency.
    mutating func climb(rounds count: Int, objective: Double, from size: Double = firstStep) -> PotentialBound? {
        var best: (bound: Double, data: PotentialBound)?
        for round in 1...max(1, count) {
            if monitor.stopReason != nil { break }
            let here = point
            let found = step(size * Self.power(Self.lastStep * Self.firstStep / size, Double(round) / Double(count)))
            if found.bound > best?.bound ?? -.infinity { best = (found.bound, here) }
            if found.bound >= objective - 1e-9 * max(1, abs(objective)) { break }
        }
        return best.map { rounded($0.data) }
    }

    static func power(_ base: Double, _ exponent: Double) -> Double {
        // Powers of two of a fraction, multiplied up: no more than the last bit hangs on the platform's library.
        var (result, factor, rest) = (1.0, base.squareRoot(), exponent)
        for _ in 0..<30 {
            rest *= 2
            if rest >= 1 {
                result *= factor
                rest -= 1
            }
            factor = factor.squareRoot()
        }
        return result
    }

    private static func start(_ problem: PotentialProblem, _ latency: Double) -> PotentialBound {
        let width = problem.support.count
        var tables = [Double](repeating: 0, count: problem.groupCount * width)
        for group in 0..<problem.groupCount {
            for (column, place) in problem.support.enumerated() {
                tables[group * width + column] = -problem.half[problem.home[group], place]
            }
        }
        var point = PotentialBound(
            tables: tables, values: Array(repeating: 0, count: problem.people.count))
        let homes = Set(problem.home.map { problem.support[$0] })
        let costs = point.costs(problem)
        let slack = problem.scale * latency * 0.0166
        for person in problem.people.indices {
            let row = person * problem.sites.count
            let least = homes.map { costs[row + $0] }.min() ?? .infinity
            let any = costs[row..<row + problem.sites.count].min() ?? 0
            point.values[person] = (least < .infinity ? least : any) + slack * problem.weight[person]
        }
        return point
    }

    /// A subgradient of the bound.
    private func slopes(of found: PotentialBound.Evaluation, at point: PotentialBound) -> PotentialBound {
        let (width, open, classes) = (problem.support.count, found.open, problem.classCount)
        var slope = PotentialBound(
            tables: Array(repeating: 0, count: point.tables.count),
            values: Array(repeating: 1, count: point.values.count),
            serverValue: Double((found.isShort ? 0 : problem.leastServers) - found.servers.reduce(0, +)))
        var served = [Double](repeating: 0, count: classes * open.count)
        var byGroup = [Double](repeating: 0, count: problem.groupCount * open.count)
        for person in problem.people.indices {
            if found.leaves[person] { slope.values[person] -= 1 }
            for number in open.indices where found.serves[person * open.count + number] {
                slope.values[person] -= 1
                served[problem.classOf[person] * open.count + number] += 1
                let own = problem.mutual[problem.classOf[person] * (classes + 1)]
                byGroup[problem.group[person] * open.count + number] += problem.weight[person] + own
            }
        }
        var felt = [Double](repeating: 0, count: classes * open.count)
        for own in 0..<classes {
            for other in 0..<classes {
                let weight = problem.mutual[own * classes + other]
                for number in open.indices {
                    felt[own * open.count + number] += weight * served[other * open.count + number]
                }
            }
        }
        for group in 0..<problem.groupCount {
            for (number, place) in open.enumerated() {
                let others = problem.groupSize[group] * felt[problem.classOfGroup[group] * open.count + number]
                let change = problem.scale * (byGroup[group * open.count + number] - others)
                // The table value that the potential at the site hangs on.
                let potential = found.potentials[group, place]
                for column in 0..<width
                where point.tables[group * width + column] + problem.half[column, place] <= potential {
                    slope.tables[group * width + column] += change
                    break
                }
            }
        }
        return slope
    }

    private func refresh(_ point: inout PotentialBound, _ potentials: Matrix<Double>) {
        let width = problem.support.count
        for group in 0..<problem.groupCount {
            for (column, place) in problem.support.enumerated() {
                point.tables[group * width + column] = potentials[group, place]
            }
        }
    }

    private func rounded(_ point: PotentialBound) -> PotentialBound {
        PotentialBound(
            tables: point.tables.map { $0.rounded() }, values: point.values.map { ($0 * 1e4).rounded() / 1e4 },
            serverValue: (point.serverValue * 1e4).rounded() / 1e4)
    }

    /// Steps of about one size along each coordinate, whatever its slope.
    private struct Steps {
        private var mean: [Double]
        private var square: [Double]

        init(count: Int) {
            mean = Array(repeating: 0, count: count)
            square = mean
        }

        mutating func take(_ point: inout [Double], _ slope: [Double], size: Double) {
            for index in point.indices {
                mean[index] = 0.9 * mean[index] + 0.1 * slope[index]
                square[index] = 0.99 * square[index] + 0.01 * slope[index] * slope[index]
                if mean[index] != 0 { point[index] += size * mean[index] / (square[index].squareRoot() + 1e-12) }
            }
        }
    }
}
