import Foundation
import MeshInstances
import MeshTypes
import TestSupport
import Testing

@Suite("Latency frames")
struct LatencyFrameTests {
    private func read(_ text: String) throws -> LatencyFrame { try LatencyFrameReader.read(input(text)) }

    @Test(
        "blanks, tabs and commas separate; what is missing is 0, and the diagonal too",
        arguments: [
            "0 1.5 2\n3 7 nan\n-1 0 0\n", "0\t1.5\t2\n3\t7\t\n\t\t0\n", "0,1.5,2\r\n3,7,NaN\r\n,0,\r\n",
            "\n0,1.5,2,\n\n3,7,,\n-1,,0,\n", "0,1.5,2\n3,7,\n,,\n", "from\\to,a,b,c\na,0,1.5,2\nb,3,7,\nc,,,0\n",
        ])
    func forms(text: String) throws {
        let frame = try read(text)
        #expect(frame.nodeCount == 3 && frame.values == [0, 1.5, 2, 3, 0, 0, 0, 0, 0])
        #expect(frame.knownPairs == 3)
        #expect(frame.names == (text.hasPrefix("from") ? ["a", "b", "c"] : []))
    }

    @Test(
        "what is no frame is refused at its line",
        arguments: [
            ("", 1, "holds nothing"), ("\n \n", 1, "holds nothing"), ("0 1\n1 0\n1 1\n", 3, "one more than there are"),
            ("0 1\n", 1, "has 1 rows of 2 columns"), ("0 1\n1\n", 2, "row 2 has 1 columns"),
            ("0 1\nx 0\n", 2, "'x'"), ("0 -2\n1 0\n", 1, "'-2'"), ("0 1\n1e99 0\n", 2, "'1e99'"),
            ("a,b\n", 1, "ends after its heading"), ("0 1\ninf 0\n", 2, "'inf'"),
        ] as [(String, Int, String)])
    func refusals(text: String, line: Int, part: String) { expectRefusal(at: line, part) { try read(text) } }

    @Test("the shipped frames are whole")
    func shipped() throws {
        for (name, nodes, known) in [
            ("PlanetLab/frame-8.txt.xz", 490, 490 * 489), ("PlanetLab/frame-9.txt.xz", 490, 490 * 489),
            ("WonderNetwork2018/rtt_avg_ms_matrix.csv.xz", 242, 242 * 242 - 757),
        ] {
            let url = SharedData.repositoryRoot.appending(path: "Models/Data/\(name)")
            let frame = try LatencyFrameReader.read(try InputFile.read(url.path))
            #expect(frame.nodeCount == nodes && frame.knownPairs == known, "\(name): \(frame.knownPairs)")
        }
    }

    @Test("places are read by name, with or without a heading and more columns")
    func places() throws {
        let text = "city,Lat,Long,Population\nA,52.5,13.4,9\nB,-33,151\nC,,,4\n"
        let places = try CoordinateReader.read(input(text))
        #expect(places.count == 2 && places["B"]?.longitude == 151 && places["A"]?.latitude == 52.5)
        expectRefusal(at: 2, "expected name,latitude,longitude") { try CoordinateReader.read(input("A,1,2\nB,95,0\n")) }
        expectRefusal(at: 2, "expected name,latitude,longitude") { try CoordinateReader.read(input("A,1,2\nB\n")) }
    }
}
