import MeshInstances
import TestSupport
import Testing

/// Damages texts at random: the same seed does the same damage.
struct Mutator {
    private var random: SplitMix64

    /// What tokens are replaced by: too large, too small, no numbers, none at all, and what breaks formats.
    private static let tokens = [
        "", "0", "-0", "-1", "1", "99999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "999999999999999999999999", "1e999", "-1e999", "1e-999", "nan", "NaN", "inf", "Infinity", "-", "+", ".", "1.5",
        "1e5", "0x10", "null", "true", "{}", "[]", "\"", "\\", "\"\\ud800\"", "{", "}", "[", "]", ",", ":", "p", "c",
        "capacity", "FILE:", "\u{0}", "\u{1B}[31m", "\u{2028}", "٣", "😀", "\n", "\r", "\t",
    ]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// The bytes with one to four damages.
    mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<random.integer(1...4) where !bytes.isEmpty { damageOnce(&bytes) }
        return bytes
    }

    private mutating func damageOnce(_ bytes: inout [UInt8]) {
        let place = random.integer(0...bytes.count - 1)
        switch random.integer(0...8) {
        case 0: bytes[place] ^= UInt8(1 << random.integer(0...7))
        case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.removeSubrange(place...)
        case 3: bytes.remove(at: place)
        case 4: bytes.insert(bytes[random.integer(0...bytes.count - 1)], at: place)
        case 5: bytes.removeSubrange(line(at: place, of: bytes))
        case 6:
            let line = bytes[line(at: place, of: bytes)]
            bytes.insert(contentsOf: line, at: self.line(at: random.integer(0...bytes.count - 1), of: bytes).lowerBound)
        default: bytes.replaceSubrange(token(at: place, of: bytes), with: Array(random.element(of: Self.tokens).utf8))
        }
    }

    private func line(at place: Int, of bytes: [UInt8]) -> Range<Int> {
        let start = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        return start..<max(start, end)
    }

    private func token(at place: Int, of bytes: [UInt8]) -> Range<Int> {
        func separates(_ byte: UInt8) -> Bool { byte <= 0x20 || Array(",:[]{}\"".utf8).contains(byte) }
        let start = bytes[..<place].lastIndex(where: separates).map { $0 + 1 } ?? 0
        let end = bytes[place...].firstIndex(where: separates) ?? bytes.count
        return start..<max(start, end)
    }
}

@Suite("Damaged files")
struct FuzzTests {
    /// A reader, and a file that it reads.
    struct Subject: CustomTestStringConvertible {
        var name: String
        var sample: [UInt8]
        /// How large the sample's text is at most, unpacked.
        var isPacked = false
        /// Whether CR alone ends a line.
        var endsWithReturns = false
        var read: @Sendable (InputFile) throws -> Void

        var testDescription: String { name }
    }

    #if DEBUG
        static let cases = 300
    #else
        static let cases = 3_000
    #endif

    static let flow = Array(
        """
        c sample
        p min 6 8
        n 1 20
        n 6 -20
        a 1 2 0 14 0
        a 1 3 0 23 5
        a 2 3 0 10 -2
        a 2 4 4 9 3
        a 3 5 2 12 1
        a 4 6 0 15 3
        c between
        a 5 6 0 20 9
        a 5 4 0 9223372036854775807 1

        """.utf8)
    static let orLibrary = Array(
        " 3 4 \n 5000 7500. \n capacity 7500. \n 58.5 0. \n 146 \n 67.25 10.5\n 7.5 \n 87 1 2 3\n 6 1 2 3\n 7 1e3 2 3\n"
            .utf8)
    static let holmberg = Array("2 4\r\n10 100\r\n20 200\r\n 1. 2. 3. 4.\r\n1 2 3 4\r\n5 6 7 8\r\n".utf8)
    static let ufllib = Array("FILE: sample\n2 3 0\n1 10 1 2 3\n2 20 4 5 6\n".utf8)
    static let nodeLink = Array(
        """
        {"directed": true, "nodes": [{"id": "a"}, {"id": 2}],
         "links": [{"source": "a", "target": 2, "capacity": 10, "cost": 2.5, "congestion": [{"start": 5, "slope": 1}]},
        {"source": 2, "target": "a", "dist": 4}],
         "demands": [{"source": "a", "target": 2, "volume": 7, "drop-penalty": 100},
        {"source": 2, "target": "a", "volume": 1e-3}]}

        """.utf8)
    static let teavar = Array("to_node from_node capacity prob\n1 2 5000 .004\n2 3 4e3 .1\n3 1 800.5 0\n".utf8)
    static let medians = Array(" 5 6 2 \n 1 2 30\n 2 3 46\n 3 4 1\n 4 5 28\n 2 1 7\n 1 5 9\n".utf8)

    static let sites = Array("id;lat;lng;servers;price\r\n\"a; b\";50;8;4;1.5\r\nc;48;2;;n/a\r\n".utf8)
    static let demand = Array("id,latitude,longitude,participants,session\nu,50,8,2,s\n\"v\",48,2,1,t\n".utf8)
    static let frame = Array(",a,\"b c\",d\n\"b c\",1.5,0,NA\na,0,2,3\nd,-1,7,0\n".utf8)
    static let graphML = Array(
        """
        <graphml><key id="k" attr.name="Latitude" for="node"/><key id="l" attr.name="lon"/>
        <key id="s" attr.name="LinkSpeedRaw"><default>1000000</default></key><graph edgedefault="directed">
        <node id="0"><data key="k">5<!-- . --></data><data key="l"> 8 </data></node>
        <node id="1"><data key="k">48</data><data key="l"><![CDATA[2]]></data></node>
        <edge source="0" target="1"/><edge source="1" target="0" directed="false"><data key="s">7</data></edge>
        </graph></graphml>

        """.utf8)
    static let sndlib = Array(
        "NODES (\n A ( 8.0 50.0 )\n B ( 2.0 48.0 )\n)\nLINKS (\n L ( A B ) 0.00 0.00 0.00 0.00 ( 155.00 3.00 )\n)\nDEMANDS (\n D ( A B ) 1 42.00 UNLIMITED\n)\n"
            .utf8)
    static let prometheus = Array(
        """
        {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"type":"match","region":"eu"},
        "values":[[1767225600,"10"],[1767229200,"NaN"],[1767236400,"9"]]},{"metric":{"region":"eu"},
        "values":[[1767225600,"1"],[1767229200,"2"]]}]}}

        """.utf8)

    static let subjects: [Subject] = {
        let readFlow: @Sendable (InputFile) throws -> Void = { _ = try DIMACSFlowReader.read($0) }
        let readFacilities: @Sendable (InputFile) throws -> Void = { file in
            _ = try FacilityReader.read(file, options: FacilityReadingOptions(capacity: 70))
        }
        let readSnapshot: @Sendable (InputFile) throws -> Void = { _ = try SnapshotReader.read($0) }
        let dense = (try? WorldParameters(sites: 4, sessions: 2, participants: 6).generate(seed: 1)).map(
            SnapshotWriter.text)
        return [
            Subject(name: "DIMACS", sample: flow, read: readFlow),
            Subject(name: "DIMACS, gzip", sample: InputFileTests.gzip, isPacked: true, read: readFlow),
            Subject(name: "DIMACS, xz", sample: InputFileTests.xz, isPacked: true, read: readFlow),
            Subject(name: "OR-Library", sample: orLibrary, read: readFacilities),
            Subject(name: "Holmberg", sample: holmberg, read: readFacilities),
            Subject(name: "UflLib", sample: ufllib, read: readFacilities),
            Subject(name: "p-median", sample: medians, read: readFacilities),
            Subject(name: "node-link", sample: nodeLink) { _ = try MulticommodityReader.read($0) },
            Subject(name: "TEAVAR", sample: teavar) { _ = try MulticommodityReader.read($0) },
            Subject(name: "sites", sample: sites, endsWithReturns: true) { _ = try PlannerTables.sites($0) },
            Subject(name: "demand", sample: demand, endsWithReturns: true) { _ = try PlannerTables.demand($0) },
            Subject(name: "frame", sample: frame, endsWithReturns: true) { _ = try LatencyFrameReader.read($0) },
            Subject(name: "GraphML", sample: graphML) { _ = try GraphMLReader.read($0) },
            Subject(name: "SNDlib", sample: sndlib) { _ = try SNDlibReader.read($0) },
            Subject(name: "Prometheus", sample: prometheus) { _ = try PrometheusReader.read($0) },
            Subject(name: "snapshot", sample: Array(SnapshotFileTests.complete.utf8), read: readSnapshot),
            Subject(name: "snapshot, dense", sample: dense ?? [], read: readSnapshot),
            Subject(name: "plan", sample: PlanWriter.text(PlanFileTests.plan)) { _ = try PlanReader.read($0) },
        ]
    }()

    @Test("No damage crashes or hangs a reader; every refusal is one line with file and line", arguments: subjects)
    func damaged(_ subject: Subject) throws {
        #expect(throws: Never.self) { try subject.read(InputFile(name: "fuzz", contents: subject.sample)) }
        var mutator = Mutator(seed: 2_026)
        var refused = 0
        let clock = ContinuousClock()
        for number in 0..<FuzzTests.cases {
            let contents = mutator.damage(subject.sample)
            let start = clock.now
            do {
                try subject.read(InputFile(name: "fuzz", contents: contents, sizeLimit: 1 << 24))
            } catch let error as InputError {
                refused += 1
                // Tables take CR alone for a line end, as RFC 4180 does not but old programs do.
                let lines = contents.count { $0 == 0x0A || subject.endsWithReturns && $0 == 0x0D } + 1
                let isInside = error.line >= 1 && (subject.isPacked || error.line <= lines)
                let isOneLine = error.description.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control
                }
                #expect(error.description.hasPrefix("fuzz:\(error.line): "), "case \(number): \(error)")
                #expect(isInside && isOneLine && !error.message.isEmpty, "case \(number): \(error)")
                #expect(error.description.utf8.count < 600, "case \(number): \(error)")
            } catch {
                Issue.record("case \(number): not an InputError but \(error)")
            }
            #expect(clock.now - start < .seconds(20), "case \(number) took \(clock.now - start)")
        }
        #expect(refused > FuzzTests.cases / 3)
    }
}
