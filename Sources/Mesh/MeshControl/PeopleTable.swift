import MeshPlanning
import MeshTypes

/// Everyone in any session, by number. When somebody leaves, the last one gets their number, so that nothing is left of them.
struct PeopleTable: Sendable, Codable {
    /// One participant.
    struct Person: Sendable, Codable {
        var id: ParticipantID
        var latitude: Double
        var longitude: Double
        /// The session, and the place among its members.
        var session: Int32
        var index: Int32
        /// The profile and the access class, by number.
        var profile: Int32
        var accessClass: Int32

        var coordinate: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
    }

    private(set) var people: [Person] = []
    private var numbers: [ParticipantID: Int32] = [:]

    var count: Int { people.count }

    subscript(_ slot: Int32) -> Person {
        get { people[Int(slot)] }
        set { people[Int(slot)] = newValue }
    }

    /// The number of a participant.
    func number(of id: ParticipantID) -> Int32? { numbers[id] }

    /// Adds a participant; its number. O(1).
    mutating func add(_ person: Person) -> Int32 {
        let slot = Int32(people.count)
        people.append(person)
        numbers[person.id] = slot
        return slot
    }

    /// Removes a participant; whoever has their number from now on, if anybody. O(1) on average.
    mutating func remove(_ slot: Int32) -> Person? {
        numbers[people[Int(slot)].id] = nil
        let last = people.removeLast()
        defer { trim() }
        guard Int(slot) < people.count else { return nil }
        people[Int(slot)] = last
        numbers[last.id] = slot
        return last
    }

    /// Gives room back that many more people needed.
    private mutating func trim() {
        guard people.capacity > 64, people.count * 4 < people.capacity else { return }
        people = people.map { $0 }
        numbers = Dictionary(uniqueKeysWithValues: numbers.map { ($0.key, $0.value) })
    }

    init() {}

    private enum CodingKeys: String, CodingKey {
        case people
    }

    /// Reads a table; in those of older states, whoever is in no session (-1) had left.
    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        people = try container.decode([Person].self, forKey: .people)
        for (slot, person) in people.enumerated() where person.session >= 0 { numbers[person.id] = Int32(slot) }
    }

    /// Drops whoever left, of an older state; the new number of each, -1 for those.
    mutating func close() -> [Int32] {
        var numbering: [Int32] = []
        var kept: [Person] = []
        for person in people {
            numbering.append(person.session >= 0 ? Int32(kept.count) : -1)
            if person.session >= 0 { kept.append(person) }
        }
        people = kept
        numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1.id, Int32($0)) })
        return numbering
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(people, forKey: .people)
    }
}
