internal import ArgumentParser
internal import MeshInstances
internal import MeshPlanning
internal import MeshTypes

struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write the data of a snapshot's session for Models/session-mesh.mod.",
        discussion: """
            Sites and participants are numbered by identifier from 0, as the planner does; comments say which is which.

            EXAMPLE
              rmc generate world --sites 3 --sessions 2 --participants 8 --out small.json
              rmc export small.json --session session-1 --out s1.dat
            """)

    @Argument(help: "The snapshot; - for the standard input. gzip and xz are unpacked.", completion: .file())
    var snapshot: String

    @Option(help: "The session; the only one without it.")
    var session: String?

    @Option(help: "The file to write; - for the standard output.", completion: .file())
    var out = "-"

    func run() throws {
        let world = try SnapshotReader.read(try InputFile.read(snapshot))
        let chosen = world.sessions.filter { session == nil || $0.id.description == session }
        guard chosen.count == 1, let one = chosen.first else {
            throw CommandFailure(
                .usage,
                (session.map { "the snapshot has no session '\($0)'" }
                    ?? "the snapshot has \(chosen.count) sessions; expected --session")
                    + "; it has " + (Self.names(world.sessions)))
        }
        try OutputFile.write(Array(try Self.text(world, one).utf8), to: out)
    }

    /// The first sessions by name.
    private static func names(_ sessions: [Session]) -> String {
        let names = sessions.prefix(8).map(\.id.description).joined(separator: ", ")
        return sessions.isEmpty ? "none" : names + (sessions.count > 8 ? " and \(sessions.count - 8) more" : "")
    }

    static func text(_ world: Snapshot, _ session: Session) throws -> String {
        let sites = world.sites.indices.sorted { world.sites[$0].id < world.sites[$1].id }
        let people = world.participants.indices.filter { world.participants[$0].session == session.id }
            .sorted { world.participants[$0].id < world.participants[$1].id }
        let loads = world.participantLoads()
        let routes = try RoutedLatencies(world)
        let before = world.previous?.sessions.first { $0.id == session.id }?.assignment ?? [:]
        let numbers = Dictionary(
            sites.enumerated().map { (world.sites[$1].id, $0) }, uniquingKeysWith: { first, _ in first })
        let words = { (values: [String]) in values.enumerated().map { "\($0) \($1)" }.joined(separator: "  ") }
        var text = "# Session \(session.id): data for session-mesh.mod, ms and cost units.\n"
        for (number, site) in sites.enumerated() {
            text += "# site \(number): \(clean(world.sites[site].id.description))\n"
        }
        for (number, person) in people.enumerated() {
            text += "# participant \(number): \(clean(world.participants[person].id.description))\n"
        }
        text += "data;\n\nparam participants := \(people.count);\nparam sites := \(sites.count);\n"
        let columns = sites.indices.map(String.init).joined(separator: " ")
        text += "param access : \(columns) :=\n"
        for (number, person) in people.enumerated() {
            let row = sites.map { "\(world.accessLatency(participant: person, site: $0).milliseconds)" }
            text += "  \(number)  \(row.joined(separator: " "))\n"
        }
        text += ";\nparam routed : \(columns) :=\n"
        for (number, from) in sites.enumerated() {
            // No way: longer than any; a plan that used it would be none.
            let row = sites.map { routes.isReachable(from, $0) ? "\(routes[from, $0] / 1000)" : "100000000" }
            text += "  \(number)  \(row.joined(separator: " "))\n"
        }
        text += ";\nparam load := \(words(people.map { String(loads[$0]) }));\n"
        text += "param free_servers := \(words(sites.map { String(world.sites[$0].freeServers) }));\n"
        text += "param load_per_server := \(words(sites.map { String(world.sites[$0].loadPerServer) }));\n"
        text += "param price := \(words(sites.map { "\(world.sites[$0].price)" }));\n"
        if !before.isEmpty {
            let previous = people.map { before[world.participants[$0].id].map { numbers[$0] ?? -2 } ?? -1 }
            text += "param previous := \(words(previous.map { String($0) }));\n"
        }
        let policy = session.policy
        text += weights(world, session, people)
        if people.contains(where: { world.participants[$0].waiting > 0 }) {
            text += "param waiting := \(words(people.map { "\(world.participants[$0].waiting)" }));\n"
        }
        text += "param cap_relaxation := 0 \(policy.capRelaxation);\n"
        if let cap = policy.softLatencyCap {
            text += "param soft_cap := 0 \(cap.milliseconds);\nparam soft_cap_price := 0 \(policy.softCapPrice);\n"
        }
        text += "param latency_cap := 0 \(policy.latencyCap?.milliseconds ?? -1);\n"
        text += "param site_limit := 0 \(policy.siteLimit ?? -1);\n"
        text += "param server_limit := 0 \(policy.serverLimit ?? -1);\n"
        text += "param move_budget := 0 \(policy.moveBudget ?? -1);\nparam redundancy := 0 \(policy.redundancy);\n"
        text += "param move_price := 0 \(policy.movePrice);\nparam latency_value := 0 \(policy.latencyValue);\n"
        return text + "param unserved_price := 0 \(policy.unservedPrice);\n\nend;\n"
    }

    /// Who interacts with whom, where not everyone does with everyone alike.
    private static func weights(_ world: Snapshot, _ session: Session, _ people: [Int]) -> String {
        let silent = Set(world.profiles.lazy.filter { !$0.publishes }.map(\.name))
        let classes = InteractionClasses(
            session.policy, coordinates: people.map { world.participants[$0].coordinate },
            publishes: people.map { !silent.contains(world.participants[$0].profile) })
        guard classes.count > 1 else { return "" }
        var text = "param weight : \(people.indices.map(String.init).joined(separator: " ")) :=\n"
        for from in people.indices {
            let first = classes.classOf[from] * classes.count
            let row = classes.classOf.map { "\(classes.weight[first + $0])" }
            text += "  \(from)  \(row.joined(separator: " "))\n"
        }
        return text + ";\n"
    }

    /// A name that cannot end its comment.
    private static func clean(_ name: String) -> String { name.filter { !$0.isNewline } }
}
