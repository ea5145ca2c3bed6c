internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// The load itself: people in sessions who report, people who join, and subscribers who hear of changes.
struct LoadRun {
    let group: MultiThreadedEventLoopGroup
    let port: Int
    let key: String
    let participants: Int
    let sessions: Int

    /// Cities that people and servers are near.
    private static let places = [
        (50.1, 8.7), (40.7, -74.0), (1.35, 103.8), (-33.9, 151.2), (51.5, -0.1), (35.7, 139.7), (-23.5, -46.6),
        (19.1, 72.9),
        (37.8, -122.4), (41.9, -87.6), (52.4, 4.9), (25.2, 55.3),
    ]

    private func open() async throws -> LoadConnection {
        try await LoadConnection.open(group, port: port, key: key)
    }

    private static func person(_ name: String, _ number: Int) -> String {
        let place = places[number % places.count]
        let (north, east) = (Double(number % 37) / 20, Double(number % 53) / 20)
        return "{\"id\":\"\(name)\",\"latitude\":\(place.0 + north),\"longitude\":\(place.1 + east)}"
    }

    /// Registers servers and creates the sessions with everybody in them.
    func prepare() async throws {
        let connection = try await open()
        for (index, place) in Self.places.enumerated() {
            let body =
                "{\"latitude\":\(place.0),\"longitude\":\(place.1),\"capacity\":\(max(100, participants / 2)),\"price\":20}"
            let answer = try await connection.send(.PUT, "/v1/servers/load-\(index)", body)
            guard answer.status == 201 else { throw LoadError("a server is refused: \(answer.status)") }
        }
        for session in 0..<sessions {
            let people = stride(from: session, to: participants, by: sessions)
                .map { Self.person("p\($0)", $0) }.joined(separator: ",")
            let body = "{\"id\":\"load-\(session)\",\"type\":\"conference\",\"participants\":[\(people)]}"
            let answer = try await connection.send(.POST, "/v1/sessions", body)
            guard answer.status == 201 else {
                throw LoadError("a session is refused: \(answer.status) \(String(buffer: answer.body))")
            }
        }
        await connection.close()
    }

    /// Counts up, from many threads.
    private final class Counter: Sendable {
        private let value = Atomic(0)

        func next() -> Int { value.add(1, ordering: .relaxed).oldValue }
        var count: Int { value.load(ordering: .relaxed) }
    }

    /// Sends requests at a steady rate over some connections, for a time. A request that is due while all connections
    /// are busy waits, and its wait counts.
    private func steady(
        rate: Double, seconds: Double, connections: Int, _ tally: Tally,
        _ request: @escaping @Sendable (LoadConnection, Int, _ finished: @Sendable (Int) -> Void) async throws -> Int
    ) async throws {
        let start = ContinuousClock.now
        let next = Counter()
        let total = Int(rate * seconds)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<connections {
                group.addTask {
                    var connection = try await open()
                    while true {
                        let number = next.next()
                        guard number < total else { break }
                        let due = start + .seconds(Double(number) / rate)
                        if due > ContinuousClock.now { try await Task.sleep(until: due, clock: .continuous) }
                        do {
                            let finished: @Sendable (Int) -> Void = { status in
                                if status >= 300 {
                                    tally.fail("status \(status)")
                                } else {
                                    tally.record(ContinuousClock.now - due)
                                }
                            }
                            let status = try await request(connection, number, finished)
                            if status > 0 { finished(status) }
                        } catch {
                            tally.fail("\(type(of: error))")
                            connection = try await open()
                        }
                    }
                    await connection.close()
                }
            }
            try await group.waitForAll()
        }
    }

    /// Everybody reports, one request each, every so many seconds.
    func reports(every period: Double, seconds: Double, _ tally: Tally) async throws {
        let (participants, sessions) = (participants, sessions)
        try await steady(rate: Double(participants) / period, seconds: seconds, connections: 32, tally) {
            connection, number, _ in
            let person = number % participants
            let step = Double((number / participants) % 10) / 1000
            let place = Self.places[person % Self.places.count]
            let body =
                "{\"latitude\":\(place.0 + Double(person % 37) / 20 + step),\"longitude\":\(place.1 + Double(person % 53) / 20)}"
            return try await connection.send(
                .PATCH, "/v1/sessions/load-\(person % sessions)/participants/p\(person)", body
            ).status
        }
    }

    /// New people join, one request each; each leaves again two seconds' worth of joins later, untimed.
    func joins(rate: Double, seconds: Double, _ tally: Tally) async throws {
        let sessions = sessions
        let lag = Int(2 * rate)
        let run = UInt32.random(in: 0...UInt32.max)
        try await steady(rate: rate, seconds: seconds, connections: 32, tally) { connection, number, finished in
            let status = try await connection.send(
                .POST, "/v1/sessions/load-\(number % sessions)/participants", Self.person("j\(run)-\(number)", number)
            ).status
            if number >= lag {
                let old = number - lag
                finished(status)
                _ = try await connection.send(
                    .DELETE, "/v1/sessions/load-\(old % sessions)/participants/j\(run)-\(old)")
                return 0
            }
            return status
        }
    }

    /// Subscribers of one session; changes are made, and it is measured when each hears of each.
    func events(subscribers: Int, changes: Int, _ tally: Tally) async throws {
        let sent = Mutex<[ContinuousClock.Instant]>([])
        let counts = Mutex<[Int]>(Array(repeating: 0, count: changes))
        var connections: [LoadConnection] = []
        let ready = Counter()
        for _ in 0..<subscribers {
            let connection = try await open()
            connections.append(connection)
            connection.listen("/v1/sessions/load-0/mesh/events") { part in
                let now = ContinuousClock.now
                let text = String(buffer: part)
                if text.contains("event: mesh") { _ = ready.next() }
                for match in text.matches(of: /\"heard-([0-9]+)\":/) {
                    guard let number = Int(match.1) else { continue }
                    let begin = sent.withLock { number < $0.count ? $0[number] : nil }
                    guard let begin else { continue }
                    tally.record(now - begin)
                    counts.withLock { $0[number] += 1 }
                }
            }
        }
        for _ in 0..<600 where ready.count < subscribers { try await Task.sleep(for: .milliseconds(100)) }
        let writer = try await open()
        for number in 0..<changes {
            sent.withLock { $0.append(ContinuousClock.now) }
            let answer = try await writer.send(
                .POST, "/v1/sessions/load-0/participants", Self.person("heard-\(number)", number))
            if answer.status != 201 { tally.fail("status \(answer.status)") }
            try await Task.sleep(for: .seconds(1))
        }
        for number in 0..<changes {
            let missing = subscribers - counts.withLock { $0[number] }
            for _ in 0..<max(0, missing) { tally.fail("not heard") }
        }
        for connection in connections { await connection.close() }
    }

    /// A figure of the service's metrics; sums of a histogram are `name_sum` and `name_count`.
    func metric(_ name: String) async throws -> Double? {
        let connection = try await open()
        let text = String(buffer: try await connection.send(.GET, "/metrics").body)
        await connection.close()
        return text.split(separator: "\n").first { $0.hasPrefix(name + " ") }
            .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
    }
}
