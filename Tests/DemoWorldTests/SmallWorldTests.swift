import ControlTransport
import DemoWorld
import Foundation
import MediaTransport
import MeshAPI
import MeshClient
import MeshEdge
import MeshTypes
import Synchronization
import Testing

/// Agents, clients and a controller in one process, on real sockets, with emulated ways between them.
@Suite("A small world on sockets", .serialized)
struct SmallWorldTests {
    /// What participants heard, by listener and stream.
    private final class Heard: Sendable {
        struct Piece { var sequence: UInt64, at: UInt64, sentAt: UInt64 }
        let pieces = Mutex<[String: [UInt32: [Piece]]]>([:])

        func take(_ listener: String, _ piece: MeshParticipant.Delivery, _ now: UInt64) {
            let sentAt = piece.payload.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            pieces.withLock {
                $0[listener, default: [:]][piece.stream, default: []].append(
                    Piece(sequence: piece.sequence, at: now, sentAt: sentAt))
            }
        }
    }

    @Test(
        "Join, probe, hear each other at the planned latency; a killed server costs less than a second, without the controller; then it converges",
        .enabled(
            if: ProcessInfo.processInfo.environment["RMC_QUIET_MACHINE"] != nil,
            "times heartbeats and fall-backs; set RMC_QUIET_MACHINE where nothing else runs"))
    func evening() async throws {
        let (controller, folder) = try await ServedWorld.start()
        defer { try? FileManager.default.removeItem(at: folder) }
        try await controller.open("match")
        let places = [(50.0, 8.0), (40.0, -74.0), (35.0, 139.0)]
        // Three sites, four people: 5 ms to the nearest site, 20 ms and more to the others.
        let cities = [0, 1, 2, 0, 0, 1, 2]
        let delays = cities.indices.map { from in
            cities.indices.map { to in
                UInt64(cities[from] == cities[to] ? 5 : 20 + 5 * abs(cities[from] - cities[to])) * 1_000_000
            }
        }
        let emulator = try LinkEmulator(EmulatedNetwork(delays: delays, seed: 840))
        let any = PeerAddress(ipv4: 0x7F00_0001, port: 0)

        var (loops, agents) = ([RelayLoop](), [Task<Void, Never>]())
        for site in 0..<3 {
            let control = try ControllerClient(
                controller.url, token: try await controller.token(server: "site-\(site)"))
            // The number is known before the address is: registered once for it, and again with the address.
            var registration = ServerRequest(
                latitude: places[site].0, longitude: places[site].1, capacity: 20, price: 1, address: "127.0.0.1:1")
            let lease = try await control.register(registration, id: "site-\(site)")
            let loop = try RelayLoop(.init(site: lease.site), at: any, through: emulator.address)
            registration.address = loop.address.description
            _ = try await control.register(registration, id: "site-\(site)")
            emulator.place(loop.address, at: site)
            let agent = EdgeAgent(id: "site-\(site)", registration: registration, control: control, loop: loop)
            loops.append(loop)
            agents.append(Task { await agent.run(lease: lease) })
        }
        let heard = Heard()
        let falls = Mutex<[String]>([])
        var (clients, tasks) = ([MeshClient](), [Task<Void, Never>]())
        for (index, node) in (3..<7).enumerated() {
            let id = "person-\(index)"
            let place = places[cities[node]]
            let own = try DatagramSocket(any).address
            emulator.place(own, at: node)
            let client = try await MeshClient(
                joining: "match", as: ParticipantRequest(id: ParticipantID(id), latitude: place.0, longitude: place.1),
                control: try ControllerClient(
                    controller.url, token: try await controller.token(participant: id, in: "match")), at: own,
                through: emulator.address,
                deliver: { heard.take(id, $0, $1) },
                tell: { event, _ in if case .fellBack = event { falls.withLock { $0.append(id) } } })
            clients.append(client)
            tasks.append(Task { await client.follow() })
            tasks.append(
                Task {
                    while !Task.isCancelled {
                        let now = MonotonicTime.now
                        client.send((0..<8).map { UInt8(truncatingIfNeeded: now >> UInt64(56 - 8 * $0)) }, as: .audio)
                        try? await Task.sleep(for: .milliseconds(20))
                    }
                })
        }
        try await Task.sleep(for: .seconds(4))

        // Everybody hears everybody, nothing twice; probes and links were measured, and the plan follows them.
        let planned = try await controller.plannedPairs()["match"] ?? [:]
        let names = Dictionary(uniqueKeysWithValues: clients.map { ($0.participant.stream, $0.participant.id) })
        let calm = heard.pieces.withLock { $0 }
        #expect(calm.count == 4)
        #expect(planned.count == 12)
        for (listener, heard) in calm {
            #expect(heard.count == 3)
            for (stream, pieces) in heard {
                #expect(Set(pieces.map(\.sequence)).count == pieces.count)
                let late = pieces.suffix(50).map { Double($0.at - $0.sentAt) / 1e6 }.sorted()
                let speaker = try #require(names[stream])
                let plan = try #require(planned[[speaker, listener]])
                let measured = 2 * late[late.count / 4]
                // A busy machine adds; nothing is ever faster than the ways.
                #expect(
                    measured > plan - 4 && measured < plan + 30,
                    "\(listener) hears \(stream): \(measured) ms, plan \(plan) ms")
            }
        }
        let token = await clients[0].locationToken()
        #expect(!token.roundTrips.isEmpty)
        #expect(LocationToken(token.description) == token)

        // The controller goes away, then the server with most people dies.
        let served = try await controller.mesh(of: "match").assignment.values
            .reduce(into: [String: Int]()) { $0[$1.description, default: 0] += 1 }
        controller.stop()
        let victim = try #require(served.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key)
        let index = try #require(Int(victim.suffix(1)))
        agents[index].cancel()
        loops[index].stop()
        let killed = MonotonicTime.now
        try await Task.sleep(for: .seconds(2))
        let after = heard.pieces.withLock { $0 }
        for (listener, heard) in after {
            for (stream, pieces) in heard {
                let times = [killed] + pieces.map(\.at).filter { $0 > killed } + [MonotonicTime.now]
                let gap = zip(times, times.dropFirst()).map { Double($1 - min($0, $1)) / 1e6 }.max() ?? .infinity
                #expect(gap < 1_000, "\(listener) hears \(stream)")
                #expect(Set(pieces.map(\.sequence)).count == pieces.count)
            }
        }
        #expect(falls.withLock { $0.count } == served[victim])

        // It comes back: tables converge, and the dead server is out of them.
        try await controller.start()
        let end = MonotonicTime.now + 20_000_000_000
        while await controller.converged()?.count != 2, MonotonicTime.now < end {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(await controller.converged()?.count == 2)
        let mesh = try await controller.mesh(of: "match")
        #expect(mesh.assignment.count == 4)
        #expect(!mesh.assignment.values.contains(SiteID(victim)))
        for task in tasks + agents { task.cancel() }
        for client in clients { await client.leave() }
        for loop in loops { loop.stop() }
        controller.stop()
        emulator.stop()
    }

    @Test("A relay on a socket answers probes, and drops a flood of junk without a word")
    func socket() async throws {
        let loopback = PeerAddress(ipv4: 0x7F00_0001, port: 0)
        let loop = try RelayLoop(.init(site: 1), at: loopback)
        let socket = try DatagramSocket(loopback)
        for index in 0..<5_000 {
            socket.send(Array(repeating: UInt8(truncatingIfNeeded: index), count: 1 + index % 1_500), to: loop.address)
        }
        let received = try await settled(loop)
        #expect(received > 1_000)
        var rooms = [Departure(address: loopback, offset: 0, length: 100)]
        var buffer = [UInt8](repeating: 0, count: 100)
        #expect(try socket.receive(into: &buffer, rooms: &rooms, count: 1) == 0)
        loop.stop()
    }

    private func settled(_ loop: RelayLoop) async throws -> Int {
        var last = -1
        while true {
            let count = await loop.perform { relay, _ in relay.counters.received } ?? 0
            if count == last { return count }
            last = count
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
