internal import MeshTypes

extension SnapshotReader {
    func readNetwork() throws(InputError) -> SiteNetwork {
        guard let (table, isFile) = try valueOrFile(.siteLatency) else {
            guard let reader = outline.value(.links) else { return .unknown }
            return .links(try readLinks(reader))
        }
        if let links = outline.value(.links) {
            throw links.error("stands beside 'site-latency'; expected one of the two")
        }
        return .dense(try readSiteLatency(table, isFile: isFile))
    }

    private func readLinks(_ reader: JSONReader) throws(InputError) -> [Link] {
        var reader = reader
        var links: [Link] = []
        var seen: Set<Int> = []
        let siteIndex = siteIndex
        try reader.array { (reader, _) throws(InputError) in
            let start = reader.mark()
            let link = try reader.link(siteIndex)
            guard let from = siteIndex[link.from], let to = siteIndex[link.to], from != to else {
                throw reader.error("leads from \(link.from) to itself; expected another site", at: start)
            }
            guard seen.insert(from * siteIndex.count + to).inserted else {
                throw reader.error("is a duplicate link from \(link.from) to \(link.to); expected one", at: start)
            }
            links.append(link)
        }
        return links
    }

    private func readSiteLatency(_ reader: JSONReader, isFile: Bool) throws(InputError) -> LatencyTable {
        var reader = reader
        var table = LatencyTable(rowCount: siteIndex.count, columnCount: siteIndex.count)
        try reader.matrix(rows: siteIndex.count, columns: siteIndex.count) { (reader, row, column) throws(InputError) in
            guard try !reader.null() else { return }
            let latency = try reader.latency()
            guard row != column || latency == .zero else {
                throw reader.error("is \(latency) from a site to itself; expected 0 or null")
            }
            table[row, column] = latency
        }
        if isFile { try reader.finish() }
        for site in 0..<siteIndex.count { table[site, site] = .zero }
        return table
    }

    func readAccessLatency() throws(InputError) -> LatencyTable? {
        guard let (part, isFile) = try valueOrFile(.accessLatency) else { return nil }
        var reader = part
        var table = LatencyTable(rowCount: participantIndex.count, columnCount: siteIndex.count)
        if reader.peek() == UInt8(ascii: "[") {
            try readMeasurements(&reader, into: &table)
        } else {
            try readDenseTable(&reader, into: &table)
        }
        if isFile { try reader.finish() }
        return table
    }

    /// One measurement after the other, by the names of participant and site.
    private func readMeasurements(_ reader: inout JSONReader, into table: inout LatencyTable) throws(InputError) {
        let unknown = Array(repeating: LatencyTable.unknown, count: table.microseconds.count)
        var (errors, ages): ([Float]?, [Float]?)
        try reader.array { (reader, _) throws(InputError) in
            let start = reader.mark()
            let found = try reader.measurement(participantIndex, siteIndex)
            let (row, column) = (found.participant, found.site)
            guard table[row, column] == nil else {
                throw reader.error("is a second measurement of the same participant and site; expected one", at: start)
            }
            table[row, column] = found.latency
            let cell = row * table.columnCount + column
            if let error = found.error {
                if errors == nil { errors = unknown }
                errors?[cell] = error
            }
            if let age = found.age {
                if ages == nil { ages = unknown }
                ages?[cell] = age
            }
        }
        table.errors = errors ?? []
        table.ages = ages ?? []
    }

    /// A row a participant, a column a site.
    private func readDenseTable(_ reader: inout JSONReader, into table: inout LatencyTable) throws(InputError) {
        let (rows, columns) = (table.rowCount, table.columnCount)
        let start = reader.mark()
        var hasTable = false
        try reader.object(DenseTableKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .dense:
                hasTable = true
                try reader.matrix(rows: rows, columns: columns) { (reader, row, column) throws(InputError) in
                    guard try !reader.null() else { return }
                    table[row, column] = try reader.latency()
                }
            case .error:
                table.errors = try reader.figures(rows: rows, columns: columns, to: Latency.longest.milliseconds)
            case .age: table.ages = try reader.figures(rows: rows, columns: columns, to: SnapshotLimits.quantity)
            }
        }
        _ = try reader.required(hasTable ? true : nil, DenseTableKey.dense, at: start)
    }
}

extension JSONReader {
    /// Reads an array of arrays of a given shape; the body reads each entry.
    mutating func matrix(
        rows: Int, columns: Int, _ body: (inout JSONReader, Int, Int) throws(InputError) -> Void
    ) throws(InputError) {
        var rowCount = 0
        try array { (reader, row) throws(InputError) in
            guard row < rows else { throw reader.error("is one row too many; expected \(rows)") }
            var columnCount = 0
            try reader.array { (reader, column) throws(InputError) in
                guard column < columns else { throw reader.error("is one column too many; expected \(columns)") }
                try body(&reader, row, column)
                columnCount += 1
            }
            guard columnCount == columns else {
                throw reader.error("is a row of \(columnCount) columns; expected \(columns)")
            }
            rowCount += 1
        }
        guard rowCount == rows else { throw error("is a table of \(rowCount) rows; expected \(rows)") }
    }

    /// Reads what is known beside latencies: one number for all, or a table in which `null` stands for unknown.
    fileprivate mutating func figures(rows: Int, columns: Int, to limit: Double) throws(InputError) -> [Float] {
        guard peek() == UInt8(ascii: "[") else {
            return Array(repeating: Float(try number(in: 0...limit)), count: rows * columns)
        }
        var figures = Array(repeating: LatencyTable.unknown, count: rows * columns)
        try matrix(rows: rows, columns: columns) { (reader, row, column) throws(InputError) in
            guard try !reader.null() else { return }
            figures[row * columns + column] = Float(try reader.number(in: 0...limit))
        }
        return figures
    }

    fileprivate mutating func link(_ sites: [SiteID: Int]) throws(InputError) -> Link {
        let start = mark()
        var (from, to): (SiteID?, SiteID?)
        var latency: Latency?
        var (bandwidth, loss): (Double?, Double?)
        try object(LinkKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .from: from = try reader.known(sites)
            case .to: to = try reader.known(sites)
            case .latency: latency = try reader.latency()
            case .bandwidth: bandwidth = try reader.null() ? nil : reader.number(in: 0...SnapshotLimits.quantity)
            case .loss: loss = try reader.null() ? nil : reader.number(in: 0...1)
            }
        }
        return Link(
            from: try required(from, LinkKey.from, at: start), to: try required(to, LinkKey.to, at: start),
            latency: try required(latency, LinkKey.latency, at: start), bandwidth: bandwidth, loss: loss)
    }

    /// Reads the identifier of one of the sites.
    private mutating func known(_ sites: [SiteID: Int]) throws(InputError) -> SiteID {
        let id: SiteID = try identifier()
        guard sites[id] != nil else { throw unknown("site", id.description) }
        return id
    }

    /// A measurement, by the numbers of participant and site.
    fileprivate struct Measurement {
        var participant: Int
        var site: Int
        var latency: Latency
        var error: Float?
        var age: Float?
    }

    fileprivate mutating func measurement(
        _ participants: [ParticipantID: Int], _ sites: [SiteID: Int]
    ) throws(InputError) -> Measurement {
        let start = mark()
        var (participant, site): (Int?, Int?)
        var latency: Latency?
        var (error, age): (Float?, Float?)
        try object(MeasurementKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .participant:
                let id: ParticipantID = try reader.identifier()
                guard let number = participants[id] else { throw reader.unknown("participant", id.description) }
                participant = number
            case .site: site = sites[try reader.known(sites)]
            case .latency: latency = try reader.latency()
            case .error:
                error = try reader.null() ? nil : Float(reader.number(in: 0...Latency.longest.milliseconds))
            case .age: age = try reader.null() ? nil : Float(reader.number(in: 0...SnapshotLimits.quantity))
            }
        }
        return Measurement(
            participant: try required(participant, MeasurementKey.participant, at: start),
            site: try required(site, MeasurementKey.site, at: start),
            latency: try required(latency, MeasurementKey.latency, at: start), error: error, age: age)
    }

    /// Reads a demand series.
    mutating func demandSeries() throws(InputError) -> DemandSeries {
        let begin = mark()
        var (sessionType, region, start): (String?, String?, String?)
        var step: Double?
        var values: [Double]?
        try object(DemandSeriesKey.self) { (reader, key) throws(InputError) in
            switch key {
            case .sessionType: sessionType = try reader.name()
            case .region: region = try reader.null() ? nil : reader.name()
            case .start: start = try reader.time()
            case .step: step = try reader.number(in: 1...SnapshotLimits.quantity)
            case .values:
                var found: [Double] = []
                try reader.array { (reader, _) throws(InputError) in
                    found.append(try reader.number(in: 0...SnapshotLimits.quantity))
                }
                values = found
            }
        }
        return DemandSeries(
            sessionType: try required(sessionType, DemandSeriesKey.sessionType, at: begin), region: region,
            start: try required(start, DemandSeriesKey.start, at: begin),
            step: try required(step, DemandSeriesKey.step, at: begin),
            values: try required(values, DemandSeriesKey.values, at: begin))
    }
}
