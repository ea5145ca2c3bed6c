public import MeshTypes

/// Writes snapshots as the files that ``SnapshotReader`` reads: the same snapshot gives the same bytes.
///
/// Sites, sessions, participants and rows of tables have a line each, so that a refusal's line says where to look.
public struct SnapshotWriter {
    /// A file to be written.
    public struct File: Sendable, Hashable {
        /// Its name, without a folder.
        public var name: String
        /// Its contents.
        public var bytes: [UInt8]
    }

    /// The snapshot as one text. Expects finite numbers.
    ///
    /// - Complexity: O(participants * sites).
    public static func text(_ snapshot: Snapshot) -> [UInt8] {
        files(snapshot, name: "snapshot.json", partLimit: .max)[0].bytes
    }

    /// The snapshot as a file and, where parts are large, files beside it.
    ///
    /// - Parameters:
    ///   - snapshot: what to write; numbers are finite.
    ///   - name: the name of the first file, such as `world.json`; the others insert the key, `world.participants.json`.
    ///   - partLimit: the most bytes of participants, site latencies or access latencies inside the first file.
    /// - Returns: the snapshot's file first, then the parts.
    public static func files(_ snapshot: Snapshot, name: String, partLimit: Int) -> [File] {
        var writer = SnapshotWriter(snapshot: snapshot, name: name, partLimit: partLimit)
        let text = writer.outermost()
        return [File(name: name, bytes: text)] + writer.parts
    }

    let snapshot: Snapshot
    private let name: String
    private let partLimit: Int
    private var parts: [File] = []

    private init(snapshot: Snapshot, name: String, partLimit: Int) {
        self.snapshot = snapshot
        self.name = name
        self.partLimit = partLimit
    }

    private mutating func outermost() -> [UInt8] {
        var parts: [File] = []
        var output = JSONBuilder()
        output.object { output in
            member(.version, &output) { $0.integer(1) }
            text(snapshot.name, .name, &output)
            text(snapshot.source, .source, &output)
            text(snapshot.time, .time, &output)
            list(.sites, snapshot.sites, &output) { $0.site($1) }
            list(.sessions, snapshot.sessions, &output) { $0.session($1) }
            if !snapshot.profiles.isEmpty { list(.profiles, snapshot.profiles, &output) { $0.profile($1) } }
            part(.participants, &parts, &output) { output, indent in
                lines(snapshot.participants, &output, indent) { $0.participant($1) }
            }
            network(&parts, &output)
            if snapshot.accessLatency.microseconds.contains(where: { $0 != LatencyTable.missing }) {
                part(.accessLatency, &parts, &output) { accessLatency(&$0, indent: $1) }
            }
            if !snapshot.history.isEmpty { list(.history, snapshot.history, &output) { $0.demandSeries($1) } }
            if let previous = snapshot.previous { member(.previous, &output) { $0.plan(previous, indent: 1) } }
            output.lastLine(0)
        }
        self.parts = parts
        return output.bytes + [UInt8(ascii: "\n")]
    }

    /// A key and its value on a new line.
    private func member(_ key: SnapshotKey, _ output: inout JSONBuilder, _ value: (inout JSONBuilder) -> Void) {
        output.newLine(1)
        output.key(key)
        value(&output)
    }

    private func text(_ text: String?, _ key: SnapshotKey, _ output: inout JSONBuilder) {
        if let text { member(key, &output) { $0.string(text) } }
    }

    private func list<Item>(
        _ key: SnapshotKey, _ items: [Item], _ output: inout JSONBuilder, _ body: (inout JSONBuilder, Item) -> Void
    ) {
        member(key, &output) { lines(items, &$0, 1, body) }
    }

    /// An array with a line for each item.
    func lines<Item>(
        _ items: [Item], _ output: inout JSONBuilder, _ indent: Int, _ body: (inout JSONBuilder, Item) -> Void
    ) {
        output.array { output in
            for item in items {
                output.newLine(indent + 1)
                body(&output, item)
            }
            if !items.isEmpty { output.lastLine(indent) }
        }
    }

    /// A part that may have a file of its own.
    private func part(
        _ key: SnapshotKey, _ parts: inout [File], _ output: inout JSONBuilder,
        _ body: (inout JSONBuilder, Int) -> Void
    ) {
        if partLimit < .max {
            var alone = JSONBuilder()
            body(&alone, 0)
            if alone.bytes.count > partLimit {
                let stem = name.hasSuffix(".json") ? String(name.dropLast(5)) : name
                let file = File(name: "\(stem).\(key.rawValue).json", bytes: alone.bytes + [UInt8(ascii: "\n")])
                parts.append(file)
                return member(key, &output) { output in
                    output.object { output in
                        output.key(FileReferenceKey.file)
                        output.string(file.name)
                    }
                }
            }
        }
        member(key, &output) { body(&$0, 1) }
    }

    private func network(_ parts: inout [File], _ output: inout JSONBuilder) {
        switch snapshot.network {
        case .links(let links): list(.links, links, &output) { $0.link($1) }
        case .dense(let table):
            part(.siteLatency, &parts, &output) { output, indent in
                lines(Array(0..<table.rowCount), &output, indent) { $0.latencies(of: $1, table) }
            }
        case .unknown: break
        }
    }

    /// Dense where most is measured, else one measurement after the other.
    private func accessLatency(_ output: inout JSONBuilder, indent: Int) {
        let table = snapshot.accessLatency
        let measured = table.microseconds.indices.filter { table.microseconds[$0] != LatencyTable.missing }
        guard measured.count < table.microseconds.count / 4 else { return denseTable(table, &output, indent: indent) }
        lines(measured, &output, indent) { output, cell in
            let (row, column) = cell.quotientAndRemainder(dividingBy: table.columnCount)
            output.object { output in
                output.key(MeasurementKey.participant)
                output.string(snapshot.participants[row].id.description)
                output.key(MeasurementKey.site)
                output.string(snapshot.sites[column].id.description)
                output.key(MeasurementKey.latency)
                output.milliseconds(table.microseconds[cell])
                output.figure(MeasurementKey.error, table.errors, cell)
                output.figure(MeasurementKey.age, table.ages, cell)
            }
        }
    }

    private func denseTable(_ table: LatencyTable, _ output: inout JSONBuilder, indent: Int) {
        output.object { output in
            output.newLine(indent + 1)
            output.key(DenseTableKey.dense)
            lines(Array(0..<table.rowCount), &output, indent + 1) { $0.latencies(of: $1, table) }
            for (key, figures) in [(DenseTableKey.error, table.errors), (.age, table.ages)] where !figures.isEmpty {
                output.newLine(indent + 1)
                output.key(key)
                if let first = figures.first, first != LatencyTable.unknown, figures.allSatisfy({ $0 == first }) {
                    output.figure(first)
                } else {
                    lines(Array(0..<table.rowCount), &output, indent + 1) { output, row in
                        output.array { output in
                            for column in 0..<table.columnCount {
                                output.figure(figures[row * table.columnCount + column])
                            }
                        }
                    }
                }
            }
            output.lastLine(indent)
        }
    }
}
