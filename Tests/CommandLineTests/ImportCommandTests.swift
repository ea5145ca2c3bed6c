import Foundation
import TestSupport
import Testing

@Suite("rmc import")
struct ImportCommandTests {
    private let sites = "id,latitude,longitude\na,50,8\nb,48,2\nc,40,-74\n"

    @Test("says what it assumed and what it passed over, on the standard error and in the document")
    func notes() throws {
        let files = try Scratch()
        let table = try files.file("s.csv", "code;lat;lng;num_users\na;50;8;1\nb;48;2;2\n")
        let demand = try files.file("d.csv", "place\tlatitude\tlongitude\tusers\nx\t50\t8\t3\n")
        let out = files.path("w.json")
        let run = try CommandLine.run([
            "import", "--sites", table, "--demand", demand, "--column", "id=code", "--out", out, "--format", "json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        for part in ["10 servers", "load of 50", "price of 50", "'num_users'", "'place'", "estimated from geography"] {
            #expect(run.errors.contains(part), "\(part): \(run.errors)")
        }
        let json = try run.json()
        #expect(json["sites"] as? Int == 2 && json["participants"] as? Int == 3)
        #expect((json["notes"] as? [String])?.count == run.errorLines.count)
        let alone = try CommandLine.run(["import", "--sites", "gcp", "--out", out])
        #expect(alone.status == 0 && alone.errors.contains("nobody in it"))
    }

    @Test("names the input and its line, whatever is wrong")
    func faults() throws {
        let files = try Scratch()
        let (table, out) = (try files.file("s.csv", sites), files.path("new.json"))
        let people = try files.file("d.csv", "id,latitude,longitude\nu,50,8\n")
        for (name, text, place) in [
            ("d1.csv", "id,latitude,longitude,participants\nu,50,8,2\nu-1,48,2,1\n", ":3: "),
            ("d2.csv", "id,latitude,longitude\n\(String(repeating: "u", count: 300)),50,8\n", ":2: "),
        ] {
            let demand = try files.file(name, text)
            let run = try CommandLine.run(["import", "--sites", table, "--demand", demand, "--out", out])
            #expect(run.status == 65 && run.errors.hasPrefix("rmc: \(demand)\(place)"), "\(run.errors)")
        }
        let time = try CommandLine.run(["import", "--sites", table, "--time", "2026-01-05 20:00", "--out", out])
        #expect(time.status == 64 && time.errors.contains("--time is '2026-01-05 20:00'"))
        let column = try CommandLine.run([
            "import", "--sites", table, "--demand", people, "--column", "price=cost", "--out", out,
        ])
        #expect(column.status == 64 && column.errors.contains("no column 'cost'"))
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test("what of a matrix is not used is told; a ping that failed is no 0 ms")
    func matrices() throws {
        let files = try Scratch()
        let matrix = try files.file(
            "m.csv", "\"\",\"z\",\"c\",\"b\",\"a\"\n\"c\",1,0,81,91\n\"a\",1,90,10,0\n\"z\",0,1,1,1\n\"b\",1,80,0,11\n")
        let access = try files.file("x.csv", ",a,b,c\nu,5,20,0\nv,1,1,1\n")
        let demand = try files.file("d.csv", "id,latitude,longitude\nu,50,8\nw,48,2\n")
        let run = try CommandLine.run([
            "import", "--sites", try files.file("s.csv", sites), "--demand", demand, "--site-latency", matrix,
            "--access-latency", access,
        ])
        #expect(run.status == 0, "\(run.errors)")
        let json = try run.json()
        #expect(json["site-latency"] as? [[Double]] == [[0, 10, 90], [11, 0, 80], [91, 81, 0]])
        let dense = try #require((json["access-latency"] as? [String: Any])?["dense"] as? [[Any]])
        #expect(dense[0][2] is NSNull && dense[1][0] is NSNull && dense[0][0] as? Double == 5)
        for part in ["row and column of 'z'", "row of 'v'", "no row for 'w'"] { #expect(run.errors.contains(part)) }
    }

    @Test("several instances of a region grow its people by their sum")
    func instances() throws {
        let files = try Scratch()
        let table = try files.file("s.csv", "id,latitude,longitude,region,servers\na,50,8,eu,50\nb,40,-74,us,50\n")
        let demand = try files.file("d.csv", "id,latitude,longitude,participants\nu1,50,8,100\nu2,40,-74,100\n")
        let history = try files.file(
            "h.json",
            """
            {"status": "success", "data": {"resultType": "matrix", "result": [
            {"metric": {"region": "eu", "instance": "x"}, "values": [[1435781400, "10"], [1435781460, "20"]]},
            {"metric": {"region": "eu", "instance": "y"}, "values": [[1435781400, "90"], [1435781460, "90"]]}]}}
            """)
        let out = files.path("b.json")
        let run = try CommandLine.run([
            "import", "--sites", table, "--demand", demand, "--history", history, "--time", "2015-07-01T20:10:00Z",
            "--out", out,
        ])
        #expect(run.status == 0, "\(run.errors)")
        let study = try files.file(
            "w.yaml", "name: x\nbase: b.json\nvariations:\n  - times: [\"2015-07-01T20:11:00Z\"]\n")
        let sweep = try CommandLine.run(["whatif", study, "--plans", files.path("plans"), "--format", "json"])
        #expect(sweep.status == 0, "\(sweep.errors)")
        let world = try JSONSerialization.jsonObject(
            with: Data(contentsOf: files.url("plans").appending(path: "000001.snapshot.json")))
        let people = try #require((world as? [String: Any])?["participants"] as? [[String: Any]])
        #expect(people.count { ($0["latitude"] as? Double ?? 0) > 45 } == 110)
    }
}
