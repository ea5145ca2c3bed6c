import Foundation
import TestSupport
import Testing

@Suite("rmc solve facility")
struct SolveFacilityTests {
    @Test("prints the document that the interface promises")
    func document() throws {
        let files = try Scratch()
        let run = try CommandLine.run([
            "solve", "facility", try files.file("a.txt", Samples.facility), "--uncapacitated", "--format", "json",
            "--solution",
        ])
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["problem"] as? String == "facility-location")
        #expect(json["size"] as? [String: Int] == ["facilities": 2, "customers": 3])
        #expect(json["termination"] as? String == "optimal")
        #expect(json["objective"] as? Double == 32)
        #expect(json["open"] as? [Int] == [1])
        #expect(json["assignment"] as? [Int] == [1, 1, 1])
        #expect((json["shares"] as? [[[String: Any]]])?.count == 3)
        let certificate = try #require(json["certificate"] as? [String: Any])
        #expect(["dual", "branch-and-bound"].contains(certificate["kind"] as? String))
        #expect(certificate["verified"] as? Bool == true)
        #expect(Set(try #require(json["seconds"] as? [String: Double]).keys) == ["read", "solve", "certify"])
    }

    @Test("fills facilities exactly by demands of any digits, and serves one of next to nothing")
    func exactFit() throws {
        let fit = """
            {"version": 1, "facilities": [{"opening": 10, "capacity": 8}, {"opening": 10, "capacity": 2.718281828459045},
            {"opening": 1000, "capacity": 9}], "customers": [{"demand": 8, "costs": [1, 50, 50]},
            {"demand": 2.718281828459045, "costs": [50, 1, 50]}, {"demand": 1e-304, "costs": [0, 7, 7]}]}
            """
        let run = try CommandLine.run(["solve", "facility", "-", "--format", "json"], input: Data(fit.utf8))
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["termination"] as? String == "optimal" && json["objective"] as? Double == 22)
        #expect(json["format"] as? String == "json")
        #expect((json["certificate"] as? [String: Any])?["verified"] as? Bool == true)
    }

    @Test("names the format that it took a file for, where it may be either of two")
    func formats() throws {
        let files = try Scratch()
        let either = try files.file("either.txt", "2 3\n10 5\n10 7\n4 3 2\n8 1 3\n2 6 4\n")
        let taken = try CommandLine.run(["solve", "facility", either, "--format", "json"])
        #expect(try taken.json()["format"] as? String == "orlib")
        #expect(try CommandLine.run(["solve", "facility", either]).text.contains("(format orlib)"))
        let read = try CommandLine.run(["solve", "facility", either, "--input-format", "holmberg", "--format", "json"])
        #expect(try read.json()["objective"] as? Double == 17)
        #expect(try read.json()["format"] as? String == "holmberg")
    }

    @Test("tells of each improvement on request")
    func progress() throws {
        let files = try Scratch()
        let file = try files.file("a.txt", Samples.facility)
        let options = ["--uncapacitated", "--solver", "heuristic", "--progress"]
        let run = try CommandLine.run(["solve", "facility", file] + options + ["--format", "json"])
        let improvements = try #require(try run.json()["improvements"] as? [[String: Any]])
        #expect(improvements.last?["objective"] as? Double == 32)
        #expect(improvements.allSatisfy { Set($0.keys) == ["seconds", "objective", "bound", "gap"] })
        #expect(run.errors.contains("objective 32"))
        #expect(try CommandLine.run(["solve", "facility", file, "--progress", "--solver", "glpk"]).status == 64)
    }

    @Test("says in words what it found")
    func words() throws {
        let files = try Scratch()
        let run = try CommandLine.run([
            "solve", "facility", try files.file("a.txt", Samples.facility), "--uncapacitated", "--solution",
        ])
        #expect(run.text.contains("optimal") && run.text.contains("verified"))
        #expect(run.text.contains("customer facility fraction\n0 1 1"))
    }

    @Test("proves a published optimum", .enabled(if: SharedData.isAvailable, "\(SharedData.hint)"))
    func published() throws {
        let url = try #require(SharedData.url("facility/orlib_uncap/cap71.txt"))
        let run = try CommandLine.run([
            "solve", "facility", url.path, "--uncapacitated", "--input-format", "orlib", "--format", "json",
        ])
        let objective = try #require(try run.json()["objective"] as? Double)
        #expect(abs(objective - 932_615.75) < 1e-3)
    }

    @Test(
        "options out of range are wrong usage",
        arguments: [
            ["--gap", "-1"], ["--gap", "nan"], ["--threads", "0"], ["--capacity", "-5"], ["--time-limit", "-1"],
            ["--input-format", "excel"], ["--solver", "magic"],
        ])
    func ranges(options: [String]) throws {
        let run = try CommandLine.run(["solve", "facility", "-"] + options, input: Data(Samples.facility.utf8))
        #expect(run.status == 64)
        #expect(run.output.isEmpty)
    }

    @Test("takes terms from options, and from what an earlier solve left")
    func variants() throws {
        let files = try Scratch()
        let file = try files.file("a.txt", Samples.facility)
        let first = try CommandLine.run(["solve", "facility", file, "--open", "0", "--format", "json"])
        #expect(first.status == 0)
        #expect(try first.json()["open"] as? [Int] == [0])
        let previous = try files.file("before.json", first.text)
        // Closing the first costs more than the second saves.
        let second = try CommandLine.run([
            "solve", "facility", file, "--previous", previous, "--closing-cost", "100", "--format", "json",
        ])
        #expect(try second.json()["open"] as? [Int] == [0])
        let none = try CommandLine.run(["solve", "facility", file, "--forbid", "0,1", "--format", "json"])
        #expect(try none.json()["termination"] as? String == "infeasible")
        #expect(try CommandLine.run(["solve", "facility", file, "--open", "7"]).status == 64)
        #expect(try CommandLine.run(["solve", "facility", file, "--closing-cost", "3"]).status == 64)
    }
}
