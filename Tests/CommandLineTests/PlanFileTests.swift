import Foundation
import TestSupport
import Testing

@Suite("rmc verify and draw")
struct PlanFileTests {
    static let session = SharedData.repositoryRoot.appending(path: "Models/Sessions/europe-conference.json").path

    @Test("two inputs cannot both be the standard input")
    func bothStandardInput() throws {
        let run = try CommandLine.run(["verify", "-", "-"])
        #expect(run.status == 64)
    }

    @Test("a plan that is none is bad input, with its place")
    func badPlan() throws {
        let files = try Scratch()
        let path = try files.file("plan.json", "{\n  \"version\": 1,\n  \"strategy\": \"wonderful\"\n}\n")
        let run = try CommandLine.run(["verify", Self.session, path])
        #expect(run.status == 65)
        #expect(run.errorLines.count == 1)
        #expect(run.errors.hasPrefix("rmc: \(path):3: "))
    }

    @Test("a picture's name says its form, or it is wrong usage")
    func pictureName() throws {
        let files = try Scratch()
        let run = try CommandLine.run(["draw", Self.session, "plan.json", "--out", files.path("mesh.png")])
        #expect(run.status == 64)
        #expect(run.errors.contains(".html or .svg"))
        #expect(files.names.isEmpty)
    }
}
