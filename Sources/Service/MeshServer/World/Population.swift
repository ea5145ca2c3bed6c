import Foundation
import MeshControl
import MeshTypes

/// Random numbers of the simulated world: SplitMix64 (Steele, Lea, Flood 2014).
struct WorldRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below another.
    mutating func below(_ count: Int) -> Int { count > 0 ? Int(next() >> 1) % count : 0 }
    mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
    /// A latency as measured: a few per cent longer or shorter.
    mutating func noisy(_ milliseconds: Double) -> Double {
        max(0.1, milliseconds * (0.97 + 0.06 * fraction()))
    }
}

/// The people of the simulated world, in sessions of about thirty.
struct Population {
    private struct Live {
        var id: SessionID
        var people: [(id: ParticipantID, row: Int)]
        var endsIn: Int
    }

    var random: WorldRandom
    private let run = String(UInt32(truncatingIfNeeded: UInt64(Date().timeIntervalSince1970)), radix: 36)
    private var sessions: [Live] = []
    private var nextSession = 1
    private var nextPerson = 1
    private static let types = ["match", "match", "conference", "world", "webinar"]
    /// People that a session begins with, and has at most.
    private static let (beginning, most) = (8, 40)

    init(seed: UInt64) { random = WorldRandom(state: seed &* 7919) }

    private var count: Int { sessions.reduce(0) { $0 + $1.people.count } }

    /// One second: sessions end and begin, people come, report and go.
    mutating func step(
        toward wanted: Int, of world: Snapshot, change: (Command) async throws -> Void,
        measure: (ParticipantID, Int, inout WorldRandom) -> Void
    ) async throws {
        for index in sessions.indices.reversed() {
            sessions[index].endsIn -= 1
            guard sessions[index].endsIn <= 0 else { continue }
            try await change(.control(.sessionEnded(sessions[index].id)))
            sessions.remove(at: index)
        }
        // No more than a tenth of the people come in one second.
        var arrivals = min(max(1, wanted / 10), wanted - count)
        while arrivals >= Self.beginning, sessions.count * 30 < wanted {
            try await begin(world, change, measure)
            arrivals -= Self.beginning
        }
        for _ in 0..<max(0, arrivals) {
            guard
                let index = sessions.indices.filter({ sessions[$0].people.count < Self.most }).randomElement(
                    using: &random)
            else { break }
            let (report, row) = person(world, sessions[index].id)
            try await change(.control(.joined(sessions[index].id, [report])))
            sessions[index].people.append((report.id, row))
            measure(report.id, row, &random)
        }
        for index in sessions.indices where sessions[index].people.count > 2 {
            // About one in two hundred goes each second; one in a hundred reports.
            if random.fraction() < Double(sessions[index].people.count) / 200 {
                let gone = sessions[index].people.remove(at: random.below(sessions[index].people.count))
                try await change(.control(.left([gone.id])))
            }
            if random.fraction() < Double(sessions[index].people.count) / 100 {
                let (id, row) = sessions[index].people[random.below(sessions[index].people.count)]
                try await change(.control(.moved([report(id, row, world)])))
                measure(id, row, &random)
            }
        }
    }

    private mutating func begin(
        _ world: Snapshot, _ change: (Command) async throws -> Void,
        _ measure: (ParticipantID, Int, inout WorldRandom) -> Void
    ) async throws {
        // The first session of a fresh folder has a name that one can look at.
        let id = SessionID("world-\(nextSession)")
        let people = (0..<Self.beginning).map { _ in person(world, id) }
        let type = Self.types[nextSession % Self.types.count]
        nextSession += 1
        try await change(
            .control(.sessionCreated(SessionOpening(id: id, type: type, participants: people.map(\.0)))))
        for (report, row) in people { measure(report.id, row, &random) }
        sessions.append(
            Live(id: id, people: people.map { ($0.0.id, $0.1) }, endsIn: 300 + random.below(900)))
    }

    private mutating func person(_ world: Snapshot, _ session: SessionID) -> (ParticipantReport, Int) {
        let row = random.below(world.participants.count)
        let id = ParticipantID("person-\(run)-\(nextPerson)").qualified(by: session)
        nextPerson += 1
        return (report(id, row, world), row)
    }

    private mutating func report(_ id: ParticipantID, _ row: Int, _ world: Snapshot) -> ParticipantReport {
        let place = world.participants[row].coordinate
        return ParticipantReport(
            id: id, latitude: max(-90, min(90, place.latitude + 0.02 * (random.fraction() - 0.5))),
            longitude: max(-180, min(180, place.longitude + 0.02 * (random.fraction() - 0.5))))
    }
}
