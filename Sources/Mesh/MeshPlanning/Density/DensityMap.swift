import MeshTypes

/// Where the participants of a session are, cell by cell.
///
/// A *cluster* holds participants of one session in one cell with the same load, the same allowed sites, the same
/// nearest site, the same class of interaction, the same previous site, and, while a mesh is searched, the same present site: members may be moved as
/// one, and their summed latencies make every linear term exact.
struct DensityMap {
    let session: SessionProblem
    let siteCount: Int
    private let cells: [GeographicCell]
    /// Numbers of the sets of allowed sites, equal where the sets are.
    private let reach: [Int]
    /// The nearest allowed site of each participant, or -1: people of one cell may be on networks far apart.
    private let nearest: [Int]

    init(_ session: SessionProblem, siteCount: Int) {
        self.session = session
        self.siteCount = siteCount
        cells = session.coordinates.map { GeographicCell($0) }
        var numbers: [[Bool]: Int] = [:]
        reach = session.participants.indices.map { participant in
            let row = session.latency[participant * siteCount..<(participant + 1) * siteCount]
            let allowed = row.map { $0 < .infinity }
            if let number = numbers[allowed] { return number }
            numbers[allowed] = numbers.count
            return numbers.count - 1
        }
        nearest = session.participants.indices.map { participant in
            let row = session.latency[participant * siteCount..<(participant + 1) * siteCount]
            guard session.isWithinReach[participant], let least = row.min() else { return -1 }
            return (row.firstIndex(of: least) ?? row.startIndex) - row.startIndex
        }
    }

    private struct Key: Hashable {
        let cell: GeographicCell
        let load: Int
        let reach: Int
        let nearest: Int
        let interaction: Int
        let previous: Int
        let site: Int
    }

    /// Clusters at the finest level at which there are at most `limit` of them, or at the coarsest.
    ///
    /// - Parameter sites: the present site of each participant.
    /// - Complexity: O(participants) a level tried.
    func clusters(atMost limit: Int, sites: [Int]) -> [[Int]] {
        var level = GeographicCell.finestLevel
        while true {
            var numbers: [Key: Int] = [:]
            var members: [[Int]] = []
            for participant in session.participants.indices {
                let key = Key(
                    cell: cells[participant].ancestor(level: level), load: session.loads[participant],
                    reach: reach[participant], nearest: nearest[participant],
                    interaction: session.interaction.classOf[participant],
                    previous: session.previous[participant], site: sites[participant])
                if let number = numbers[key] {
                    members[number].append(participant)
                } else {
                    numbers[key] = members.count
                    members.append([participant])
                }
            }
            if members.count <= limit || level == 0 { return members }
            level -= 1
        }
    }

    /// The groups that `clusters` makes.
    func groups(atMost limit: Int, sites: [Int]) -> ParticipantGroups {
        ParticipantGroups(clusters(atMost: limit, sites: sites), of: session, siteCount: siteCount)
    }
}
