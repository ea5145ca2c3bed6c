public import MeshTypes

/// Reads snapshot files (JSON, version 1; the schema is `Models/Schemas/snapshot.schema.json`).
///
/// Everything is validated: identifiers are unique, references resolve, numbers are finite and in range, tables have the
/// shape of the sites and participants. Unknown and duplicate keys are refused. Every refusal names file, line and path.
public struct SnapshotReader {
    /// Reads a snapshot, and the files beside it that it refers to.
    ///
    /// - Parameters:
    ///   - file: the text.
    ///   - sizeLimit: the most bytes that each file beside it may have.
    /// - Throws: ``InputError`` with line and path.
    /// - Complexity: O(bytes + participants * sites).
    public static func read(
        _ file: InputFile, sizeLimit: Int = InputFile.defaultSizeLimit
    ) throws(InputError) -> Snapshot {
        var reader = SnapshotReader(outline: try Outline(file), sizeLimit: sizeLimit)
        return try reader.snapshot()
    }

    /// The most pairs of a participant and a site.
    public static let largestTable = SnapshotLimits.tableCells

    /// Whether a text is a time as snapshots have it: RFC 3339 in UTC.
    public static func isTime(_ text: String) -> Bool { JSONReader.isTime(Array(text.utf8)) }

    /// Where the value of each key of the outermost object is: parts refer to each other, whatever their order.
    struct Outline {
        private var reader: JSONReader
        private var marks: [SnapshotKey: JSONReader.Mark] = [:]
        private let start: JSONReader.Mark

        /// Finds the values of a file, and checks its version.
        init(_ file: InputFile) throws(InputError) {
            reader = JSONReader(file)
            start = reader.mark()
            var marks: [SnapshotKey: JSONReader.Mark] = [:]
            try reader.object { (reader, name) throws(InputError) in
                guard let key = SnapshotKey(rawValue: name) else {
                    let hint = ["strategy", "objective", "totals", "stage"].contains(name) ? "is a key of a plan" : nil
                    let expected = SnapshotKey.allCases.map(\.rawValue).joined(separator: ", ")
                    throw reader.error("\(hint ?? "is an unknown key"); expected a snapshot, with \(expected)")
                }
                marks[key] = reader.mark()
                try reader.skip()
            }
            try reader.finish()
            self.marks = marks
            var version = try required(.version)
            _ = try version.integer(in: 1...1)
        }

        /// A reader at the value of a key, or `nil` if the file does not have it.
        func value(_ key: SnapshotKey) -> JSONReader? {
            guard let mark = marks[key] else { return nil }
            var reader = reader
            reader.seek(mark, key: key.rawValue)
            return reader
        }

        /// A reader at the value of a key.
        func required(_ key: SnapshotKey) throws(InputError) -> JSONReader {
            guard let value = value(key) else {
                throw reader.error("has no key '\(key.rawValue)'; expected one", at: start)
            }
            return value
        }
    }

    let outline: Outline
    let sizeLimit: Int
    /// The sites by identifier.
    var siteIndex: [SiteID: Int] = [:]
    /// The participants by identifier.
    var participantIndex: [ParticipantID: Int] = [:]

    init(outline: Outline, sizeLimit: Int) {
        self.outline = outline
        self.sizeLimit = sizeLimit
    }

    private mutating func snapshot() throws(InputError) -> Snapshot {
        let sites = try readSites()
        let sessions = try readSessions()
        let profiles = try readProfiles()
        let participants = try readParticipants(
            sessions: Set(sessions.map(\.id)), profiles: Set(profiles.map(\.name) + [Profile.standardName]))
        let network = try readNetwork()
        let accessLatency = try readAccessLatency()
        var texts = Texts()
        if var reader = outline.value(.name) { texts.name = try reader.string() }
        if var reader = outline.value(.source) { texts.source = try reader.string() }
        if var reader = outline.value(.time) { texts.time = try reader.time() }
        return Snapshot(
            name: texts.name, source: texts.source, time: texts.time, sites: sites, sessions: sessions,
            participants: participants, profiles: profiles, network: network, accessLatency: accessLatency,
            history: try readHistory(), previous: try readPrevious())
    }

    /// What is there for people.
    private struct Texts {
        var name: String?
        var source: String?
        var time: String?
    }

    private func readPrevious() throws(InputError) -> Plan? {
        guard var reader = outline.value(.previous) else { return nil }
        return try reader.null() ? nil : reader.plan()
    }

    private func readHistory() throws(InputError) -> [DemandSeries] {
        guard var reader = outline.value(.history) else { return [] }
        var history: [DemandSeries] = []
        try reader.array { (reader, _) throws(InputError) in history.append(try reader.demandSeries()) }
        return history
    }

    /// A reader of the value of a key, which may be in a file of its own.
    func valueOrFile(_ key: SnapshotKey) throws(InputError) -> (reader: JSONReader, isFile: Bool)? {
        guard var reader = outline.value(key) else { return nil }
        guard let name = try reader.fileReference() else { return (reader, false) }
        return (try reader.open(name, valueOf: key.rawValue, sizeLimit: sizeLimit), true)
    }
}
