import MeshPlanning
import MeshTypes

/// Everyone in any session, by number. Numbers of those who left are given out again.
struct PeopleTable: Sendable, Codable {
    /// One participant.
    struct Person: Sendable, Codable {
        var id: ParticipantID
        var latitude: Double
        var longitude: Double
        /// The session, and the place among its members; -1 for a number that is free.
        var session: Int32
        var index: Int32
        /// The profile and the access class, by number.
        var profile: Int32
        var accessClass: Int32

        var coordinate: GeoCoordinate { GeoCoordinate(latitude: latitude, longitude: longitude) }
    }

    private(set) var people: [Person] = []
    private var vacant: [Int32] = []
    private var numbers: [ParticipantID: Int32] = [:]

    var count: Int { numbers.count }

    subscript(_ slot: Int32) -> Person {
        get { people[Int(slot)] }
        set { people[Int(slot)] = newValue }
    }

    /// The number of a participant.
    func number(of id: ParticipantID) -> Int32? { numbers[id] }

    /// Adds a participant; its number. O(1).
    mutating func add(_ person: Person) -> Int32 {
        let slot: Int32
        if let vacant = vacant.popLast() {
            slot = vacant
            people[Int(slot)] = person
        } else {
            slot = Int32(people.count)
            people.append(person)
        }
        numbers[person.id] = slot
        return slot
    }

    /// Removes a participant. O(1).
    mutating func remove(_ slot: Int32) {
        numbers[people[Int(slot)].id] = nil
        people[Int(slot)].session = -1
        vacant.append(slot)
    }

    init() {}

    private enum CodingKeys: String, CodingKey {
        case people, vacant
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        people = try container.decode([Person].self, forKey: .people)
        vacant = try container.decode([Int32].self, forKey: .vacant)
        for (slot, person) in people.enumerated() where person.session >= 0 { numbers[person.id] = Int32(slot) }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(people, forKey: .people)
        try container.encode(vacant, forKey: .vacant)
    }
}
