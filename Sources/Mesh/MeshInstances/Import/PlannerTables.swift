public import MeshTypes

/// Reads the CSV files that planners keep: sites, and where demand is.
public enum PlannerTables {
    /// Columns of a file of sites; the first three are required.
    public static let siteColumns = [
        "id", "latitude", "longitude", "name", "servers", "total-servers", "load-per-server", "price", "provider",
        "region",
    ]
    /// Columns of a file of demand; latitude and longitude are required.
    public static let demandColumns = [
        "id", "latitude", "longitude", "participants", "session", "type", "profile",
    ]

    /// Reads sites: a row each. Servers are 10, load a server 50 and the price 50 where there is no such column.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func sites(_ file: InputFile) throws(InputError) -> [Site] {
        var sites: [Site] = []
        var seen: Set<String> = []
        for row in try CSVReader.rows(file, columns: siteColumns, required: ["id", "latitude", "longitude"]) {
            let id = try row.required("id")
            guard seen.insert(id).inserted else {
                throw row.error("has the duplicate site '\(id)'; expected each once")
            }
            let free = try row.integer("servers", in: 0...SnapshotLimits.count) ?? 10
            let total = try row.integer("total-servers", in: 0...SnapshotLimits.count) ?? free
            guard total >= free else {
                throw row.error("has \(free) servers free of \(total); expected no more than there are")
            }
            sites.append(
                Site(
                    id: SiteID(id), name: row.text("name") ?? id, coordinate: try coordinate(row), freeServers: free,
                    totalServers: total,
                    loadPerServer: try row.integer("load-per-server", in: 1...SnapshotLimits.count) ?? 50,
                    price: try row.number("price", in: 0...SnapshotLimits.price) ?? 50, provider: row.text("provider"),
                    region: row.text("region")))
        }
        guard !sites.isEmpty else {
            throw InputError(file: file.name, line: 1, message: "has no row; expected a site at least")
        }
        return sites
    }

    /// Reads demand: a row a place, with so many participants (1 without a column) of a session (`session`).
    ///
    /// - Throws: ``InputError`` with the line.
    public static func demand(
        _ file: InputFile
    ) throws(InputError) -> (sessions: [Session], participants: [Participant], places: [String]) {
        var sessions: [Session] = []
        var participants: [Participant] = []
        var places: [String] = []
        var seen: Set<String> = []
        for (number, row) in try CSVReader.rows(file, columns: demandColumns, required: ["latitude", "longitude"])
            .enumerated()
        {
            let id = row.text("id") ?? "place-\(number + 1)"
            guard seen.insert(id).inserted else { throw row.error("has the duplicate id '\(id)'; expected each once") }
            let session = SessionID(row.text("session") ?? "session")
            if !sessions.contains(where: { $0.id == session }) {
                sessions.append(Session(id: session, type: row.text("type") ?? "match"))
            }
            let count = try row.integer("participants", in: 0...SnapshotLimits.participants) ?? 1
            guard participants.count + count <= SnapshotLimits.participants else {
                throw row.error("makes more than \(SnapshotLimits.participants) participants; expected fewer")
            }
            guard row.text("profile") == nil || row.text("profile") == Profile.standardName else {
                throw row.error(
                    "has the profile '\(row.text("profile") ?? "")'; expected '\(Profile.standardName)' or none")
            }
            let place = try coordinate(row)
            for copy in 0..<count {
                participants.append(
                    Participant(
                        id: ParticipantID(count == 1 ? id : "\(id)-\(copy + 1)"), session: session, coordinate: place))
                places.append(id)
            }
        }
        return (sessions, participants, places)
    }

    private static func coordinate(_ row: CSVReader.Row) throws(InputError) -> GeoCoordinate {
        guard let latitude = try row.number("latitude", in: -90...90),
            let longitude = try row.number("longitude", in: -180...180)
        else { throw row.error("has no latitude or no longitude; expected both, in degrees") }
        return GeoCoordinate(latitude: latitude, longitude: longitude)
    }
}

extension PlannerTables {
    /// Latencies by names: a row a place, a column a site, ms; empty where nobody measured.
    public struct NamedLatencies: Sendable, Hashable {
        /// The names of the columns.
        public var columns: [String]
        /// The values of each row by its name.
        public var rows: [String: [Double?]]
    }

    /// Reads a CSV table with names in the first row and column.
    ///
    /// - Throws: ``InputError`` with the line.
    public static func latencies(_ file: InputFile) throws(InputError) -> NamedLatencies {
        var table = NamedLatencies(columns: [], rows: [:])
        var line = 0
        for bytes in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            line += 1
            let text = String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
            guard !text.isEmpty else { continue }
            let fields = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            if table.columns.isEmpty {
                table.columns = Array(fields.dropFirst())
                guard !table.columns.isEmpty else {
                    throw InputError(
                        file: file.name, line: line, message: "has no column; expected site names after the first")
                }
                continue
            }
            guard fields.count == table.columns.count + 1, table.rows[fields[0]] == nil else {
                throw InputError(
                    file: file.name, line: line,
                    message:
                        "has \(fields.count) fields, or a name that was there; expected \(table.columns.count + 1) and a new name"
                )
            }
            var values: [Double?] = []
            for field in fields.dropFirst() {
                guard !field.isEmpty else {
                    values.append(nil)
                    continue
                }
                guard let value = Double(field), value >= 0, value <= Latency.longest.milliseconds else {
                    throw InputError(
                        file: file.name, line: line,
                        message: "has the latency '\(field.prefix(40))'; expected 0 to a minute in ms")
                }
                values.append(value)
            }
            table.rows[fields[0]] = values
        }
        guard !table.rows.isEmpty else {
            throw InputError(
                file: file.name, line: 1, message: "holds no latencies; expected a row a place, a column a site")
        }
        return table
    }
}
