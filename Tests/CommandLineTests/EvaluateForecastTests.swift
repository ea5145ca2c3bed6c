import Foundation
import TestSupport
import Testing

@Suite("rmc evaluate forecast")
struct EvaluateForecastTests {
    private static func table(_ hours: Range<Int>, heading: Bool = true) -> Data {
        let rows = ["north", "\"south, east\""].enumerated().map { number, name in
            ([name] + hours.map { hour in "\(100 + (hour * 7 + number) % 24 * 3 + hour % 5)" }).joined(separator: ",")
        }
        return Data(((heading ? ["name,V1,V2"] : []) + rows).joined(separator: "\n").utf8)
    }

    @Test("a table is scored on another, and on its own end; the same each time")
    func scores() throws {
        let files = try Scratch()
        let test = try files.write(Self.table(300..<324, heading: false), as: "test.csv")
        let arguments = [
            "evaluate", "forecast", "-", "--test", test.path, "--seasons", "24", "--horizon", "24", "--format", "json",
        ]
        var json = try CommandLine.run(arguments, input: Self.table(0..<300)).json()
        #expect(
            Set(json.keys) == ["series", "mase", "smape", "seasonal-naive-mase", "coverage-90", "seconds"])
        #expect(json["series"] as? Int == 2)
        let mase = try #require(json["mase"] as? Double)
        let naive = try #require(json["seasonal-naive-mase"] as? Double)
        #expect(mase < naive)
        var again = try CommandLine.run(arguments + ["--jobs", "1"], input: Self.table(0..<300)).json()
        (json["seconds"], again["seconds"]) = (nil, nil)
        #expect(NSDictionary(dictionary: json) == NSDictionary(dictionary: again))
        let rolling = try CommandLine.run(
            ["evaluate", "forecast", "-", "--seasons", "24", "--horizon", "12", "--origins", "2", "--format", "json"],
            input: Self.table(0..<300)
        ).json()
        #expect(rolling["series"] as? Int == 4)
    }

    @Test(
        "bad tables are refused in one line with file and line, 65",
        arguments: [
            ("", 1), ("\n\n", 1), ("a,1,2\nb,1,x\n", 2), ("a,1\na,2\n", 2), ("a,1,2\n,1,2\n", 2), ("a\n", 1),
            ("a,,,\n", 1), ("a,1,\"2\n", 1), ("a,1,\"2\"3\n", 1), ("a,1\nb,1e999\n", 2), ("a,1\nb,0x10\n", 2),
            ("a,1\nb,inf\n", 2), ("a,1,2,3\n", 1), ("h,V1\n", 1), ("a,1,2\nb,2\"3,4\n", 2),
        ])
    func refusals(text: String, line: Int) throws {
        let result = try CommandLine.run(["evaluate", "forecast", "-"], input: Data(text.utf8))
        #expect(result.status == 65)
        #expect(result.errorLines.count == 1)
        #expect(result.errors.hasPrefix("rmc: <stdin>:\(line): "), "\(result.errors)")
    }

    @Test(
        "bad options are usage errors",
        arguments: [
            ["--horizon", "0"], ["--horizon", "x"], ["--seasons", ""], ["--seasons", "24,x"], ["--seasons", "0"],
            ["--origins", "0"], ["--test", "-"], ["--jobs", "0"],
        ])
    func usage(options: [String]) throws {
        let result = try CommandLine.run(["evaluate", "forecast", "-"] + options, input: Data("a,1\n".utf8))
        #expect(result.status == 64)
    }

    @Test("tables with flipped bytes are answered or refused, never a crash")
    func fuzz() throws {
        var random = SplitMix64(seed: 2)
        let table = Array(Self.table(0..<60))
        for _ in 0..<25 {
            var bytes = table
            for _ in 0..<random.integer(1...8) {
                bytes[random.integer(0...(bytes.count - 1))] = UInt8(random.integer(0...255))
            }
            let result = try CommandLine.run(
                ["evaluate", "forecast", "-", "--seasons", "7", "--horizon", "5"], input: Data(bytes))
            #expect(result.status == 0 || result.status == 65)
        }
    }
}
