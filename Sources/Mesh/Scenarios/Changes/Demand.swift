import MeshInstances
import MeshTypes

/// Who grows, and who is drawn.
enum Demand {
    /// A number in 0..<1 that belongs to a participant under a seed: the same whatever else is drawn.
    static func draw(_ id: ParticipantID, seed: UInt64) -> Double {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.description.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        var random = SeededRandom(seed: SeededRandom.mix(seed, hash))
        return random.fraction()
    }

    /// The region of the site nearest to each participant by great circle.
    ///
    /// - Complexity: O(participants * sites).
    static func regions(of people: [Participant], sites: [Site]) -> [String?] {
        people.map { person in
            var best: (distance: Double, region: String?) = (.infinity, nil)
            for site in sites {
                let distance = person.coordinate.distance(to: site.coordinate)
                if distance < best.distance { best = (distance, site.region) }
            }
            return best.region
        }
    }
}

extension SeededRandom {
    /// One seed out of two.
    static func mix(_ seed: UInt64, _ other: UInt64) -> UInt64 {
        var random = SeededRandom(seed: seed ^ (other &* 0x9E37_79B9_7F4A_7C15))
        return random.next()
    }
}
