import Foundation
import MeshInstances
import MeshTypes
import TestSupport
import Testing

/// What planners have is read, and refused where it is wrong.
@Suite("importers")
struct ImportTests {
    private static func file(_ text: String) throws -> InputFile {
        try InputFile(name: "f", contents: Array(text.utf8))
    }

    @Test("sites and demand from CSV")
    func tables() throws {
        let sites = try PlannerTables.sites(
            Self.file("id,latitude,longitude,name,servers,price\na,1,2,\"A, the first\",3,4.5\nb,-1,5,,,\n")
        ).sites
        #expect(sites.map(\.id) == ["a", "b"])
        #expect(sites[0].name == "A, the first" && sites[0].freeServers == 3 && sites[0].price == 4.5)
        #expect(sites[1].freeServers == 10 && sites[1].name == "b")
        let demand = try PlannerTables.demand(
            Self.file("id,latitude,longitude,participants,session\r\nx,1,2,3,s\r\ny,1,2,1,t\r\n"))
        #expect(demand.participants.map(\.id) == ["x-1", "x-2", "x-3", "y"])
        #expect(demand.sessions.map(\.id) == ["s", "t"])
        #expect(demand.places == ["x", "x", "x", "y"])
        let table = try LatencyTables.access(
            from: demand.places, to: sites, in: Self.file(",a,b\nx,1.5,\ny,2,3\n")
        ).table
        #expect(table.microseconds == [1_500, -1, 1_500, -1, 1_500, -1, 2_000, 3_000])
    }

    @Test("GraphML as the Topology Zoo has it")
    func graphML() throws {
        let network = try GraphMLReader.read(
            Self.file(
                """
                <?xml version="1.0"?><!-- a > b --><graphml><key attr.name="Latitude" id="d1"/><key attr.name="Longitude" id="d2"/>
                <key attr.name="label" id="d3"/><key attr.name="LinkSpeedRaw" id="d4"/><graph edgedefault="undirected">
                <node id="0"><data key="d1">50</data><data key="d2">8</data><data key="d3">Frankfurt &amp; Main</data></node>
                <node id="1"><data key="d1">48</data><data key="d2">2</data><data key="d3">Paris</data></node>
                <node id="2"><data key="d3">nowhere</data></node>
                <edge source="0" target="1"><data key="d4">1000000000</data></edge><edge source="1" target="2"/>
                </graph></graphml>
                """))
        #expect(network.sites.map(\.id) == ["frankfurt-main", "paris"])
        #expect(network.links.count == 2 && network.links[0].bandwidth == 1000)
        #expect(network.unplaced == 1)
    }

    @Test("SNDlib, XML and native, give the same network")
    func sndlib() throws {
        let xml = try SNDlibReader.read(
            Self.file(
                """
                <network><networkStructure><nodes coordinatesType="geographical">
                <node id="A"><coordinates><x>8.0</x><y>50.0</y></coordinates></node>
                <node id="B"><coordinates><x>2.0</x><y>48.0</y></coordinates></node></nodes>
                <links><link id="L"><source>A</source><target>B</target><additionalModules><addModule><capacity>155.0</capacity>
                <cost>3</cost></addModule><addModule><capacity>622.0</capacity><cost>9</cost></addModule></additionalModules></link></links>
                </networkStructure><demands><demand id="D"><source>A</source><target>B</target><demandValue>42.0</demandValue></demand>
                </demands></network>
                """))
        let native = try SNDlibReader.read(
            Self.file(
                """
                ?SNDlib native format; type: network; version: 1.0
                # comment
                NODES (
                  A ( 8.0 50.0 )
                  B ( 2.0 48.0 )
                )
                LINKS (
                  L ( A B ) 0.00 0.00 0.00 0.00 ( 155.00 3.00 622.00 9.00 )
                )
                DEMANDS (
                  D ( A B ) 1 42.00 UNLIMITED
                )
                ADMISSIBLE_PATHS ( )
                """))
        #expect(xml == native)
        #expect(xml.sites.count == 2 && xml.links.count == 2 && xml.links[0].bandwidth == 155)
        #expect(xml.demand == ["a": 42])
    }

    @Test("a Prometheus range query becomes demand series")
    func prometheus() throws {
        let series = try PrometheusReader.read(
            Self.file(
                """
                {"status":"success","data":{"resultType":"matrix","result":[{"metric":{"type":"match","region":"eu"},
                "values":[[1767225600,"10"],[1767229200,"12"],[1767236400,"9"]]}]}}
                """))
        #expect(
            series == [
                DemandSeries(
                    sessionType: "match", region: "eu", start: "2026-01-01T00:00:00Z", step: 3600,
                    values: [10, 12, 12, 9])
            ])
    }

    @Test(
        "what is wrong is refused with its line",
        arguments: [
            ("csv", "id,latitude,longitude\na,91,0\n", "f:2:"), ("csv", "id,lattitude\n", "f:1:"),
            ("csv", "id,latitude,longitude\na,1\n", "f:2:"),
            ("csv", "id,latitude,longitude\na,1,1\na,1,1\n", "f:3:"), ("csv", "", "f:1:"),
            ("csv", "id,latitude,longitude\n\"a,1,1\n", "f:2:"),
            ("graphml", "<graphml>\n<node id='1'>", "f:2:"), ("graphml", "<html></html>", "f:1:"),
            ("graphml", "<graphml>\n</node>", "f:2:"),
            ("graphml", "<graphml><node id=\"1\"/></graphml>", "f:1:"), ("graphml", "<graphml>&bad;</graphml>", "f:1:"),
            ("sndlib", "<network><nodes coordinatesType=\"pixel\"/></network>", "f:1:"),
            ("sndlib", "NODES (\n A ( 1 x )\n)", "f:2:"),
            ("sndlib", "NODES (\n A ( 1 1 )\n)\nLINKS (\n L ( A B ) 0 0 0 0 ( )\n)", "f:5:"),
            ("sndlib", "words", "f:1:"),
            ("prometheus", "{\"status\":\"error\"}", "f:1:"),
            ("prometheus", "{\"data\":{\"resultType\":\"vector\"}}", "f:1:"),
        ])
    func refused(kind: String, text: String, place: String) throws {
        let error = try #require(throws: InputError.self) {
            let file = try Self.file(text)
            switch kind {
            case "csv": _ = try PlannerTables.sites(file)
            case "graphml": _ = try GraphMLReader.read(file)
            case "sndlib": _ = try SNDlibReader.read(file)
            default: _ = try PrometheusReader.read(file)
            }
        }
        #expect(error.description.hasPrefix(place), "\(error.description)")
    }

    @Test("the Topology Zoo's files are read", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
    func zoo() throws {
        for name in ["Kdl", "Geant2012", "Cogentco"] {
            let url = try #require(SharedData.url("topology/topology_zoo_graphml/\(name).graphml.xz"))
            let network = try GraphMLReader.read(InputFile.read(url.path))
            #expect(network.sites.count > 30 && network.links.count > network.sites.count)
        }
    }
}
