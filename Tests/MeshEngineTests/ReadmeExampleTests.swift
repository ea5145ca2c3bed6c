import Foundation
import MeshEngine
import MeshInstances
import MeshTypes
import MeshVerification
import TestSupport
import Testing

/// The README's example, line by line, so that it stays true.
@Suite struct ReadmeExampleTests {
    @Test func theExampleRuns() throws {
        let path = SharedData.repositoryRoot.appending(path: "Models/Sessions/world-match.json").path
        let snapshot = try SnapshotReader.read(InputFile.read(path))
        let engine = MeshEngine()
        let plan = try engine.plan(snapshot, PlanRequest(deadline: .milliseconds(50)))
        #expect(plan.bound <= plan.objective)

        let verification = engine.verify(snapshot, plan)
        #expect(verification.isVerified)

        let why = try engine.explain(snapshot, plan, participant: "p001")
        #expect(why.site == plan.sessions[0].assignment["p001"])
        #expect(!why.wouldChange.isEmpty)
    }

    @Test func theReadmeShowsThisExample() throws {
        let readme = try String(contentsOf: SharedData.repositoryRoot.appending(path: "README.md"), encoding: .utf8)
        for line in [
            "let snapshot = try SnapshotReader.read(InputFile.read(", "let engine = MeshEngine()",
            "let plan = try engine.plan(snapshot, PlanRequest(deadline: .milliseconds(50)))",
            "let verification = engine.verify(snapshot, plan)",
            "let why = try engine.explain(snapshot, plan, participant: \"p001\")",
        ] {
            #expect(readme.contains(line))
        }
    }
}
