import MeshInstances
import MeshTypes
import TestSupport
import Testing

@Suite("Tables of sites and demand in every style")
struct PlannerTableTests {
    /// What a site table must give back.
    private struct Row {
        var id: String
        var latitude: Double
        var longitude: Double
        var servers: Int?
        var price: Double?
        var region: String?
    }

    @Test("columns in any order, under other names, in any dialect, give the same sites, 1,500 of them")
    func sites() throws {
        for seed in 0..<1_500 {
            var random = SplitMix64(seed: UInt64(seed))
            let rows = (0..<random.integer(1...6)).map { number in
                Row(
                    id: random.element(of: ["s", "São, ", "a\"b", "x\ny"]) + "\(number)",
                    latitude: Double(random.integer(-900...900)) / 10,
                    longitude: Double(random.integer(-1_800...1_800)) / 10,
                    servers: random.chance(0.5) ? random.integer(0...99) : nil,
                    price: random.chance(0.5) ? Double(random.integer(0...9_999)) / 4 : nil,
                    region: random.chance(0.5) ? "eu; west" : nil)
            }
            var columns: [(String, (Row) -> String)] = [
                (random.element(of: ["id", "ID", "site_code"]), { $0.id }),
                (random.element(of: ["latitude", "Lat", "y_deg"]), { "\($0.latitude)" }),
                (random.element(of: ["longitude", "lng", "Long", "lon"]), { "\($0.longitude)" }),
                ("servers", { row in row.servers.map { "\($0)" } ?? "" }),
                ("price", { row in row.price.map { "\($0)" } ?? "n/a" }), ("region", { $0.region ?? "" }),
                ("num_users", { _ in "7" }), ("", { _ in "0" }),
            ]
            for index in columns.indices.dropFirst() { columns.swapAt(index, random.integer(0...index)) }
            let mapping = ["id": "site_code", "latitude": "y_deg"].filter { entry in
                columns.contains { $0.0 == entry.value }
            }
            let table = [columns.map(\.0)] + rows.map { row in columns.map { $0.1(row) } }
            let style = TableStyle(&random)
            let file = try InputFile(name: "s.csv", contents: style.bytes(table, &random))
            if rows.contains(where: { $0.id.contains("\n") }) {
                #expect(throws: InputError.self) { try PlannerTables.sites(file, columns: mapping) }
                continue
            }
            let read = try PlannerTables.sites(file, columns: mapping)
            try #require(read.sites.count == rows.count, "seed \(seed)")
            for (site, row) in zip(read.sites, rows) {
                #expect(
                    site.id.description == row.id && site.coordinate.latitude == row.latitude
                        && site.coordinate.longitude == row.longitude && site.freeServers == row.servers ?? 10
                        && site.price == row.price ?? 50 && site.region == row.region && site.loadPerServer == 50,
                    "seed \(seed)")
            }
            #expect(read.notes.contains { $0.contains("'num_users'") })
            #expect(read.notes.contains { $0.contains("10 servers") } == rows.contains { $0.servers == nil })
            #expect(read.notes.contains { $0.contains("price of 50") } == rows.contains { $0.price == nil })
            #expect(read.notes.contains { $0.contains("load of 50 a server at every site") })
        }
    }

    @Test(
        "faults are named where they are",
        arguments: [
            ("id,latitude,longitude,participants\nu,50,8,2\nu-1,48,2,1\n", 3, "'u-1', beside that of line 2"),
            ("id,latitude,longitude,participants\nu-1,48,2,1\nu,50,8,2\n", 3, "'u-1', beside that of line 2"),
            ("id,latitude,longitude\na,1,1\na,1,1\n", 3, "duplicate id 'a', which is in line 2"),
            ("latitude,longitude,sesion\n1,1,a\n", 1, "did you mean 'session'"),
            ("latitude,longitude,type,session\n1,1,match,a\n1,1,call,a\n", 3, "which is of type 'match'"),
            ("latitude;longitude\n1,5;2\n", 2, "with a decimal point"),
            ("lat,lon\n1,350\n", 2, "from -180 to 180"), ("lat,lon,\"x\n", 1, "not closed"),
            ("where\n1\n", 1, "no column 'latitude'"),
            ("latitude,lat,longitude\n1,x,2\n\n3,4\n", 4, "2 fields; expected 3"),
            ("latitude,longitude,participants\n1,1,1.5\n", 2, "whole number"),
        ])
    func faults(text: String, line: Int, part: String) {
        expectRefusal(at: line, part) { try PlannerTables.demand(input(text)) }
    }

    @Test("whatever demand is accepted makes a snapshot that can be read, 1,000 of them")
    func closed() throws {
        for seed in 0..<1_000 {
            var random = SplitMix64(seed: UInt64(seed))
            let ids = ["u", "u-1", "u-2", "v", "", "w\u{7}", String(repeating: "x", count: 256), "日本"]
            let rows = (0..<random.integer(1...5)).map { _ in
                [
                    random.element(of: ids), "\(random.integer(-91...91))", "\(random.integer(-181...181))",
                    random.element(of: ["", "0", "1", "2", "3"]), random.element(of: ["", "s", "t"]),
                    random.element(of: ["", "match", "call"]),
                ]
            }
            let style = TableStyle(&random)
            let file = try InputFile(
                name: "d.csv",
                contents: style.bytes(
                    [["id", "latitude", "longitude", "participants", "session", "type"]] + rows, &random))
            let demand: PlannerTables.DemandTable
            do throws(InputError) {
                demand = try PlannerTables.demand(file)
            } catch {
                #expect(error.file == "d.csv" && error.line >= 2, "\(error)")
                continue
            }
            let sites = try PlannerTables.sites(try #require(try SiteCatalogue.file(named: "ibm"))).sites
            let snapshot = Snapshot(
                name: nil, source: "imported", time: nil, sites: sites, sessions: demand.sessions,
                participants: demand.participants)
            #expect(throws: Never.self, "seed \(seed)") {
                try SnapshotReader.read(InputFile(name: "out", contents: SnapshotWriter.text(snapshot)))
            }
        }
    }

    @Test("the regions of clouds are sites", arguments: SiteCatalogue.names)
    func clouds(name: String) throws {
        let sites = try PlannerTables.sites(try #require(try SiteCatalogue.file(named: name))).sites
        #expect(sites.count >= 10 && sites.allSatisfy { $0.provider == name && $0.region != nil })
        #expect(Set(sites.map(\.name)).count == sites.count)
        let frankfurt = GeoCoordinate(latitude: 50.11, longitude: 8.68)
        #expect(sites.contains { $0.coordinate.distance(to: frankfurt) < 30 })
        #expect(try SiteCatalogue.file(named: "clouds.csv")?.name == nil)
    }
}
