internal import ArgumentParser
internal import MeshInstances
internal import MeshTypes

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a snapshot of what planners have: tables, topologies, metrics.",
        discussion: """
            Sites come from a CSV file, or from a topology, which brings links too; demand from a CSV file, or from the demands
            of a topology. Latency matrices have names in their first row and column: sites both ways for --site-latency, rows
            of demand's ids and columns of sites for --access-latency. What nobody measured is estimated from geography.

            EXAMPLES
              rmc import --sites sites.csv --demand demand.csv --site-latency rtt.csv --out snapshot.json
              rmc import --graphml Geant2012.graphml.xz --demand users.csv --history range.json --out snapshot.json
              rmc import --sndlib nobel-eu.xml --people-per-unit 0.1 --out snapshot.json
            """)

    @Option(
        help:
            "CSV of sites: id, latitude, longitude; name, servers, total-servers, load-per-server, price, provider, region."
    )
    var sites: String?

    @Option(help: "CSV of demand: latitude, longitude; id, participants, session, type, profile.")
    var demand: String?

    @Option(help: "A matrix of round trips between sites, ms, with names.")
    var siteLatency: String?

    @Option(help: "A CSV table of round trips from demand's ids (rows) to sites (columns), ms.")
    var accessLatency: String?

    @Option(name: .customLong("graphml"), help: "A topology in GraphML, as the Internet Topology Zoo has it.")
    var graphML: String?

    @Option(name: .customLong("sndlib"), help: "A network of SNDlib, XML or native.")
    var sndlib: String?

    @Option(help: "Participants a unit of a topology's demand, where there is no --demand.")
    var peoplePerUnit: Double = 1

    @Option(help: "A Prometheus range query saved as JSON: demand of the past.")
    var history: String?

    @Option(help: "What the snapshot is called.")
    var name: String?

    @Option(help: "When it is, RFC 3339 in UTC, such as 2026-01-05T20:00:00Z.")
    var time: String?

    @Option(help: "The file to write; - for the standard output.")
    var out = "-"

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [sites, graphML, sndlib].compactMap(\.self).count == 1 else {
            throw ValidationError("expected exactly one of --sites, --graphml and --sndlib")
        }
        guard peoplePerUnit > 0, peoplePerUnit <= 1e6 else {
            throw ValidationError("--people-per-unit is \(peoplePerUnit); expected more than 0")
        }
    }

    func run() throws {
        var snapshot = Snapshot(name: name, source: "imported", time: time, sites: [], sessions: [], participants: [])
        var network: ImportedNetwork?
        if let sites { snapshot.sites = try PlannerTables.sites(try InputFile.read(sites)) }
        if let graphML { network = try GraphMLReader.read(try InputFile.read(graphML)) }
        if let sndlib { network = try SNDlibReader.read(try InputFile.read(sndlib)) }
        if let network {
            snapshot.sites = network.sites
            snapshot.network = .links(network.links)
        }
        var places: [String] = []
        if let demand {
            let table = try PlannerTables.demand(try InputFile.read(demand))
            (snapshot.sessions, snapshot.participants, places) = (table.sessions, table.participants, table.places)
        } else if let network, !network.demand.isEmpty {
            try addPeople(network, &snapshot)
        } else {
            snapshot.sessions = [Session(id: "session", type: "match")]
        }
        snapshot.accessLatency = LatencyTable(
            rowCount: snapshot.participants.count, columnCount: snapshot.sites.count)
        if let siteLatency {
            snapshot.network = .dense(try LatencyImport.siteTable(try InputFile.read(siteLatency), snapshot.sites))
        }
        if let accessLatency {
            try LatencyImport.access(try InputFile.read(accessLatency), places: places, into: &snapshot)
        }
        if let history { snapshot.history = try PrometheusReader.read(try InputFile.read(history)) }
        let bytes = SnapshotWriter.text(snapshot)
        // What was written is what everybody else will read.
        _ = try SnapshotReader.read(try InputFile(name: out, contents: bytes))
        try OutputFile.write(bytes, to: out)
        guard out != "-" else { return }
        let left = network.map { $0.unplaced > 0 ? ", \($0.unplaced) nodes without a place left out" : "" } ?? ""
        try output.print(
            text: "\(out): \(snapshot.sites.count) sites, \(snapshot.participants.count) participants, "
                + "\(snapshot.sessions.count) sessions, \(snapshot.history.count) demand series\(left)\n",
            json: [
                "sites": .integer(Int64(snapshot.sites.count)),
                "participants": .integer(Int64(snapshot.participants.count)),
                "sessions": .integer(Int64(snapshot.sessions.count)),
                "history": .integer(Int64(snapshot.history.count)),
                "unplaced": .integer(Int64(network?.unplaced ?? 0)),
            ])
    }

    /// People where a topology's demand leaves, in one session.
    private func addPeople(_ network: ImportedNetwork, _ snapshot: inout Snapshot) throws {
        snapshot.sessions = [Session(id: "session", type: "match")]
        for site in network.sites {
            let count = ((network.demand[site.id] ?? 0) * peoplePerUnit).rounded()
            guard Double(snapshot.participants.count) + count <= 1_000_000 else {
                throw CommandFailure(
                    .usage, "--people-per-unit \(peoplePerUnit) makes more than a million participants; expected less")
            }
            for number in 0..<Int(count) {
                snapshot.participants.append(
                    Participant(
                        id: ParticipantID("\(site.id)-\(number + 1)"), session: "session", coordinate: site.coordinate))
            }
        }
    }
}

/// Latency tables that go by names.
enum LatencyImport {
    /// A matrix between the sites of a snapshot, by their identifiers or names.
    static func siteTable(_ file: InputFile, _ sites: [Site]) throws -> LatencyTable {
        let frame = try LatencyFrameReader.read(file)
        guard !frame.names.isEmpty else {
            throw InputError(
                file: file.name, line: 1, message: "has no names; expected a first row and column of site names")
        }
        var rows: [String: Int] = [:]
        for (number, name) in frame.names.enumerated() { rows[name] = number }
        var table = LatencyTable(rowCount: sites.count, columnCount: sites.count)
        let numbers = sites.map { rows[$0.id.description] ?? rows[$0.name] }
        for (place, number) in numbers.enumerated() where number == nil {
            throw InputError(
                file: file.name, line: 1,
                message: "does not have the site '\(sites[place].id)'; expected a row and a column of each")
        }
        for from in sites.indices {
            for to in sites.indices {
                guard let row = numbers[from], let column = numbers[to] else { continue }
                let value = Double(frame.values[row * frame.nodeCount + column])
                guard value <= Latency.longest.milliseconds else {
                    throw InputError(
                        file: file.name, line: row + 2,
                        message: "has a latency of \(value) ms; expected at most a minute")
                }
                table[from, to] = from == to ? .zero : value > 0 ? Latency(milliseconds: value) : nil
            }
        }
        return table
    }

    /// A table of demand's places by sites, into the snapshot.
    static func access(_ file: InputFile, places: [String], into snapshot: inout Snapshot) throws {
        let table = try PlannerTables.latencies(file)
        var columns: [Int] = []
        for site in snapshot.sites {
            guard let column = table.columns.firstIndex(where: { $0 == site.id.description || $0 == site.name }) else {
                throw InputError(
                    file: file.name, line: 1, message: "has no column of the site '\(site.id)'; expected one for each")
            }
            columns.append(column)
        }
        for (person, place) in places.enumerated() {
            guard let row = table.rows[place] else { continue }
            for (site, column) in columns.enumerated() {
                if let value = row[column] { snapshot.accessLatency[person, site] = Latency(milliseconds: value) }
            }
        }
    }
}
