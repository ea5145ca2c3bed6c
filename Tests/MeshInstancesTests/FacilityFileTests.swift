import Foundation
import MeshInstances
import Optimization
import TestSupport
import Testing

@Suite("Facility files")
struct FacilityFileTests {
    private func read(
        _ text: String, _ options: FacilityReadingOptions = FacilityReadingOptions()
    ) throws -> FacilityProblem {
        try FacilityReader.read(input(text), options: options)
    }

    @Test("OR-Library: costs are of serving all of a customer, capacities hold unless told")
    func orlib() throws {
        let text = "2 3\n10 100.5\ncapacity 200\n4\n1 2\n5 3. 4\n6 5 6e0\n"
        let problem = try read(text, FacilityReadingOptions(isSingleSource: true, capacity: 12))
        #expect(problem.openingCosts == [100.5, 200])
        #expect(problem.capacities == [10, 12])
        #expect(problem.demands == [4, 5, 6])
        #expect(problem.assignmentCosts == [1, 2, 3, 4, 5, 6])
        #expect(problem.assignmentRule == .singleSource)
        let uncapacitated = try read(text, FacilityReadingOptions(isUncapacitated: true))
        #expect(uncapacitated.capacities == nil)
        #expect(uncapacitated.demands == [1, 1, 1])
        expectRefusal(at: 3, "--capacity") { try read(text) }
    }

    @Test("Holmberg: demands first, then a row of costs a facility")
    func holmberg() throws {
        let text = "2 4\r\n10 100\r\n20 200\r\n1 2 3 4\r\n1 2 3 4\r\n5 6 7 8\r\n"
        #expect(try FacilityReader.recognize(input(text)) == .holmberg)
        let problem = try read(text)
        #expect(problem.demands == [1, 2, 3, 4])
        #expect(problem.assignmentCosts == [1, 5, 2, 6, 3, 7, 4, 8])
        #expect(problem.capacities == [10, 20])
    }

    @Test("UflLib: a line a facility")
    func ufllib() throws {
        let problem = try read("FILE: x y\n2 3 0\n1 10 1 2 3\n2 20 4 5 6\n")
        #expect(problem.openingCosts == [10, 20])
        #expect(problem.assignmentCosts == [1, 4, 2, 5, 3, 6])
        #expect(problem.capacities == nil)
    }

    @Test("p-median: the last of repeated edges counts, unreachable is forbidden")
    func medianGraph() throws {
        let problem = try read("4 4 2\n1 2 9\n2 3 5\n2 1 1\n1 3 7\n")
        #expect(problem.minimumOpen == 2 && problem.maximumOpen == 2)
        #expect(problem.openingCosts == [0, 0, 0, 0])
        #expect(problem.cost(customer: 0, facility: 2) == 6)
        #expect(problem.cost(customer: 2, facility: 0) == 6)
        #expect(problem.cost(customer: 3, facility: 0) == .infinity)
        #expect(problem.cost(customer: 3, facility: 3) == 0)
    }

    @Test("What is wrong is refused at its line")
    func refusals() {
        let cases: [(line: Int, part: String, text: String)] = [
            (1, "is empty", " \n"), (1, "expected two or three", "7\n3"), (1, "expected an integer", "x 3\n"),
            (1, "number of facilities is 0", "0 3\n"), (1, "too short", "50000 50000\n1 1\n"),
            (1, "is -2", "1 -2\n5 1\n"), (2, "capacity is -5.0", "1 1\n-5 1\n1 1\n"),
            (2, "opening cost is 'nan'", "1 1\n5 nan\n1 1\n"), (3, "demand is -1.0", "1 1\n5 1\n-1 1\n"),
            (3, "too large", "1 1\n5 1\n1 1e999\n"), (3, "cost is 1e+16", "1 1\n5 1\n1 1e16\n"),
            (4, "ends before the cost", "2 2\n5 1\n5 1\n1 2 3 4 5"),
            (3, "'7' comes after", "1 1\n5 1\n1 1 7\n"), (2, "expected 0", "FILE: x\n1 1 2\n1 1 1\n"),
            (4, "facility number is 1; expected 2", "FILE: x\n2 1 0\n1 1 1\n1 1 1\n"),
            (1, "number of medians is 4", "3 1 4\n1 2 5\n"), (2, "vertex is 4", "3 1 1\n1 4 5\n"),
            (2, "edge length is -5.0", "3 1 1\n1 2 -5\n"), (1, "number of edges is 900", "3 900 1\n1 2 5\n"),
            (1, "number of vertices is 99999", "99999 1 1\n1 2 5\n"),
        ]
        for (line, part, text) in cases { expectRefusal(at: line, part) { try read(text) } }
    }

    @Test("What is written reads back, and is recognised", arguments: [FacilityFormat.orlib, .ufllib, .holmberg])
    func roundTrip(format: FacilityFormat) throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<50 {
            let facilities = Int.random(in: 1...9, using: &random)
            let customers = Int.random(in: 1...20, using: &random)
            let capacities = (0..<facilities).map { _ in Double.random(in: 20...90, using: &random) }
            let demands = (0..<customers).map { _ in Double(Int.random(in: 1...9, using: &random)) }
            let problem = try FacilityProblem(
                openingCosts: (0..<facilities).map { _ in .random(in: 0...1e4, using: &random) },
                assignmentCosts: (0..<facilities * customers).map { _ in .random(in: 0...1e3, using: &random) },
                demands: format == .ufllib ? nil : demands, customerCount: customers,
                capacities: format == .ufllib ? nil : capacities)
            let text = try FacilityWriter.text(problem, format: format, name: "a name")
            let file = try InputFile(name: "written", contents: text)
            let options = FacilityReadingOptions(format: format)
            #expect(try FacilityReader.read(file, options: options) == problem)
            // With as many rows as columns and one customer less, the two layouts cannot be told apart by lines.
            guard customers > 1, customers != facilities + 1 else { continue }
            #expect(try FacilityReader.recognize(file) == format)
        }
    }

    @Test("What may be either of two layouts is OR-Library's, unless capacities or an option tell otherwise")
    func ambiguousLayout() throws {
        // Three customers of two facilities: 4 + 3 + 2 or 4 + 8 + 2 demanded of 20.
        let text = "2 3\n10 5\n10 7\n4 3 2\n8 1 3\n2 6 4\n"
        let file = try input(text)
        #expect(try FacilityReader.recognize(file) == .orlib)
        #expect(try FacilityReader.read(file, options: .init(format: .holmberg)).demands == [4, 3, 2])
        #expect(try FacilityReader.read(file, options: .init(format: .orlib)).demands == [4, 8, 2])
        // Capacities of 10 hold what a Holmberg file demands, and no more.
        let tight = text.replacing("10 ", with: "5 ")
        #expect(try FacilityReader.recognize(input(tight)) == .holmberg)
    }

    @Test("All published files are recognised and read", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
    func published() throws {
        let folders: [(String, FacilityFormat, String)] = [
            ("orlib_cap", .orlib, "cap"), ("orlib_uncap", .orlib, "cap"), ("kratica_m", .orlib, "Kcap"),
            ("koerkel_ghosh", .ufllib, "ga"), ("holmberg", .holmberg, "p"), ("pmed", .pmed, "pmed"),
        ]
        for (folder, format, prefix) in folders {
            let files = SharedData.files(in: "facility/\(folder)").filter { file in
                let name = file.lastPathComponent
                return name.hasPrefix(prefix) && !name.contains("info") && !name.contains("opt")
            }
            #expect(!files.isEmpty)
            for file in files {
                let text = try InputFile.read(file.path)
                #expect(try FacilityReader.recognize(text) == format, "\(file.lastPathComponent)")
                let problem = try FacilityReader.read(text, options: FacilityReadingOptions(capacity: 8_000))
                #expect(problem.facilityCount > 0 && problem.customerCount >= problem.facilityCount)
            }
        }
    }
}
