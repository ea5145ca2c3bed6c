internal import ArgumentParser
internal import MeshInstances
internal import MeshTypes

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make a snapshot of what planners have: tables, topologies, metrics.",
        discussion: """
            Sites come from a CSV file, or from a topology, which brings links too; demand from a CSV file, or from the demands
            of a topology. --sites aws, azure, gcp or ibm takes the regions of that cloud from a table that is built in.

            A table has a heading row; commas, semicolons or tabs separate, quotation marks enclose what holds them. lat, lon,
            lng and long are known; --column says what else a column is called. Other columns are passed over.

            Latency matrices have names in their first row and column, in any order: sites both ways for --site-latency, rows
            of demand's ids and columns of sites for --access-latency. 0, -1, NA or nothing stands for what nobody measured; it
            is estimated from geography.

            One of a site's servers is what one session rents as a whole: where sessions are small and share machines, let
            servers be the number of sessions' shares, and load-per-server the people of one share.

            What a file does not say is assumed, and told on the standard error.

            EXAMPLES
              printf 'place;lat;lng;num_users\\nBerlin;52.5;13.4;20\\nNew York;40.7;-74;30\\n' >users.csv
              rmc import --sites gcp --demand users.csv --column id=place --column participants=num_users --out world.json
            """)

    @Option(
        help:
            "CSV of sites: id, latitude, longitude; name, servers, total-servers, load-per-server, price, provider, region; or aws, azure, gcp or ibm.",
        completion: .file())
    var sites: String?

    @Option(help: "CSV of demand: latitude, longitude; id, participants, session, type, profile.", completion: .file())
    var demand: String?

    @Option(help: "What a table calls one of these columns, as latitude=lat; may be given for several.")
    var column: [String] = []

    @Option(help: "A matrix of round trips between sites, ms, with names.", completion: .file())
    var siteLatency: String?

    @Option(help: "A CSV table of round trips from demand's ids (rows) to sites (columns), ms.", completion: .file())
    var accessLatency: String?

    @Option(
        name: .customLong("graphml"), help: "A topology in GraphML, as the Internet Topology Zoo has it.",
        completion: .file())
    var graphML: String?

    @Option(name: .customLong("sndlib"), help: "A network of SNDlib, XML or native.", completion: .file())
    var sndlib: String?

    @Option(help: "Participants a unit of a topology's demand, where there is no --demand.")
    var peoplePerUnit: Double = 1

    @Option(help: "A Prometheus range query saved as JSON: demand of the past.", completion: .file())
    var history: String?

    @Option(help: "What the snapshot is called.")
    var name: String?

    @Option(help: "When it is, RFC 3339 in UTC, such as 2026-01-05T20:00:00Z.")
    var time: String?

    @Option(help: "The file to write; - for the standard output.", completion: .file())
    var out = "-"

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard [sites, graphML, sndlib].compactMap(\.self).count == 1 else {
            throw ValidationError("expected exactly one of --sites, --graphml and --sndlib")
        }
        guard peoplePerUnit > 0, peoplePerUnit <= 1e6 else {
            throw ValidationError("--people-per-unit is \(peoplePerUnit); expected more than 0")
        }
        if let time, !SnapshotReader.isTime(time) {
            throw ValidationError("--time is '\(time)'; expected RFC 3339 in UTC, such as 2026-01-05T20:00:00Z")
        }
    }

    func run() throws {
        var snapshot = Snapshot(name: name, source: "imported", time: time, sites: [], sessions: [], participants: [])
        var notes: [String] = []
        let tables = (
            sites: try sites.map { try SiteCatalogue.file(named: $0) ?? InputFile.read($0) },
            demand: try demand.map { try InputFile.read($0) }
        )
        let columns = try ColumnMapping(column, tables: [tables.sites, tables.demand].compactMap(\.self))
        var network: ImportedNetwork?
        if let file = tables.sites {
            let table = try PlannerTables.sites(file, columns: columns.mapping(of: file))
            (snapshot.sites, notes) = (table.sites, table.notes)
        }
        if let graphML { network = try GraphMLReader.read(try InputFile.read(graphML)) }
        if let sndlib { network = try SNDlibReader.read(try InputFile.read(sndlib)) }
        if let network {
            snapshot.sites = network.sites
            snapshot.network = .links(network.links)
            notes += network.notes
        }
        var places: [String] = []
        if let file = tables.demand {
            let table = try PlannerTables.demand(file, columns: columns.mapping(of: file))
            (snapshot.sessions, snapshot.participants, places) = (table.sessions, table.participants, table.places)
            notes += table.notes
        } else if let network, !network.demand.isEmpty {
            try addPeople(network, &snapshot)
            notes.append("assumed \(peoplePerUnit) participants a unit of the topology's demand, in one session")
        } else {
            snapshot.sessions = [Session(id: "session", type: "match")]
            notes.append("without --demand: one session, and nobody in it")
        }
        guard snapshot.participants.count * snapshot.sites.count <= SnapshotReader.largestTable else {
            throw CommandFailure(
                .badInput,
                "\(tables.demand?.name ?? "the demand"): makes \(snapshot.participants.count) participants at "
                    + "\(snapshot.sites.count) sites; expected at most \(SnapshotReader.largestTable) pairs of them")
        }
        try addMeasurements(places, to: &snapshot, &notes)
        let bytes = SnapshotWriter.text(snapshot)
        // What was written is what everybody else will read.
        do {
            _ = try SnapshotReader.read(try InputFile(name: out, contents: bytes))
        } catch {
            throw CommandFailure(.internalError, "the snapshot would not be readable: \(error)")
        }
        try OutputFile.write(bytes, to: out)
        for note in notes { StandardError.write("rmc: note: \(note)\n") }
        guard out != "-" else { return }
        try output.print(
            text: "\(out): \(snapshot.sites.count) sites, \(snapshot.participants.count) participants, "
                + "\(snapshot.sessions.count) sessions, \(snapshot.history.count) demand series\n",
            json: [
                "sites": .integer(Int64(snapshot.sites.count)),
                "participants": .integer(Int64(snapshot.participants.count)),
                "sessions": .integer(Int64(snapshot.sessions.count)),
                "history": .integer(Int64(snapshot.history.count)),
                "unplaced": .integer(Int64(network?.unplaced ?? 0)),
                "notes": .array(notes.map(JSONValue.string)),
            ])
    }

    /// Latencies and demand of the past, where there are any.
    private func addMeasurements(_ places: [String], to snapshot: inout Snapshot, _ notes: inout [String]) throws {
        snapshot.accessLatency = LatencyTable(
            rowCount: snapshot.participants.count, columnCount: snapshot.sites.count)
        if let siteLatency {
            let found = try LatencyTables.between(snapshot.sites, in: try InputFile.read(siteLatency))
            snapshot.network = .dense(found.table)
            notes += found.notes
        }
        if let accessLatency {
            guard demand != nil else {
                throw ValidationError("--access-latency goes with --demand, whose ids its rows have")
            }
            let found = try LatencyTables.access(
                from: places, to: snapshot.sites, in: try InputFile.read(accessLatency))
            snapshot.accessLatency = found.table
            notes += found.notes
        } else if !snapshot.participants.isEmpty {
            notes.append("without --access-latency: people's latencies to sites are estimated from geography")
        }
        if let history { snapshot.history = try PrometheusReader.read(try InputFile.read(history)) }
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

/// What the columns of tables are called, as the command line has it: `OURS=THEIRS`.
struct ColumnMapping {
    private var mappings: [String: [String: String]] = [:]

    /// - Throws: a refusal of what is no mapping, of a column that is none of ours, and of one that no table has.
    init(_ words: [String], tables: [InputFile]) throws {
        let known = Set(PlannerTables.siteColumns + PlannerTables.demandColumns)
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, known.contains(parts[0]) else {
                throw ValidationError(
                    "--column is '\(word)'; expected such as latitude=lat, of "
                        + PlannerTables.siteColumns.joined(separator: ", ") + ", participants, session, type, profile")
            }
            var isThere = false
            for table in tables where try PlannerTables.headings(table).contains(parts[1]) {
                mappings[table.name, default: [:]][parts[0]] = parts[1]
                isThere = true
            }
            guard isThere else {
                let names = tables.map(\.name).joined(separator: " nor ")
                throw ValidationError("--column is '\(word)', but \(names) has no column '\(parts[1])'")
            }
        }
    }

    /// Our columns and what a table calls them.
    func mapping(of table: InputFile) -> [String: String] { mappings[table.name] ?? [:] }
}
