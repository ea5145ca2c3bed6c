internal import Glibc
import MeshTypes

extension SessionKernel {
    /// Numbers the kinds of the members and states the weights of their pairs.
    ///
    /// - Complexity: O(members + kinds^2).
    mutating func loadKinds(_ session: TickSession) {
        kind.reserve(memberCount)
        isAlone = memberCount == 1
        var sizes: [Double] = []
        switch session.policy.interaction {
        case .audience where session.members.contains(where: { $0.publishes }):
            sizes = [0, 0]
            for (number, member) in session.members.enumerated() {
                kind[number] = member.publishes ? 0 : 1
                sizes[member.publishes ? 0 : 1] += 1
            }
            setWeights(2) { from, _ in from == 0 ? 1 : 0 }
        case .nearby(let reach):
            let cells = numberCells(session, &sizes)
            let neighbourhood = Neighbourhood(reach: reach)
            setWeights(cells.count) { from, to in neighbourhood.weight(cells[from], cells[to]) }
        case .everyone, .audience:
            sizes = [Double(memberCount)]
            for number in 0..<memberCount { kind[number] = 0 }
            setWeights(1) { _, _ in 1 }
        }
        var total = 0.0
        for from in 0..<kindCount {
            total -= sizes[from] * weight[from * kindCount + from]
            for to in 0..<kindCount { total += sizes[from] * sizes[to] * weight[from * kindCount + to] }
        }
        let value = session.policy.latencyValue / 1000
        if total <= 0 { isAlone = true }
        scale = isAlone ? value : value * Double(memberCount) / total
    }

    private mutating func numberCells(_ session: TickSession, _ sizes: inout [Double]) -> [Neighbourhood.Point] {
        var numbers: [Int32: Int32] = [:]
        var cells: [Neighbourhood.Point] = []
        for (number, member) in session.members.enumerated() {
            if let known = numbers[member.cell] {
                kind[number] = known
                sizes[Int(known)] += 1
            } else {
                kind[number] = Int32(cells.count)
                numbers[member.cell] = Int32(cells.count)
                cells.append(Neighbourhood.Point(cell: Int(member.cell)))
                sizes.append(1)
            }
        }
        return cells
    }

    private mutating func setWeights(_ count: Int, _ weigh: (Int, Int) -> Double) {
        kindCount = count
        weight.reserve(count * count)
        bothWays.reserve(count * count)
        for from in 0..<count {
            for to in 0..<count { weight[from * count + to] = weigh(from, to) }
        }
        for from in 0..<count {
            for to in 0..<count {
                bothWays[from * count + to] = weight[from * count + to] + weight[to * count + from]
            }
        }
    }
}

/// The weights of ``MeshTypes/Interaction/nearby(reach:)``, quick for cells that lie far apart: most do.
struct Neighbourhood {
    /// A cell's centre on the unit sphere.
    struct Point {
        let x: Double
        let y: Double
        let z: Double

        /// The centre of a cell numbered row * 720 + column.
        init(cell: Int) {
            let latitude = ((Double(cell / 720) + 0.5) / 2 - 90) * Double.pi / 180
            let longitude = ((Double(cell % 720) + 0.5) / 2 - 180) * Double.pi / 180
            x = cos(latitude) * cos(longitude)
            y = cos(latitude) * sin(longitude)
            z = sin(latitude)
        }
    }

    private let reach: Double
    /// The squared chord from which on a weight is the least one.
    private let farChord: Double

    init(reach: Double) {
        self.reach = reach
        let angle = -log(Interaction.leastNearbyWeight) * reach / GeoCoordinate.earthRadius
        let half = angle < Double.pi ? sin(angle / 2) : 1
        farChord = 4 * half * half
    }

    func weight(_ from: Point, _ to: Point) -> Double {
        let (x, y, z) = (from.x - to.x, from.y - to.y, from.z - to.z)
        let chord = x * x + y * y + z * z
        if chord == 0 { return 1 }
        if chord > farChord { return Interaction.leastNearbyWeight }
        let distance = 2 * GeoCoordinate.earthRadius * asin(min(1, chord.squareRoot() / 2))
        return max(Interaction.leastNearbyWeight, exp(-distance / reach))
    }
}
