public import MeshTypes

/// Reads latencies by names into tables of a snapshot's own order: between sites, and from people to sites.
///
/// Rows and columns may come in any order. A field that is empty, 0, -1, `NA`, `NaN`, `null`, `none`, `-` or `?` is
/// missing, as in ``LatencyFrameReader``: a ping that failed often reads 0. Names that nobody here has are told, not
/// refused, since a table often holds more than one session needs.
public enum LatencyTables {
    /// A table, and what was told of the file's names: a sentence each.
    public struct Imported: Sendable, Hashable {
        /// Milliseconds by row and column.
        public var table: LatencyTable
        /// What of the file was not used, and for what there was nothing.
        public var notes: [String]
    }

    /// Round trips between sites, from a matrix with the sites' identifiers or names.
    ///
    /// - Throws: ``InputError`` with the line; for a site that the matrix does not have.
    public static func between(_ sites: [Site], in file: InputFile) throws(InputError) -> Imported {
        let frame = try LatencyFrameReader.read(file)
        guard !frame.names.isEmpty else {
            throw InputError(
                file: file.name, line: 1, message: "has no names; expected a first row and column of site names")
        }
        let found = match(sites, with: frame.names)
        if let place = found.firstIndex(of: nil) {
            throw InputError(
                file: file.name, line: 1,
                message: "does not have the site '\(sites[place].id)'; expected a row and a column of each")
        }
        let numbers = found.compactMap { $0 }
        var table = LatencyTable(rowCount: sites.count, columnCount: sites.count)
        var missing = 0
        for from in sites.indices {
            for to in sites.indices {
                let value = Double(frame.values[numbers[from] * frame.nodeCount + numbers[to]])
                guard value <= Latency.longest.milliseconds else {
                    throw InputError(
                        file: file.name, line: 1,
                        message:
                            "has a latency of \(value) ms from '\(sites[from].id)' to '\(sites[to].id)'; expected at "
                            + "most a minute")
                }
                table[from, to] = from == to ? .zero : value > 0 ? Latency(milliseconds: value) : nil
                if from != to, value == 0 { missing += 1 }
            }
        }
        var notes = unused(frame.names, Set(numbers), "row and column", "site", file)
        if missing > 0 {
            notes.append("\(file.name): lacks \(missing) of \(sites.count * (sites.count - 1)) pairs of sites")
        }
        return Imported(table: table, notes: notes)
    }

    /// Round trips from places of demand (rows, by their ids) to sites (columns, by identifiers or names).
    ///
    /// - Parameter places: the place of each participant; the table that is returned has a row for each of them.
    /// - Throws: ``InputError`` with the line; for a site without a column.
    public static func access(
        from places: [String], to sites: [Site], in file: InputFile
    ) throws(InputError) -> Imported {
        let grid = try LatencyGrid(file, isNamed: true)
        let columns = match(sites, with: grid.columnNames)
        if let site = columns.firstIndex(of: nil) {
            throw InputError(
                file: file.name, line: 1,
                message: "has no column of the site '\(sites[site].id)'; expected one for each")
        }
        var sitesOfColumn: [Int: Int] = [:]
        for (site, column) in columns.enumerated() { if let column { sitesOfColumn[column] = site } }
        let people = Dictionary(grouping: places.indices) { places[$0] }
        var table = LatencyTable(rowCount: places.count, columnCount: sites.count)
        try grid.values { (row, column, line, value) throws(InputError) in
            guard let value else { return }
            guard value <= Latency.longest.milliseconds else {
                throw InputError(
                    file: file.name, line: line, message: "has a latency of \(value) ms; expected at most a minute")
            }
            guard let site = sitesOfColumn[column] else { return }
            for person in people[grid.rowNames[row]] ?? [] { table[person, site] = Latency(milliseconds: value) }
        }
        let known = Set(grid.rowNames.indices.filter { people[grid.rowNames[$0]] != nil })
        var notes = unused(grid.columnNames, Set(columns.compactMap { $0 }), "column", "site", file)
        notes += unused(grid.rowNames, known, "row", "place of demand", file)
        let rows = Set(grid.rowNames)
        var seen: Set<String> = []
        let without = places.filter { !rows.contains($0) && seen.insert($0).inserted }
        if !without.isEmpty {
            notes.append(
                "\(file.name): has no row for \(names(without)); estimated from geography")
        }
        return Imported(table: table, notes: notes)
    }

    /// The place of each site among names: by its identifier, or by its name where no identifier and no other site is
    /// called so.
    private static func match(_ sites: [Site], with names: [String]) -> [Int?] {
        let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        let identifiers = Set(sites.map(\.id.description))
        let counts = Dictionary(sites.map { ($0.name, 1) }, uniquingKeysWith: +)
        return sites.map { site in
            places[site.id.description]
                ?? (identifiers.contains(site.name) || counts[site.name] != 1 ? nil : places[site.name])
        }
    }

    private static func unused(
        _ all: [String], _ used: Set<Int>, _ what: String, _ owner: String, _ file: InputFile
    ) -> [String] {
        let left = all.indices.filter { !used.contains($0) }.map { all[$0] }
        guard !left.isEmpty else { return [] }
        return [
            "\(file.name): passed over the \(what) of \(names(left)), which \(left.count == 1 ? "is" : "are") no \(owner)"
        ]
    }

    /// Some names in quotation marks, and how many more there are.
    private static func names(_ names: [String]) -> String {
        let shown = names.prefix(5).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
        return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
    }
}
