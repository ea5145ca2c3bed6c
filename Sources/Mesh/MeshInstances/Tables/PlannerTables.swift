public import MeshTypes

/// Reads the tables that planners keep: sites, and where demand is.
///
/// Tables have a heading row and the dialect of all tables: commas, semicolons or tabs, quotation marks where they are
/// needed. Columns of other names are passed over and named in what is returned.
public enum PlannerTables {
    /// Columns of a table of sites; the first three are required.
    public static let siteColumns = siteTable.map(\.name)
    /// Columns of a table of demand; latitude and longitude are required.
    public static let demandColumns = demandTable.map(\.name)

    static let latitudeNames = ["latitude", "lat"]
    static let longitudeNames = ["longitude", "lon", "lng", "long"]

    private static let coordinates = [
        CSVReader.Column(name: "latitude", aliases: latitudeNames, isRequired: true),
        CSVReader.Column(name: "longitude", aliases: longitudeNames, isRequired: true),
    ]
    private static let siteTable =
        [CSVReader.Column(name: "id", isRequired: true)] + coordinates
        + ["name", "servers", "total-servers", "load-per-server", "price", "provider", "region"].map {
            CSVReader.Column(name: $0, aliases: [$0.split(separator: "-").joined(separator: "_")])
        }
    private static let demandTable =
        [CSVReader.Column(name: "id")] + coordinates
        + [
            .init(name: "participants", aliases: ["people", "users"]), .init(name: "session"), .init(name: "type"),
            .init(name: "profile"),
        ]

    /// The headings of a table.
    public static func headings(_ file: InputFile) throws(InputError) -> [String] {
        var text = DelimitedText(file)
        return try text.next()?.map(text.text) ?? []
    }

    /// What a table of sites holds.
    public struct SiteTable: Sendable, Hashable {
        /// The sites, in the order of the rows.
        public var sites: [Site]
        /// What the table leaves open and was assumed, and what was passed over: a sentence each.
        public var notes: [String]
    }

    /// What a table of demand holds.
    public struct DemandTable: Sendable, Hashable {
        /// The sessions, in the order of their first rows.
        public var sessions: [Session]
        /// The participants, in the order of the rows.
        public var participants: [Participant]
        /// The row's id of each participant.
        public var places: [String]
        /// What the table leaves open and was assumed, and what was passed over: a sentence each.
        public var notes: [String]
    }

    /// Reads sites: a row each. Servers are 10, load a server 50 and the price 50 where there is nothing else.
    ///
    /// - Parameter columns: for columns of ours, what the file calls them.
    /// - Throws: ``InputError`` with the line.
    public static func sites(_ file: InputFile, columns: [String: String] = [:]) throws(InputError) -> SiteTable {
        let table = try CSVReader.table(file, columns: siteTable, mapping: columns)
        var sites: [Site] = []
        var seen: Set<String> = []
        for row in table.rows {
            guard let id = try row.name("id") else {
                throw row.error("has nothing in column 'id'; expected a value")
            }
            guard seen.insert(id).inserted else {
                throw row.error("has the duplicate site '\(id)'; expected each once")
            }
            let free = try row.integer("servers", in: 0...SnapshotLimits.count)
            let total = try row.integer("total-servers", in: 0...SnapshotLimits.count)
            let figures = (free: free ?? total ?? 10, total: total ?? free ?? 10)
            guard figures.total >= figures.free else {
                throw row.error("has \(figures.free) servers free of \(figures.total); expected no more than there are")
            }
            sites.append(
                Site(
                    id: SiteID(id), name: try row.name("name") ?? id, coordinate: try coordinate(row),
                    freeServers: figures.free, totalServers: figures.total,
                    loadPerServer: try row.integer("load-per-server", in: 1...SnapshotLimits.count) ?? 50,
                    price: try row.number("price", in: 0...SnapshotLimits.price) ?? 50,
                    provider: try row.name("provider"), region: try row.name("region")))
        }
        guard !sites.isEmpty else {
            throw InputError(file: file.name, line: 1, message: "has no row; expected a site at least")
        }
        var notes: [String] = []
        for (column, assumed) in [
            ("servers", "10 servers"), ("load-per-server", "a load of 50 a server"),
            ("price", "a price of 50 a server"),
        ] {
            let without = table.rows.count { row in
                row.isMissing(column) && (column != "servers" || row.isMissing("total-servers"))
            }
            guard without > 0 else { continue }
            notes.append(
                "\(file.name): assumed \(assumed) at \(without == sites.count ? "every site" : "\(without) sites"), "
                    + "without '\(column)'")
        }
        return SiteTable(sites: sites, notes: notes + passedOver(table, file))
    }

    /// Reads demand: a row a place, with so many participants (1 without a column) of a session (`session`).
    ///
    /// A participant is called as its row's `id`, with a number where the row has more; rows without an id are `place-1`
    /// and so on.
    ///
    /// - Parameter columns: for columns of ours, what the file calls them.
    /// - Throws: ``InputError`` with the line.
    public static func demand(_ file: InputFile, columns: [String: String] = [:]) throws(InputError) -> DemandTable {
        let table = try CSVReader.table(file, columns: demandTable, mapping: columns)
        var demand = DemandTable(sessions: [], participants: [], places: [], notes: [])
        var types: [SessionID: String?] = [:]
        var rows: [String: Int] = [:]
        var people: [String: Int] = [:]
        for (number, row) in table.rows.enumerated() {
            let id = try row.name("id") ?? "place-\(number + 1)"
            if let earlier = rows.updateValue(row.line, forKey: id) {
                throw row.error("has the duplicate id '\(id)', which is in line \(earlier); expected each once")
            }
            let session = SessionID(try row.name("session") ?? "session")
            let type = try row.name("type")
            if let known = types[session] {
                guard type == nil || known == nil || type == known else {
                    throw row.error(
                        "has the type '\(type ?? "")' for the session '\(session)', which is of type '\(known ?? "")' "
                            + "above; expected one")
                }
                if let type, known == nil, let place = demand.sessions.firstIndex(where: { $0.id == session }) {
                    types[session] = .some(type)
                    demand.sessions[place].type = type
                }
            } else {
                types[session] = .some(type)
                demand.sessions.append(Session(id: session, type: type ?? "match"))
            }
            let count = try row.integer("participants", in: 0...SnapshotLimits.participants) ?? 1
            guard demand.participants.count + count <= SnapshotLimits.participants else {
                throw row.error("makes more than \(SnapshotLimits.participants) participants; expected fewer")
            }
            guard row.text("profile") == nil || row.text("profile") == Profile.standardName else {
                throw row.error(
                    "has the profile '\(row.text("profile") ?? "")'; expected '\(Profile.standardName)' or none")
            }
            let place = try coordinate(row)
            for copy in 0..<count {
                let name = count == 1 ? id : "\(id)-\(copy + 1)"
                if let earlier = people.updateValue(row.line, forKey: name) {
                    throw row.error(
                        "makes a second participant '\(name)', beside that of line \(earlier); expected other ids")
                }
                guard name.utf8.count <= JSONReader.longestName else {
                    throw row.error(
                        "makes a participant's name of \(name.utf8.count) bytes; expected at most "
                            + "\(JSONReader.longestName)")
                }
                demand.participants.append(
                    Participant(id: ParticipantID(name), session: session, coordinate: place))
                demand.places.append(id)
            }
        }
        if !table.rows.isEmpty, table.rows.allSatisfy({ $0.isMissing("participants") }) {
            demand.notes.append("\(file.name): assumed 1 participant a row, without 'participants'")
        }
        if demand.participants.isEmpty {
            demand.notes.append("\(file.name): has nobody in it; the snapshot has no participants")
        }
        demand.notes += passedOver(table, file)
        return demand
    }

    private static func passedOver(_ table: CSVReader.Table, _ file: InputFile) -> [String] {
        guard !table.passedOver.isEmpty else { return [] }
        let names = table.passedOver.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
        return [
            "\(file.name): passed over \(table.passedOver.count == 1 ? "the column" : "the columns") \(names)"
                + "\(table.passedOver.count > 8 ? " and \(table.passedOver.count - 8) more" : "")"
        ]
    }

    private static func coordinate(_ row: CSVReader.Row) throws(InputError) -> GeoCoordinate {
        guard let latitude = try row.number("latitude", in: -90...90),
            let longitude = try row.number("longitude", in: -180...180)
        else { throw row.error("has no latitude or no longitude; expected both, in degrees") }
        return GeoCoordinate(latitude: latitude, longitude: longitude)
    }
}
