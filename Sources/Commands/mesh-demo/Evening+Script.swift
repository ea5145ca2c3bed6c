internal import DemoWorld
internal import Foundation
internal import MediaTransport
internal import MeshAPI
internal import MeshInstances
internal import MeshTypes

extension Evening {
    /// Plays the script.
    func play() async throws -> EveningOutcome {
        try await startServers()
        let early = world.clients.count * 4 / 5
        mark("arrivals")
        for index in 0..<early {
            try await startClient(index)
            try await pause(8 / Double(early))
        }
        try await pause(6)
        mark("steady")
        try await pause(6)
        try await notePlan()
        mark("flash crowd")
        for index in early..<world.clients.count { try await startClient(index) }
        try await pause(7)

        var gone: Set<String> = []
        if let victim = try await busiest() {
            mark("server killed (\(victim))")
            gone.insert(victim)
            kill(victim)
        }
        try await pause(6)

        let (one, other) = world.busiestAreas
        mark(
            "congested link (between the areas of \(world.servers[one.server].name) and \(world.servers[other.server].name))"
        )
        emulator.change { network in
            var bad = EmulatedNetwork.Weather()
            bad.extraDelay = 60_000_000
            bad.loss = 0.05
            for from in one.nodes {
                for to in other.nodes { (network.weather[[from, to]], network.weather[[to, from]]) = (bad, bad) }
            }
        }
        try await pause(7)
        emulator.change { $0.weather = [:] }
        mark("region leaves")
        try await leave(world.clients.filter(\.isEastern).map(\.name))
        try await pause(4)

        if let victim = try await busiest(besides: gone) {
            controller.stop()
            mark("controller away, server killed (\(victim))")
            gone.insert(victim)
            kill(victim)
            try await pause(6)
            try await controller.start()
            mark("controller back")
            let back = Self.seconds
            _ = try await converged(within: 15)
            say(
                "    tables converged \(Int((Self.seconds - back) * 1_000)) ms after the controller was back (a tick is 500 ms)"
            )
            try await pause(3)
        }
        mark("end")
        let (marks, planned, lateness) = (marks, planned, lateness)
        let counts = emulator.counts
        let sessions = Dictionary(world.clients.map { ($0.name, $0.session) }) { first, _ in first }
        let reports = try await end()
        let outcome = EveningOutcome(
            reports: reports, sessions: sessions, marks: marks, planned: planned, left: left,
            expected: world.clients.count,
            datagrams: counts.carried, lateness: lateness)
        EveningReport.print(outcome)
        return outcome
    }

    /// Random faults, one after the other. After each the tables have to converge, and at the end nobody may be lost. Whether all is well.
    func soak(faults: Int, away: Double) async throws -> Bool {
        try await startServers()
        for index in world.clients.indices { try await startClient(index) }
        try await pause(5)
        var random = SeededRandom(seed: seed)
        var (unconverged, peak, slowest) = (0, 0, 0.0)
        let begin = Self.seconds
        let first = Self.residentKilobytes(serverPIDs)
        if away > 0 { try await churn(seconds: away) }
        for fault in 1...faults {
            try await fail(&random)
            let since = Self.seconds
            if try await converged(within: 15) {
                slowest = max(slowest, Self.seconds - since)
            } else {
                unconverged += 1
            }
            try await pause(0.5)
            peak = max(peak, Self.residentKilobytes(serverPIDs))
            if fault % 20 == 0 {
                say(
                    "  \(fault) faults in \(Int(Self.seconds - begin)) s, \(unconverged) without convergence, "
                        + "largest agent \(peak) kB")
            }
        }
        try await pause(5)
        let endAt = Self.seconds
        let reports = try await end()
        var lost = world.clients.count - reports.count
        for report in reports where !report.streams.contains(where: { ($0.buckets.last?[0] ?? 0) > endAt - 3 }) {
            lost += 1
        }
        let longest = reports.flatMap(\.streams).flatMap(\.gaps).map { $0[1] }.max() ?? 0
        say(
            "soak: \(faults) faults in \(Int(endAt - begin)) s; \(unconverged) without convergence, \(lost) participants lost; "
                + "slowest convergence \(Int(slowest * 1_000)) ms, longest silence of a stream \(Int(longest)) ms; "
                + "largest agent \(first) kB at first, \(peak) kB at most")
        return unconverged == 0 && lost == 0
    }

    /// One fault, over when this returns: a server killed and started again, its ways bad, its ways cut, or the controller away.
    private func fail(_ random: inout SeededRandom) async throws {
        let server = random.integer(in: 0...(world.servers.count - 1))
        switch random.integer(in: 0...4) {
        case 0:
            kill(world.servers[server].name)
            try await pause(1)
            try await startServer(server)
        case 1, 2: try await spoil(server, cut: random.chance(0.5))
        case 3:
            controller.stop()
            try await pause(1)
            try await controller.start()
        default: try await pause(0.5)
        }
    }

    /// For a second all ways of a server are bad, or none is left.
    private func spoil(_ server: Int, cut: Bool) async throws {
        emulator.change { network in
            var bad = EmulatedNetwork.Weather()
            (bad.extraDelay, bad.loss) = (40_000_000, 0.1)
            if cut { network.cut = [server] }
            for node in network.delays.indices where !cut { network.weather[[server, node]] = bad }
        }
        try await pause(1)
        emulator.change { network in (network.weather, network.cut) = ([:], []) }
    }

    /// No controller for a while, and ways that go bad and good; then how soon all servers forward by one table again.
    private func churn(seconds: Double) async throws {
        controller.stop()
        let end = Self.seconds + seconds
        var turn = 0
        while Self.seconds < end {
            try await spoil(turn % world.servers.count, cut: turn % 2 == 0)
            try await Task.sleep(for: .seconds(1))
            turn += 1
        }
        try await controller.start()
        let back = Self.seconds
        let isWell = try await converged(within: 15)
        say(
            "  \(turn) changes of ways in \(Int(seconds)) s without a controller; "
                + (isWell ? "converged \(Int((Self.seconds - back) * 1_000)) ms after it was back" : "no convergence")
                + " (a tick is 500 ms)")
    }

    private func converged(within limit: Double) async throws -> Bool {
        let end = Self.seconds + limit
        let expected = Set(world.servers.map(\.name).filter { isRunning($0) })
        while true {
            if let live = await controller.converged(), expected.isSubset(of: live.map(\.id.description)) {
                return true
            }
            guard Self.seconds < end else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    static func residentKilobytes(_ pids: [Int32]) -> Int {
        pids.map { pid in
            let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
            return Int(line.filter(\.isNumber)) ?? 0
        }.max() ?? 0
    }
}
